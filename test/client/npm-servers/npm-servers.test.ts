// Ten servers of npm that documentation recommends: each is pinned as it is, and one word more in one description is found and refused.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { whyNoRoom } from "#surface/services/mcp/inspect-room.ts";
import { skipIfMissing } from "../../skipping.ts";
import { atTerminal, hasScript, jsonIn, withoutTerminal } from "../../surface/cli/typed.ts";
import { freshDirectory, installOn, preToolUse } from "../../surface/daemon/daemon-stand.ts";
import { BUILT, buildProgram } from "../built-program.ts";
import { sampled } from "../../sampled.ts";

/** The program of each, with words and variables without which it does not start. */
const SERVERS: Readonly<
  Record<string, { program: string; args?: readonly string[]; env?: Record<string, string> }>
> = {
  filesystem: { program: "@modelcontextprotocol/server-filesystem/dist/index.js", args: ["."] },
  memory: { program: "@modelcontextprotocol/server-memory/dist/index.js" },
  everything: { program: "@modelcontextprotocol/server-everything/dist/index.js" },
  thinking: { program: "@modelcontextprotocol/server-sequential-thinking/dist/index.js" },
  context7: { program: "@upstash/context7-mcp/dist/index.js" },
  playwright: { program: "@playwright/mcp/cli.js" },
  notion: { program: "@notionhq/notion-mcp-server/bin/cli.mjs", env: { NOTION_TOKEN: "none" } },
  tavily: { program: "tavily-mcp/build/index.js", env: { TAVILY_API_KEY: "none" } },
  brave: {
    program: "@brave/brave-search-mcp-server/dist/index.js",
    env: { BRAVE_API_KEY: "none" },
  },
  devtools: { program: "chrome-devtools-mcp/build/src/bin/chrome-devtools-mcp.js" },
};
const here = fileURLToPath(new URL(".", import.meta.url));

let missing: string | undefined;
let room: ReturnType<typeof freshDirectory>;
let install: Install;
let project = "";
let phase = "";
const person = () => ({ data: install.directories.root, home: room.path, program: BUILT });
const say = (...args: readonly string[]) =>
  withoutTerminal(person(), ...args, ...(args[0] === "mcp" ? ["--project", project] : []));
const type = (...args: readonly string[]) =>
  atTerminal(person(), (word) => word, ...args, "--project", project);
async function call(server: string, tool: string): Promise<string> {
  const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
  const body = preToolUse({
    cwd: project,
    tool_name: `mcp__${server}__${tool}`,
    tool_input: {},
    mcp_server: { name: server, source: "project" },
  });
  const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
  const { hookSpecificOutput: said } = JSON.parse(await readText(response, 100_000)) as {
    hookSpecificOutput: { permissionDecision: string; permissionDecisionReason?: string };
  };
  return `${said.permissionDecision} ${said.permissionDecisionReason ?? ""}`;
}

beforeAll(async () => {
  missing = hasScript ? undefined : "`script` is not on PATH";
  const isolation = whyNoRoom();
  if (isolation !== undefined) missing ??= `no isolation: ${isolation}`;
  room = freshDirectory();
  project = join(room.path, "shop");
  phase = join(project, "phase");
  mkdirSync(project);
  for (const name of ["package.json", "package-lock.json", "relay.mjs"])
    copyFileSync(join(here, name), join(project, name));
  if (missing !== undefined) return;
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const fetched = spawnSync("npm", words, { cwd: project, encoding: "utf8", timeout: 280_000 });
  if (fetched.status !== 0) missing = `npm cannot fetch the servers: ${fetched.stderr.slice(-400)}`;
  expect(buildProgram(room.path).status).toBe(0);
  install = await installOn(join(room.path, "data"));
  const servers = Object.entries(SERVERS).map(([name, { program, args = [], env = {} }]) => {
    const file = join(project, "node_modules", program);
    const words = [join(project, "relay.mjs"), phase, file, ...args];
    return [name, { command: process.execPath, args: words, env }] as const;
  });
  writeFileSync(phase, "0");
  const file = join(project, ".mcp.json");
  writeFileSync(file, JSON.stringify({ mcpServers: Object.fromEntries(servers) }));
  expect((await say("init", project, "--yes")).code).toBe(0);
  expect((await say("daemon", "--ensure")).text).toBe("");
}, 400_000);
afterAll(async () => {
  if (install !== undefined) await stopDaemon(install);
  room.remove();
});
beforeEach((ctx) => skipIfMissing(ctx, missing));

test.each(sampled(Object.keys(SERVERS), 9))(
  "%s",
  async (name) => {
    writeFileSync(phase, "0");
    const about = ["--purpose", "work", "--capability", "saas", "--data-class", "internal"];
    const approved = await type("mcp", "approve", name, ...about, "--reason", "vetted");
    expect([approved.code, approved.text]).toEqual([
      0,
      expect.stringContaining(`approved: ${name}`),
    ]);
    const pinned = await type("mcp", "pin", name, "--reason", "read all", "--json");
    expect(jsonIn(pinned)).toMatchObject({ outcome: "pinned", name });
    const same = await say("mcp", "inspect", name, "--json");
    expect(jsonIn(same)).toMatchObject({ changes: [] });
    writeFileSync(phase, "1");
    const other = await say("mcp", "inspect", name, "--json");
    const { changes } = jsonIn(other) as { changes: readonly { name: string }[] };
    expect([other.code, changes]).toEqual([1, [expect.objectContaining({ how: "changed" })]]);
    const tool = changes[0]?.name ?? "";
    expect(await call(name, tool)).toMatch(/^deny .*`sallyport mcp diff` shows what changed/s);
    expect((await say("mcp", "diff", name)).text).toContain("recent files");
  },
  90_000,
);
