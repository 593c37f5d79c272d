// The tools that a client offers when all that can be switched on without a terminal is on.
import { fileURLToPath } from "node:url";
import { type ClientRunOptions, runClient } from "../client-run.ts";
import type { OfferedTool } from "./tool-fields.ts";
import { SERVER } from "../../surface/services/mcp/stand.ts";

const LANGUAGE_SERVER = fileURLToPath(new URL("language-server.mjs", import.meta.url));
/** The name of the MCP server in these sessions. */
export const SERVER_NAME = "canaries";

/** Ways to start the client; no single one offers all tools. */
export const ROSTERS: Readonly<Record<string, Partial<ClientRunOptions>>> = {
  everything: {
    env: {
      CLAUDE_CODE_ENABLE_TASKS: "1",
      CLAUDE_CODE_ENABLE_TODO_TOOLS: "1",
      CLAUDE_CODE_USE_POWERSHELL_TOOL: "1",
      CLAUDE_CODE_BRIEF: "1",
      ENABLE_TOOL_SEARCH: "false",
      // The list of tools waits for the servers.
      MCP_CONNECTION_NONBLOCKING: "0",
      ENABLE_LSP_TOOL: "1",
    },
    extraArgs: [
      ...["--permission-prompt-tool", "stdio"],
      ...["--json-schema", '{"type":"object","properties":{"said":{"type":"string"}}}'],
      ...[
        "--mcp-config",
        JSON.stringify({
          mcpServers: { [SERVER_NAME]: { command: process.execPath, args: [SERVER, "wide"] } },
        }),
      ],
      ...["--plugin-dir", "<outside>/language"],
    ],
    outsideFiles: {
      "language/.claude-plugin/plugin.json":
        '{"name":"language","version":"1.0.0","description":"d"}',
      "language/.lsp.json": JSON.stringify({
        canary: {
          command: process.execPath,
          args: [LANGUAGE_SERVER],
          extensionToLanguage: {
            ".js": "javascript",
            ".json": "json",
            ".env": "dotenv",
            ".md": "markdown",
          },
        },
      }),
    },
  },
  searching: { extraArgs: ["--tools", "Glob", "Grep"] },
};

/** The tools of a client in one roster and mode, with their schemas. */
export async function offeredTools(
  client: string,
  roster: string,
  permissionMode: string,
): Promise<readonly OfferedTool[]> {
  const run = await runClient({
    ...ROSTERS[roster],
    client,
    permissionMode,
    turns: [[{ name: "Read", input: { file_path: "/nowhere" } }], "bye"],
  });
  const bodies = run.requestBodies.map((body) => Object(JSON.parse(body)));
  const tools: readonly OfferedTool[] =
    bodies.findLast(({ tools: given }) => (given?.length ?? 0) > 0)?.tools ?? [];
  return tools.filter(({ name }) => name !== "DeferredToolPlaceholder");
}
