// Mods on disk: where the client finds them, who brought them, what their digest is made of, and what is none.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  agreements,
  createModLook,
  seenMods,
  unagreed,
} from "#surface/services/mods/agreed-mods.ts";
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
      "a list in the manifest itself",
      {
        [`${SKILL}/.claude-plugin/plugin.json`]: '{"name":"x","hooks":{"modules":["../m.js"]}}',
      },
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
    ["the code", "hooks/mod.js"],
    ["another file beside it", "lib/other.bin"],
    ["the manifest", ".claude-plugin/plugin.json"],
    ["the text that the model reads", "SKILL.md"],
    ["code under the name of a text", "lib/readme.txt"],
    ["code in .git", ".git/hooks/post-checkout"],
    ["code under a name of git's own", ".git/index"],
    ["a file sixteen folders deep", `${"d/".repeat(16)}f.js`],
  ])("changes with %s: %s", (_, name) => {
    put(mod(SKILL, { [`${SKILL}/.git/index`]: "DIRC\0\0\0\u0002" }));
    const before = digest();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    put({ [`${SKILL}/${name}`]: '{"name":"x","version":"2"}' });
    expect(digest()).not.toBe(before);
  });
  const ID = "0123456789abcdef".repeat(3).slice(0, 40);
  test.each([
    [".git/index", "DIRC\0\0\0\u0002 new"],
    [".git/HEAD", "ref: refs/heads/work\n"],
    [".git/refs/heads/main", `${ID}\n`],
    [".git/logs/HEAD", `${ID} ${ID} A <a@example.com> 0 +0000\tcommit: x\n`],
    [".git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"],
    [".git/FETCH_HEAD", `${ID}\tnot-for-merge\tbranch 'main' of example.com:x\n`],
  ])("does not change with what git writes there itself: %s", (name, text) => {
    put(mod(SKILL));
    const before = digest();
    put({ [`${SKILL}/${name}`]: text });
    expect(digest()).toBe(before);
  });
  test("changes with a file behind a link, also with one that leads back, and with where one leads that leads nowhere", () => {
    put({ ...mod(SKILL), "away/m.js": "1" });
    symlinkSync(join(at, "away"), join(at, SKILL, "lib"));
    symlinkSync("..", join(at, SKILL, "hooks", "back"));
    const before = digest();
    put({ "away/m.js": "2" });
    const after = digest();
    symlinkSync("nowhere", join(at, SKILL, "gone"));
    expect(new Set([before, after, digest()]).size).toBe(3);
  });
});

describe("nobody can agree to", () => {
  const some = (files: number) =>
    Object.fromEntries(Array.from({ length: files }, (_, n) => [`${SKILL}/lib/${n}`, ""]));
  test.each<[string, () => Readonly<Record<string, string>>, string]>([
    ["too many files", () => some(5_000), "its folder has more than 5000 files and folders"],
    [
      "too much",
      () => ({ [`${SKILL}/lib/a`]: "a".repeat(33 * 1024 * 1024) }),
      "its folder has more than 32 MiB",
    ],
    [
      "too deep a folder",
      () => ({ [`${SKILL}/${"d/".repeat(30)}f.js`]: "" }),
      "its folder is more than 24 folders deep",
    ],
    [
      "code elsewhere",
      () => ({ [`${SKILL}/hooks/hooks.json`]: '{"modules":["../../../../evil.js"]}' }),
      "it names code outside of its folder",
    ],
    [
      "code elsewhere, in an entry of another form",
      () => ({ [`${SKILL}/hooks/hooks.json`]: '{"modules":[{"a":{"path":"/opt/evil.js"}}]}' }),
      "it names code outside of its folder",
    ],
    [
      "a list elsewhere",
      () => ({
        [`${SKILL}/.claude-plugin/plugin.json`]: '{"name":"x","hooks":"../h.json"}',
        "p/.claude/skills/h.json": MODULES,
      }),
      "it names code outside of its folder",
    ],
    [
      "a list that is longer than is read",
      () => ({ [`${SKILL}/hooks/hooks.json`]: `{${" ".repeat(1024 * 1024)}"modules":["a"]}` }),
      "a file that declares it is longer than 1 MiB",
    ],
  ])("%s", (_, files, why) => {
    put({ ...mod(SKILL), ...files() });
    const [found] = look();
    expect(found).toMatchObject({ uncounted: why });
    const [seen] = seenMods(look(), () => true, join(at, "p"));
    expect(seen?.isAgreed).toBe(false);
  });
  test("more skills than are looked at", () => {
    const skills = join(at, "p/.claude/skills");
    for (let n = 0; n <= 2_000; n += 1) mkdirSync(join(skills, String(n)), { recursive: true });
    expect(look()).toMatchObject([
      { file: skills, uncounted: "its folder has more than 2000 skills", isLoaded: true },
    ]);
  });
  test("what stopped being counted, though all that was counted is the same", () => {
    put({ ...mod(SKILL), ...some(4_994) });
    const [before] = look();
    put({ [`${SKILL}/z`]: "1" });
    const [after] = look();
    expect([before?.uncounted, after?.uncounted]).toEqual([
      undefined,
      "its folder has more than 5000 files and folders",
    ]);
    expect(after?.digest).not.toBe(before?.digest);
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
