// What status says of code in the client: the tier that protects and against whom, mods that nobody agreed to, held sessions.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openHeldSessions } from "#surface/services/sessions/held-sessions.ts";
import type { Surroundings } from "#surface/services/status/installation.ts";
import { checkMods } from "#surface/services/status/mods.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory> | undefined;
afterEach(() => {
  room?.remove();
  room = undefined;
});

async function stand() {
  room = freshDirectory();
  const { directories } = await installOn(join(room.path, "data"));
  const around: Surroundings = {
    directories,
    environment: { HOME: join(room.path, "home") },
    nowMs: 1,
    needsDaemon: false,
    ours: (words) => `sallyport ${words}`,
  };
  const root = join(room.path, "p");
  const put = (name: string, text: string) => {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  return { directories, around, root, put };
}
const HOOKED = {
  hooks: {
    PreToolUse: [
      {
        hooks: [
          {
            type: "command",
            command: "/d/bin/sallyport-hook",
            args: ["--project", "0123456789abcdef", "--data", "/d", "--home", "/h"],
          },
        ],
      },
    ],
  },
};
const KEEPS = {
  pluginConfigs: { "cc-plugin-sec-default@builtin": { options: { allowManagedModsOnly: true } } },
};
const source = (settings: object | string) => ({
  file: "/etc/claude-code/managed-settings.json",
  layer: "managed" as const,
  text: typeof settings === "string" ? settings : JSON.stringify(settings),
});

describe("the tier", () => {
  test.each<[string, readonly (object | string)[], string, string]>([
    ["no managed settings", [], "note", "advisory against code inside of the client"],
    ["managed settings without our hooks", [KEEPS], "note", "advisory against code"],
    ["managed settings that cannot be read", ["{"], "note", "advisory against code"],
    ["managed hooks", [HOOKED], "note", "a mod can still act by itself"],
    ["managed hooks and mods switched off", [HOOKED, KEEPS], "ok", "projects and mods"],
    ["managed hooks alone allowed", [{ ...HOOKED, allowManagedHooksOnly: true }], "ok", "and mods"],
    [
      "the option said to be off",
      [HOOKED, JSON.stringify(KEEPS).replace("true", "false")],
      "note",
      "a mod can still act by itself",
    ],
  ])("of %s", async (_, settings, level, words) => {
    const { root, around } = await stand();
    const checks = await checkMods(root, around, settings.map(source) as never);
    const tier = checks.find(({ about }) => about === "tier");
    expect(tier).toMatchObject({ level, text: expect.stringContaining(words) });
  });
});

test("a mod that nobody agreed to is found, with the command that agrees", async () => {
  const { root, around, put } = await stand();
  const mods = async () =>
    (await checkMods(root, around, [])).find(({ about }) => about === "mods");
  expect(await mods()).toMatchObject({ level: "ok" });
  put(".claude/skills/x/.claude-plugin/plugin.json", '{"name":"x"}');
  put(".claude/skills/x/hooks/hooks.json", '{"modules":["./mod.js"]}');
  expect(await mods()).toMatchObject({
    level: "found",
    repair: `sallyport mods agree --project ${root}`,
    text: expect.stringContaining("x@skills-dir"),
  });
});

describe("an agent that brings code", () => {
  const HEAD = "---\nname: helper\ndescription: helps\n";
  const OPEN = "`claude --agent NAME` runs it before sallyport is asked";
  const LOCKS: readonly [string, readonly object[]][] = [
    ["plugins alone", [{ strictPluginOnlyCustomization: true }]],
    ["agents of plugins alone", [{ strictPluginOnlyCustomization: ["agents"] }]],
    [
      "managed hooks and servers alone, in two files",
      [{ allowManagedHooksOnly: true }, { allowManagedMcpServersOnly: true }],
    ],
  ];
  const NO_LOCKS: readonly [string, readonly object[]][] = [
    ["no managed settings", []],
    ["skills of plugins alone", [{ strictPluginOnlyCustomization: ["skills"] }]],
    ["managed hooks alone", [{ allowManagedHooksOnly: true }]],
    ["managed servers alone", [{ allowManagedMcpServersOnly: true }]],
  ];
  async function agents(head: string, managed: readonly object[]) {
    const { root, around, put } = await stand();
    put(".claude/agents/helper.md", `${head}---\nYou help.\n`);
    const checks = await checkMods(root, around, managed.map(source) as never);
    return { root, found: checks.filter(({ about }) => about === "agents") };
  }

  test.each(NO_LOCKS)("with %s, is found with what no hook of ours stops", async (_, managed) => {
    const { root, found } = await agents(`${HEAD}hooks:\n  SessionStart: []\n`, managed);
    expect(found).toMatchObject([
      { level: "found", repair: `sallyport mods list --project ${root}` },
    ]);
    expect(found[0]?.text).toContain(`${root}/.claude/agents/helper.md (hooks)`);
    expect(found[0]?.text).toContain(OPEN);
  });
  test.each(LOCKS)("with %s, is found as refused", async (_, managed) => {
    const { found } = await agents(`${HEAD}mcpServers:\n  - x: {}\n`, managed);
    expect(found).toMatchObject([{ level: "found", text: expect.stringContaining("(servers)") }]);
    expect(found[0]?.text).not.toContain(OPEN);
  });
  test("without hooks and servers, is no line", async () => {
    expect((await agents(HEAD, [])).found).toEqual([]);
  });
});

test("a held session is found, with what lets it go on", async () => {
  const { root, around, directories } = await stand();
  const held = openHeldSessions(directories);
  const common = { root, sinceMs: 1, digests: [] };
  held.hold({ ...common, sessionId: "a", cause: "ran-although-refused", what: "it ran" });
  held.hold({ ...common, sessionId: "b", cause: "mods", what: "code runs", sinceMs: 2 });
  const found = (await checkMods(root, around, [])).filter(({ about }) => about === "held");
  expect(found).toMatchObject([
    { level: "found", repair: "sallyport session release a" },
    { level: "found", repair: "sallyport mods list" },
  ]);
});
