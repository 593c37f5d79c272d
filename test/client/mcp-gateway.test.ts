// The gateway as the built program: real clients and servers of the SDK on its two sides, and its way into the client's files and out.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { openKeys } from "#record/store/keys.ts";
import { mcpStand, SERVER, stdioServer } from "../surface/services/mcp/stand.ts";
import { BUILT, buildProgram, runBuilt } from "./built-program.ts";

let stand: Awaited<ReturnType<typeof mcpStand>>;
let home = "";
let http: ChildProcess | undefined;
const person = () => ({ home, data: stand.directories.root });
const own = (...args: readonly string[]) => runBuilt(person(), ...args, "--project", stand.root);

beforeAll(async () => {
  stand = await mcpStand();
  home = join(stand.root, "home");
  mkdirSync(home, { recursive: true });
  expect(buildProgram(home).status).toBe(0);
  await openKeys(stand.directories.keys);
});
afterAll(() => {
  http?.kill("SIGKILL");
  stand.remove();
});

/** What a client sees through the words of an entry. */
async function through(words: readonly string[]) {
  const [program = "", ...args] = words;
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...BUILT, ...args],
      cwd: stand.root,
      env: { HOME: home, SALLYPORT_HOME: person().data },
      stderr: "ignore",
    }),
  );
  const tools = (await client.listTools()).tools.map(({ name }) => name).sort();
  const { content } = await client.callTool({ name: "lookup", arguments: { id: "7" } });
  await client.close();
  return { program, tools, text: JSON.stringify(content) };
}

test("wrap leads servers through it, they work as before, and unwrap gives the file back to the byte", async () => {
  http = spawn(process.execPath, [SERVER, "benign", "http"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(http.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const url = `http://127.0.0.1:${port.toString().trim()}/mcp`;
  const identity = stdioServer("benign");
  const remote: ServerIdentity = { kind: "url", url };
  if (identity.kind !== "command") throw new Error("no command");
  await stand.pin("tracker", identity);
  await stand.pin("elsewhere", remote);
  const before = `{
  "mcpServers": {
    "tracker": { "command": ${JSON.stringify(identity.command)}, "args": ${JSON.stringify(identity.args)} },
    "elsewhere": {"type": "http", "url": "${url}",
      "headers": { "X-Team": "shop" } }
  }
}
`;
  const file = join(stand.root, ".mcp.json");
  writeFileSync(file, before);

  expect(own("mcp", "wrap", "--all").stderr).toContain("add `--yes`");
  const shown = own("mcp", "wrap", "--all", "--dry-run");
  expect(shown.stdout).toContain('+    "tracker": { "command": "sallyport", "args": ["mcp"');
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(own("mcp", "wrap", "nobody", "--yes").status).toBe(2);
  const wrapped = own("mcp", "wrap", "--all", "--yes", "--json");
  expect(JSON.parse(wrapped.stdout)).toMatchObject({
    outcome: "wrapped",
    servers: ["tracker", "elsewhere"],
    left: [],
  });

  const listed = own("mcp", "list");
  expect([listed.status, listed.stdout.match(/behind the gateway/g)]).toEqual([
    0,
    ["behind the gateway", "behind the gateway"],
  ]);
  expect((await stand.call("tracker", "lookup")).rule).not.toContain("guard/mcp");
  const { mcpServers } = JSON.parse(readFileSync(file, "utf8")) as {
    mcpServers: Record<string, { command: string; args: string[] }>;
  };
  for (const entry of Object.values(mcpServers)) {
    const [first = "", second = "", ...rest] = entry.args;
    const seen = await through([entry.command, first, second, ...rest]);
    expect(seen).toEqual({
      program: "sallyport",
      tools: ["add_note", "lookup"],
      text: expect.stringContaining("done: lookup"),
    });
  }

  expect(own("mcp", "unwrap", "--all", "--yes").stdout).toContain("unwrapped: tracker, elsewhere");
  expect(readFileSync(file, "utf8")).toBe(before);
}, 180_000);

test("a server that cannot be started ends it with 1, and says so", () => {
  const missing: ServerIdentity = { kind: "command", command: "no-such-program", args: [] };
  stand.approve("missing", missing);
  const ended = runBuilt(person(), "mcp", "gateway", "--", "no-such-program");
  expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining("cannot be started")]);
});

test("with `--user` those of one's own file are led through, and the rest of it stays", () => {
  const file = join(home, ".claude.json");
  const before = JSON.stringify(
    {
      mcpServers: { tracker: { type: "stdio", command: "tracker-mcp", args: ["-v"] } },
      projects: { [stand.root]: { mcpServers: { local: { command: "local-mcp" } }, seen: 3 } },
    },
    undefined,
    2,
  );
  writeFileSync(file, before);
  expect(own("mcp", "wrap", "--user", "local", "--yes").stdout).toContain("wrapped: local");
  const after = readFileSync(file, "utf8");
  expect(after).toContain('"command": "tracker-mcp"');
  expect(after).toContain('"args": [ "mcp", "gateway", "--", "local-mcp"]');
  expect(own("mcp", "unwrap", "--user", "--all", "--yes").status).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(before);
});
