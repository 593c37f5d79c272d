// MCP servers as a person governs them: approved and pinned at a terminal, a change refused in a session, cut off in one command.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { whyNoRoom } from "#surface/services/mcp/inspect-room.ts";
import { freshDirectory, installOn, preToolUse } from "../surface/daemon/daemon-stand.ts";
import { SERVER } from "../surface/services/mcp/stand.ts";
import { atTerminal, hasScript, jsonIn, withoutTerminal } from "../surface/cli/typed.ts";
import { BUILT, buildProgram } from "./built-program.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let project = "";
let phase = "";
let isDecided = false;
// The built program: the SDK of MCP names sources of its own under the condition that ours run by.
const person = () => ({ data: install.directories.root, home: room.path, program: BUILT });
const say = (...args: readonly string[]) =>
  withoutTerminal(person(), ...args, ...(args[0] === "mcp" ? ["--project", project] : []));
const type = (...args: readonly string[]) =>
  atTerminal(person(), (word) => word, ...args, "--project", project);
/** A call through the daemon's hook: the verdict, and its reason in words. */
async function call(tool: string) {
  const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
  const body = preToolUse({
    cwd: project,
    tool_name: `mcp__tracker__${tool}`,
    tool_input: { id: "7" },
    mcp_server: { name: "tracker", source: "project" },
  });
  const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
  const { hookSpecificOutput: said } = JSON.parse(await readText(response, 100_000)) as {
    hookSpecificOutput: { permissionDecision: string; permissionDecisionReason?: string };
  };
  return { verdict: said.permissionDecision, why: said.permissionDecisionReason ?? "" };
}

beforeAll(async () => {
  room = freshDirectory();
  expect(buildProgram(room.path).status).toBe(0);
  install = await installOn(join(room.path, "data"));
  project = join(room.path, "shop");
  phase = join(project, "phase");
  mkdirSync(project);
  writeFileSync(phase, "0");
  const args = [SERVER, "rug-pull", "stdio", phase];
  const servers = { tracker: { command: process.execPath, args } };
  writeFileSync(join(project, ".mcp.json"), JSON.stringify({ mcpServers: servers }));
  expect((await say("init", project, "--yes")).code).toBe(0);
});
afterAll(async () => {
  await stopDaemon(install);
  room.remove();
});

describe("a server", () => {
  const about = ["--purpose", "tickets", "--capability", "saas", "--data-class", "internal"];

  test("that nobody approved is told, and cannot be approved without a person", async () => {
    expect(await say("mcp", "list")).toEqual({
      code: 1,
      text: expect.stringContaining("tracker  not approved"),
    });
    const approved = await say("mcp", "approve", "tracker", ...about, "--reason", "vetted");
    expect([approved.code, approved.text]).toEqual([2, expect.stringContaining("at a terminal")]);
    const halfway = await say("mcp", "approve", "tracker", "--reason", "vetted");
    expect(halfway.text).toContain("`--data-class` (public, internal");
    expect((await say("mcp", "pin", "tracker", "--reason", "read")).text).toContain("approve");
    expect((await say("mcp", "diff", "nothing")).code).toBe(2);
  });

  test("is approved and pinned; what it says otherwise later is refused, told and shown; it is cut off at once", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    if (whyNoRoom() !== undefined) ctx.skip(`no isolation: ${whyNoRoom()}`);
    isDecided = true;
    expect((await say("daemon", "--ensure")).text).toBe("");
    const approved = await type("mcp", "approve", "tracker", ...about, "--reason", "vetted");
    expect([approved.code, approved.text]).toEqual([
      0,
      expect.stringContaining("approved: tracker"),
    ]);
    const pinned = await type("mcp", "pin", "tracker", "--reason", "read all", "--json");
    expect(jsonIn(pinned)).toMatchObject({ outcome: "pinned", name: "tracker" });
    expect(await say("mcp", "list")).toEqual({
      code: 0,
      text: expect.stringMatching(/tracker {2}approved\r?\n/),
    });
    expect((await call("lookup")).why).not.toContain("pinned");

    writeFileSync(phase, "1");
    const changed = await say("mcp", "inspect", "tracker", "--json");
    expect(changed.code).toBe(1);
    expect(jsonIn(changed)).toMatchObject({
      era: "2026-07-28",
      isolation: "bubblewrap",
      changes: [{ part: "tool", name: "lookup", how: "changed" }],
    });
    expect(await call("lookup")).toEqual({
      verdict: "deny",
      why: expect.stringContaining("`sallyport mcp diff` shows what changed"),
    });
    const diff = await say("mcp", "diff", "tracker");
    expect([diff.code, diff.text]).toEqual([1, expect.stringContaining("drop.example.net")]);
    expect((await say("mcp", "list")).text).toContain("changed since it was pinned");

    expect((await say("mcp", "revoke", "tracker")).code).toBe(2);
    const revoked = await say("mcp", "revoke", "tracker", "--reason", "incident", "--json");
    expect(jsonIn(revoked)).toMatchObject({ outcome: "revoked", settings: null });
    expect((await call("add_note")).verdict).toBe("deny");
    const lists = JSON.parse((await say("mcp", "lists")).text) as Record<string, unknown>;
    expect(lists["allowedMcpServers"]).toEqual([]);
    expect(lists["deniedMcpServers"]).toHaveLength(1);
  }, 180_000);

  test("is on record with every decision about it", async (ctx) => {
    if (!isDecided) ctx.skip("nothing was decided about it");
    await stopDaemon(install);
    const tail = (await say("log", "tail", "-n", "60")).text;
    const told = tail.split("\n").map((line) => line.replace(/^ *\d+ +\S+ +/, ""));
    const count = (begin: RegExp) => told.filter((line) => begin.test(line)).length;
    // Approved, pinned (which states it anew), and revoked.
    expect(count(/^statement +state server/)).toBe(2);
    expect(count(/^statement +withdraw server/)).toBe(2);
    expect(count(/^deny +mcp .*guard\/mcp-changed/)).toBe(1);
    expect(count(/^deny +mcp .*user:blocks\/server\//)).toBe(1);
    expect((await say("log", "verify")).code).toBe(0);
  });
});
