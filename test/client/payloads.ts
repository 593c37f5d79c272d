// Tool calls that the client itself can be made to send: huge, malformed and hostile ones, each with the trace it would leave.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ToolUse } from "./model-stub.ts";

/** One call, and whether its effect is there afterwards. */
export type Payload = {
  readonly id: string;
  readonly what: string;
  readonly use: ToolUse;
  readonly prepare?: (project: string) => void;
  readonly evidence: (project: string) => boolean;
};

const mib = 1024 * 1024;
const depth = 2_000;
const openers = 5_000;

/** An MCP server that leaves a file when its tool is called. */
const serverText = `const { writeFileSync } = require("node:fs");
const say = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") say(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "deep", version: "1" } });
  else if (method === "tools/list") say(id, { tools: [{ name: "take", description: "takes anything", inputSchema: { type: "object" } }] });
  else if (method === "tools/call") { writeFileSync("mcp-ran.txt", ""); say(id, { content: [{ type: "text", text: "taken" }] }); }
});
`;
/** Files of the project that the payloads need. */
export const payloadFiles: Readonly<Record<string, string>> = { "server.cjs": serverText };
/** The servers for `--mcp-config`. */
export const payloadServers = {
  deep: { command: process.execPath, args: ["server.cjs"] },
};

const command = (text: string): ToolUse => ({ name: "Bash", input: { command: text } });
const write = (path: string, content: string): ToolUse => ({
  name: "Write",
  input: { file_path: path, content },
});
const has = (name: string) => (project: string) => existsSync(join(project, name));
const hasPart = (part: string) => (project: string) =>
  readdirSync(project).some((name) => name.startsWith(part));

function nested(levels: number): unknown {
  let value: unknown = "core";
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

/** In the order of the page. */
export const payloads: readonly Payload[] = [
  {
    id: "write-5-mb",
    what: "Write of 5 MB",
    use: write("<project>/big.txt", "x".repeat(5 * mib)),
    evidence: has("big.txt"),
  },
  {
    id: "path-nul",
    what: "Write, NUL in the path",
    use: write("<project>/n\0ul.txt", "x"),
    evidence: hasPart("n\0"),
  },
  {
    id: "path-surrogate",
    what: "Write, lone surrogate in the path",
    use: write("<project>/sur\ud800.txt", "x"),
    evidence: hasPart("sur"),
  },
  {
    id: "path-control",
    what: "Write, control characters in the path",
    use: write("<project>/con\u001b[2J\r.txt", "x"),
    evidence: hasPart("con"),
  },
  {
    id: "name-not-utf8",
    what: "`cat` of a file whose name is not UTF-8",
    use: command("cat latin*"),
    prepare: (project) =>
      writeFileSync(Buffer.concat([Buffer.from(`${project}/latin`), Buffer.from([0xff])]), "x"),
    evidence: () => false,
  },
  {
    id: "command-nul",
    what: "Bash, NUL in the command",
    use: command("touch c-nul.txt; echo a\0b"),
    evidence: hasPart("c-nul"),
  },
  {
    id: "command-surrogate",
    what: "Bash, lone surrogate in the command",
    use: command("touch c-sur.txt; echo \ud800"),
    evidence: hasPart("c-sur"),
  },
  {
    id: "command-control",
    what: "Bash, control characters in the command",
    use: command("touch c-con.txt; echo '\u001b[2J\u0007'"),
    evidence: hasPart("c-con"),
  },
  {
    id: "command-1-mb",
    what: "Bash, command of 1 MB",
    use: command(`touch c-big.txt; : ${"a ".repeat(mib / 2)}`),
    evidence: has("c-big.txt"),
  },
  {
    id: "command-quote",
    what: "Bash, a quote that is never closed",
    use: command("touch c-quote.txt; echo 'abc"),
    evidence: has("c-quote.txt"),
  },
  {
    id: "command-openers",
    what: "Bash, 5,000 `$(` that are never closed",
    use: command(`touch c-open.txt\n${"$(".repeat(openers)}`),
    evidence: has("c-open.txt"),
  },
  {
    id: "mcp-deep",
    what: "MCP tool, input of 2,000 nested lists",
    use: { name: "mcp__deep__take", input: { value: nested(depth) } },
    evidence: has("mcp-ran.txt"),
  },
];
