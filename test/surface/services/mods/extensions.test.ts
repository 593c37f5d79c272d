// Extensions with code: what makes one, how it stands to what a person agreed to, and which files changed.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { findExtensions } from "#surface/services/mods/extensions.ts";
import {
  keepList,
  keptList,
  listChanges,
  openSeenDigests,
} from "#surface/services/mods/kept-lists.ts";
import { createExtensionLook, isBroken } from "#surface/services/mods/seen-extensions.ts";

const top = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-extensions-")));
let at = "";
let count = 0;
beforeEach(() => {
  at = join(top, String(count++));
  mkdirSync(at);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;
const put = (files: Files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), text);
  }
};
const places = () => ({ directories: [join(at, "p")], config: join(at, "home/.claude") });
const look = () => findExtensions(places());
const brief = () =>
  look().map(({ name, kind, origin, brings, isLoaded }) =>
    [name, kind, origin, brings.join("+"), isLoaded].join(" "),
  );
const HOOKS = JSON.stringify({ PreToolUse: [{ hooks: [{ type: "command", command: "x" }] }] });
const PLUGIN = "home/.claude/plugins/cache/mk/x/1.0.0";
const plugin = (more: Files): Files => ({
  [`${PLUGIN}/.claude-plugin/plugin.json`]: '{"name":"x"}',
  "home/.claude/settings.json": '{"enabledPlugins":{"x@mk":true}}',
  ...Object.fromEntries(Object.entries(more).map(([name, text]) => [`${PLUGIN}/${name}`, text])),
});
const head = (keys: string, body = "") => `---\n${keys}\n---\n${body}\n`;

describe("brings code", () => {
  test.each<[string, Files, string]>([
    ["hooks of a file", { "hooks/hooks.json": `{"hooks":${HOOKS}}` }, "hooks"],
    [
      "hooks in the manifest",
      { ".claude-plugin/plugin.json": `{"name":"x","hooks":${HOOKS}}` },
      "hooks",
    ],
    [
      "hooks of a file that the manifest names",
      {
        ".claude-plugin/plugin.json": '{"name":"x","hooks":"./my.json"}',
        "my.json": `{"hooks":${HOOKS}}`,
      },
      "hooks",
    ],
    ["servers of a file", { ".mcp.json": "{}" }, "servers"],
    ["servers of languages", { ".lsp.json": "{}" }, "servers"],
    [
      "servers in the manifest",
      { ".claude-plugin/plugin.json": '{"name":"x","mcpServers":{"a":{"command":"a"}}}' },
      "servers",
    ],
    ["programs", { "bin/tool": "#!/bin/sh" }, "programs"],
    ["scripts of a skill", { "skills/a/run.py": "" }, "scripts"],
    ["shell lines of a command", { "commands/a.md": "See !`git log`" }, "shell"],
    [
      "hooks of an agent",
      { "agents/a.md": head("hooks:\n  PreToolUse:\n    - matcher: Bash") },
      "hooks",
    ],
    ["a list of hooks that is no JSON", { "hooks/hooks.json": `{"hooks":${HOOKS},` }, "hooks"],
    [
      "a list of hooks over 1 MiB",
      { "hooks/hooks.json": `{"a":"${"x".repeat(1024 * 1024)}","hooks":${HOOKS}}` },
      "hooks",
    ],
    [
      "a list that the manifest names and that is no JSON",
      {
        ".claude-plugin/plugin.json": '{"name":"x","hooks":"./my.json"}',
        "my.json": "hooks: here",
      },
      "hooks",
    ],
    [
      "a manifest over 1 MiB",
      {
        ".claude-plugin/plugin.json": `{"a":"${"x".repeat(1024 * 1024)}","hooks":${HOOKS}}`,
      },
      "hooks",
    ],
    ["a mod", { "hooks/hooks.json": '{"modules":["./m.js"]}' }, "modules"],
  ])("as a plugin: %s", (_, files, brings) => {
    put(plugin(files));
    expect(brief()).toEqual([`x@mk plugin plugin ${brings} true`]);
  });
  test("as a skill, an agent and a command of the project and of the home", () => {
    put({
      "p/.claude/skills/a/SKILL.md": head("name: a"),
      "p/.claude/skills/a/scripts/run.sh": "",
      "p/.claude/skills/b/SKILL.md": head("name: b", "!`make`"),
      "p/.claude/skills/text/SKILL.md": head("name: text", "only words"),
      "p/.claude/agents/c.md": head("name: c\nmcpServers:\n  a:\n    command: a"),
      "p/.claude/agents/plain.md": head("name: plain"),
      "p/.claude/commands/group/d.md": "!`ls`",
      "home/.claude/skills/e/SKILL.md": head("hooks:\n  Stop: [a]"),
    });
    expect(brief()).toEqual([
      "a@skills skill project scripts true",
      "b@skills skill project shell true",
      "group/d@commands command project shell true",
      "e@skills skill home hooks true",
      "c@agents agent project servers true",
    ]);
  });
  test.each<[string, Files]>([
    ["a plugin of texts", plugin({ "skills/a/SKILL.md": head("name: a"), "README.md": "!`ls`" })],
    [
      "files that are none of the client's",
      { "p/.claude/hooks/x.sh": "", "p/skills/a/run.sh": "" },
    ],
    ["a head that only speaks of it", { "p/.claude/agents/a.md": head("description: hooks: a") }],
    ["a text below its head", { "p/.claude/agents/a.md": head("name: a", "hooks:\n  a: b") }],
    ["no folder", {}],
  ])("is not: %s", (_, files) => {
    put(files);
    expect(look()).toEqual([]);
  });
  test("and looking ends where links lead round", () => {
    put({ "p/.claude/skills/a/run.sh": "" });
    for (let n = 0; n < 40; n += 1) symlinkSync("..", join(at, "p/.claude/skills/a", `l${n}`));
    expect(brief()).toEqual(["a@skills skill project scripts true"]);
  });
});

describe("stands", () => {
  const stand = () => {
    const directories = directoriesIn(join(at, "data"));
    const said: object[] = [];
    const statements = {
      all: () => said.map((statement) => ({ receipt: { statement }, state: "in-force" })),
    };
    let nowMs = 0;
    const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
    // Only what is asked of the store.
    const seen = createExtensionLook(statements as never, openSeenDigests(directories), clock);
    const project = join(at, "p");
    return {
      directories,
      said,
      start: () => seen.atStart(places(), project).map(({ standing }) => standing),
      broken: () => {
        nowMs += 2_000;
        return seen.broken(places(), project).map(({ name }) => name);
      },
      agree: (of: "project" | "all", about = "a@skills") => {
        const digest = look()[0]?.digest;
        const scope = of === "all" ? { of } : { of, path: project };
        said.push({ kind: "mod", about, digest, scope, createdMs: said.length });
      },
    };
  };
  const SKILL = "p/.claude/skills/a/run.sh";

  test("as new at first, then as known, and as changed when it changed", () => {
    const { start } = stand();
    put({ [SKILL]: "1" });
    expect([start(), start()]).toEqual([["new"], ["known"]]);
    put({ [SKILL]: "2" });
    expect([start(), start()]).toEqual([["changed"], ["known"]]);
  });
  test("as agreed, and unlike that once it changed: then it holds", () => {
    const { start, broken, agree } = stand();
    put({ [SKILL]: "1" });
    agree("project");
    expect([start(), broken()]).toEqual([["agreed"], []]);
    put({ [SKILL]: "2" });
    expect([start(), broken()]).toEqual([["unlike-agreed"], ["a@skills"]]);
    agree("project");
    expect([start(), broken()]).toEqual([["agreed"], []]);
  });
  test("unasked where the agreement is about another's of the same name", () => {
    const { start, broken, agree } = stand();
    put({ [SKILL]: "1" });
    agree("all");
    put({ [SKILL]: "2" });
    expect([start(), broken()]).toEqual([["new"], []]);
  });
  test("unlike, and holds nobody, where the client does not load it", () => {
    put(plugin({ ".mcp.json": "{}" }));
    const [one] = look();
    if (one === undefined) throw new Error("none was found");
    expect(isBroken({ ...one, standing: "unlike-agreed" })).toBe(true);
    expect(isBroken({ ...one, standing: "unlike-agreed", isLoaded: false })).toBe(false);
  });
  test("as new again where what was seen is no such file", () => {
    const { start, directories } = stand();
    put({ [SKILL]: "1" });
    start();
    writeFileSync(join(directories.mods, "seen.json"), "{");
    expect(start()).toEqual(["new"]);
  });
});

describe("the list of files", () => {
  test("is kept, shows each change, and counts only for its digest", () => {
    const directories = directoriesIn(join(at, "data"));
    put({ "p/.claude/skills/a/run.sh": "1", "p/.claude/skills/a/old.sh": "" });
    const [before] = look();
    if (before === undefined) throw new Error("none was found");
    keepList(directories, before);
    put({ "p/.claude/skills/a/run.sh": "2", "p/.claude/skills/a/new.sh": "" });
    rmSync(join(at, "p/.claude/skills/a/old.sh"));
    const files = keptList(directories, before.digest) ?? new Map();
    expect(listChanges(files, look()[0]?.files ?? new Map())).toEqual([
      { path: "new.sh", how: "added" },
      { path: "old.sh", how: "removed" },
      { path: "run.sh", how: "changed" },
    ]);
    const forged = { version: 1, files: [["run.sh", "0".repeat(64)]] };
    writeFileSync(join(directories.mods, `${before.digest}.json`), JSON.stringify(forged));
    expect(keptList(directories, before.digest)).toBeUndefined();
  });
});
