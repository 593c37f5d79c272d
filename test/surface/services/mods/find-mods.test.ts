// Mods on disk: where the client finds them, who brought them, what their digest is made of, and what is none.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { agreements, createModLook, unagreed } from "#surface/services/mods/agreed-mods.ts";
import { findMods, modsIn } from "#surface/services/mods/find-mods.ts";

const top = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-mods-")));
let at = "";
let count = 0;
beforeEach(() => {
  at = join(top, String(count++));
  mkdirSync(at);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const put = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), text);
  }
};
const MODULES = JSON.stringify({ modules: ["./mod.js"] });
const mod = (folder: string, more: Readonly<Record<string, string>> = {}) => ({
  [`${folder}/.claude-plugin/plugin.json`]: '{"name":"x"}',
  [`${folder}/hooks/hooks.json`]: MODULES,
  [`${folder}/hooks/mod.js`]: "export function register(on) {}\n",
  ...more,
});
const look = () => findMods({ directories: [join(at, "p")], config: join(at, "home/.claude") });
const brief = () =>
  look().map(({ name, origin, folder, isLoaded }) =>
    [name, origin, folder.slice(at.length + 1), isLoaded].join(" "),
  );
const SKILL = "p/.claude/skills/x";

describe("is found", () => {
  test("in a skill of the project and of the home", () => {
    put({ ...mod(SKILL), ...mod("home/.claude/skills/y") });
    expect(brief()).toEqual([
      "x@skills-dir project p/.claude/skills/x true",
      "x@skills-dir home home/.claude/skills/y true",
    ]);
  });
  test.each<[string, Readonly<Record<string, string>>]>([
    [
      "a list of hooks that the manifest names",
      {
        [`${SKILL}/.claude-plugin/plugin.json`]: '{"name":"x","hooks":["./h.json"]}',
        [`${SKILL}/h.json`]: MODULES,
      },
    ],
    [
      "a list that is no JSON to us",
      { ...mod(SKILL), [`${SKILL}/hooks/hooks.json`]: '{"modules":["a"],}' },
    ],
    ["a byte order mark", { ...mod(SKILL), [`${SKILL}/hooks/hooks.json`]: `\uFEFF${MODULES}` }],
    [
      "a manifest that cannot be read",
      { ...mod(SKILL), [`${SKILL}/.claude-plugin/plugin.json`]: "{" },
    ],
    [
      "`modules` that is no list",
      { ...mod(SKILL), [`${SKILL}/hooks/hooks.json`]: '{"modules":"./mod.js"}' },
    ],
  ])("by %s", (_, files) => {
    put(files);
    expect(brief()).toEqual(["x@skills-dir project p/.claude/skills/x true"]);
  });
  test("behind a link, and in a folder that the client wrote in a session", () => {
    put({ ...mod("lib/x"), ...mod("home/.claude/dev-mods/s1/x") });
    mkdirSync(join(at, "p/.claude/skills"), { recursive: true });
    symlinkSync(join(at, "lib/x"), join(at, SKILL));
    expect(brief()).toEqual([
      "x@skills-dir project p/.claude/skills/x true",
      "x@skills-dir session home/.claude/dev-mods/s1/x true",
    ]);
  });
  test.each<[string, string | undefined, boolean]>([
    ["home/.claude/settings.json", "true", true],
    ["p/.claude/settings.json", "true", true],
    ["p/.claude/settings.local.json", "true", true],
    ["home/.claude/settings.json", "false", false],
    ["nobody's settings", undefined, false],
  ])("in a plugin of a marketplace, loaded where it is enabled: %s %s", (file, value, loaded) => {
    const folder = "home/.claude/plugins/cache/mk/x/1.0.0";
    put(mod(folder));
    if (value !== undefined) put({ [file]: `{"enabledPlugins":{"x@mk":${value}}}` });
    expect(brief()).toEqual([`x@mk plugin ${folder} ${loaded}`]);
  });
  test("in a plugin that lies elsewhere, and in the folder of its marketplace", () => {
    const plugins = "home/.claude/plugins";
    const installed = { version: 2, plugins: { "a@mk": [{ installPath: join(at, "away/a") }] } };
    const known = { mk: { installLocation: join(at, "mk") } };
    const list = {
      name: "mk",
      plugins: [
        { name: "b", source: "./b" },
        { name: "c", source: "./c" },
      ],
    };
    put({
      ...mod("away/a"),
      ...mod("mk/b"),
      ...mod("mk/c"),
      "mk/.claude-plugin/marketplace.json": JSON.stringify(list),
      [`${plugins}/installed_plugins.json`]: JSON.stringify(installed),
      [`${plugins}/known_marketplaces.json`]: JSON.stringify(known),
      "home/.claude/settings.json": '{"enabledPlugins":{"b@mk":true}}',
    });
    expect(brief()).toEqual(["a@mk plugin away/a false", "b@mk plugin mk/b true"]);
  });
  test("in nested projects, where a session would have to start", () => {
    put(mod("p/sub/.claude/skills/x"));
    expect(brief()).toEqual([]);
    expect(modsIn([join(at, "p/sub/.claude/skills/x")])).toMatchObject([{ isLoaded: false }]);
  });
  test("switched off by name, and then not loaded", () => {
    put({
      ...mod(SKILL),
      "home/.claude/settings.json": '{"enabledPlugins":{"x@skills-dir":false}}',
    });
    expect(brief()).toEqual(["x@skills-dir project p/.claude/skills/x false"]);
  });
});

describe("is not", () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ["a skill of text", { [`${SKILL}/SKILL.md`]: "---\nname: x\n---\n" }],
    ["a skill without a manifest", { [`${SKILL}/hooks/hooks.json`]: MODULES }],
    [
      "a plugin with hooks of commands alone",
      { ...mod(SKILL), [`${SKILL}/hooks/hooks.json`]: '{"hooks":{}}' },
    ],
    ["an empty list", { ...mod(SKILL), [`${SKILL}/hooks/hooks.json`]: '{"modules":[]}' }],
    ["a file where skills belong", { "p/.claude/skills": "text" }],
    ["settings that are no JSON", { "home/.claude/settings.json": "{" }],
    [
      "a list of plugins of another form",
      { "home/.claude/plugins/installed_plugins.json": '{"plugins":[1]}' },
    ],
  ])("%s", (_, files) => {
    put(files);
    expect(look()).toEqual([]);
  });
});

describe("its digest", () => {
  const digest = () => look()[0]?.digest;
  test.each([
    ["the code", "hooks/mod.js", true],
    ["another file beside it", "lib/other.bin", true],
    ["the manifest", ".claude-plugin/plugin.json", true],
    ["the text that the model reads", "SKILL.md", false],
  ])("changes with %s: %s %s", (_, name, changes) => {
    put(mod(SKILL));
    const before = digest();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    put({ [`${SKILL}/${name}`]: '{"name":"x","version":"2"}' });
    expect(digest() === before).toBe(!changes);
  });
});

test("what a person agreed to counts by digest and place, and is looked up each time", () => {
  put(mod(SKILL));
  const [found] = look();
  const scopes = [{ of: "project", path: join(at, "p") }, { of: "all" }] as const;
  for (const scope of scopes) {
    let state: "in-force" | "withdrawn" = "in-force";
    const statement = { kind: "mod", digest: found?.digest, scope };
    // Only what is asked of the store.
    const store = { all: () => [{ receipt: { statement }, state }] };
    const hasAgreed = agreements(store as never, () => 0);
    const seen = createModLook(hasAgreed, () => 0);
    const strange = (project: string) =>
      unagreed(seen({ directories: [join(at, "p")], config: join(at, "home/.claude") }, project));
    expect(strange(join(at, "p"))).toEqual([]);
    expect(strange("/elsewhere")).toHaveLength(scope.of === "all" ? 0 : 1);
    state = "withdrawn";
    expect(strange(join(at, "p"))).toHaveLength(1);
  }
  const broken = {
    all: () => {
      throw new Error("not signed");
    },
  };
  expect(agreements(broken as never, () => 0)(found?.digest ?? "", "/")).toBe(false);
});
