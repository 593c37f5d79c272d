// An installation, a project with real MCP servers of the SDK, and calls of them judged the way hooks judge them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { normalizeEvent } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { ServerEntry } from "#govern/mcp/entry.ts";
import { contractDigests } from "#govern/mcp/contract.ts";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { statementOf } from "#surface/cli/operator/statements.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { openCatalog } from "#surface/services/mcp/catalog.ts";
import { inspectServer, type Inspection } from "#surface/services/mcp/inspect-server.ts";
import { whyNoRoom } from "#surface/services/mcp/inspect-room.ts";
import { filesOf } from "#surface/services/mcp/pinned-files.ts";
import { createMcpFacts } from "#surface/services/mcp/server-facts.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { freshDirectory, installOn, preToolUse } from "../../daemon/daemon-stand.ts";

/** The program of all servers of the tests. */
export const SERVER = fileURLToPath(new URL("servers/server.mjs", import.meta.url));

/** A stdio server of one behaviour. */
export const stdioServer = (kind: string, state = ""): ServerIdentity => ({
  kind: "command",
  command: process.execPath,
  args: [SERVER, kind, "stdio", ...(state === "" ? [] : [state])],
});

/** Builds all of it in a fresh directory. */
export async function mcpStand() {
  const room = freshDirectory();
  const { directories } = await installOn(join(room.path, "data"));
  const root = room.path;
  const statements = openStatements(directories);
  const catalog = openCatalog(directories, statements);
  let nowMs = Date.now();
  const facts = createMcpFacts(directories, statements, {
    home: join(root, "home"),
    nowMs: () => nowMs,
    managed: join(root, "managed"),
  });
  const judge = createJudge({
    home: join(root, "home"),
    ownPaths: [directories.root],
    policy: () => loadPolicy(),
    mcpFacts: facts,
    nowMs: () => nowMs,
  });
  return {
    root,
    directories,
    statements,
    catalog,
    facts,
    remove: () => room.remove(),
    later: (ms: number) => {
      nowMs += ms;
    },
    /** Writes the project's `.mcp.json`. */
    configure(servers: Readonly<Record<string, ServerIdentity>>): void {
      const written = Object.fromEntries(
        Object.entries(servers).map(([name, one]) => [
          name,
          one.kind === "url"
            ? { type: "http", url: one.url }
            : { command: one.command, args: one.args },
        ]),
      );
      writeFileSync(join(root, ".mcp.json"), JSON.stringify({ mcpServers: written }));
    },
    inspect: (identity: ServerIdentity, allMs = 20_000): Promise<Inspection> =>
      look(identity, root, directories, allMs),
    /** Approves a server and gives the id of the statement; with an inspection it is pinned. */
    approve(name: string, identity: ServerIdentity, more: Partial<ServerEntry> = {}, days = 30) {
      const entry: ServerEntry = {
        version: 1,
        name,
        identity,
        purpose: "tickets",
        capability: "saas",
        data: "internal",
        credentials: [],
        baa: null,
        pin: null,
        files: [],
        inputs: {},
        quota: null,
        ...more,
      };
      const digest = catalog.keepEntry(entry);
      nowMs += 1;
      const statement = statementOf(
        {
          kind: "server",
          about: name,
          scope: { of: "all" },
          for: `${days}d`,
          reason: "vetted",
          owner: undefined,
          digest,
        },
        { approver: "ada", nowMs },
      );
      statements.add(statements.sign(statement));
      return statement.id;
    },
    async pin(name: string, identity: ServerIdentity, more: Partial<ServerEntry> = {}) {
      const { contract } = await look(identity, root, directories, 20_000);
      const pin = contractDigests(contract);
      const files = filesOf(identity, root);
      const id = this.approve(name, identity, { pin, files, ...more });
      catalog.keepSeen(identity, contract, nowMs);
      return id;
    },
    /** Looks again, as `sallyport mcp inspect` does. */
    async lookAgain(identity: ServerIdentity) {
      const { contract } = await look(identity, root, directories, 20_000);
      return catalog.keepSeen(identity, contract, nowMs);
    },
    async call(server: string, tool: string, input: Json = { id: "7" }) {
      const payload = JSON.parse(
        preToolUse({
          cwd: root,
          tool_name: `mcp__${server}__${tool}`,
          tool_input: input,
          mcp_server: { name: server, source: "project" },
        }),
      ) as Json;
      const event = normalizeEvent(payload);
      if (event.kind !== "pre-tool-use") throw new Error("no call");
      const { decision } = await judge({
        project: { id: "0".repeat(16), root },
        call: event.call,
        session: {
          sessionId: "s1",
          cwd: root,
          mode: "default",
          transcriptPath: undefined,
          writtenPaths: new Set<string>(),
          seenMs: 0,
          holds: { quarantined: false, reason: undefined },
        },
      });
      const [reason] = decision.reasons;
      return { verdict: decision.verdict, rule: reason?.rule ?? "", text: reason?.text ?? "" };
    },
  };
}

function look(
  identity: ServerIdentity,
  directory: string,
  directories: Directories,
  allMs: number,
): Promise<Inspection> {
  return inspectServer(identity, {
    room: {
      home: join(directory, "home"),
      data: directories.root,
      directory,
      network: false,
      environment: process.env,
    },
    unisolated: whyNoRoom() !== undefined,
    allMs,
  });
}
