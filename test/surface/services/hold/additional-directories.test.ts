// Directories that a person's settings name beside the project: which of them count, what rules say of them, what is hidden there.
import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import { createAdditionalDirectories } from "#surface/services/hold/additional-directories.ts";
import { createPlaceFinder } from "#surface/services/hold/places/found-places.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { makeProject, plainShell } from "../../../judging.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let project = "";
let home = "";
let lib = "";

beforeEach(() => {
  room = freshDirectory();
  home = join(realpathSync(room.path), "home");
  project = join(home, "code", "shop");
  lib = join(home, "code", "lib");
  for (const path of [project, lib]) mkdirSync(path, { recursive: true });
});
afterEach(() => room.remove());

const FILES = {
  user: () => join(home, ".claude", "settings.json"),
  local: () => join(project, ".claude", "settings.local.json"),
  project: () => join(project, ".claude", "settings.json"),
} as const;
const write = (file: keyof typeof FILES, additionalDirectories: unknown): void => {
  mkdirSync(dirname(FILES[file]()), { recursive: true });
  writeFileSync(FILES[file](), JSON.stringify({ permissions: { additionalDirectories } }));
};
const found = (written: readonly string[] = []): readonly string[] =>
  createAdditionalDirectories(
    home,
    join(home, "managed"),
  )({ root: project, writtenPaths: new Set(written) });

describe("a directory counts", () => {
  test.each(["user", "local"] as const)("from %s settings, however it is written", (file) => {
    for (const spelling of ["../lib", "~/code/lib", lib, `${lib}/`]) {
      write(file, [spelling]);
      expect(found()).toEqual([lib]);
    }
  });
  test("from managed settings, and by what a link leads to", () => {
    mkdirSync(join(home, "managed"));
    symlinkSync(lib, join(home, "code", "link"));
    writeFileSync(
      join(home, "managed", "managed-settings.json"),
      JSON.stringify({ permissions: { additionalDirectories: [join(home, "code", "link")] } }),
    );
    expect(found()).toEqual([lib]);
  });
  test("not from settings of the project, nor from a file that the session wrote", () => {
    write("project", ["../lib"]);
    expect(found()).toEqual([]);
    write("local", ["../lib"]);
    expect(found()).toEqual([lib]);
    expect(found([FILES.local()])).toEqual([]);
    expect(found([`${project}/.claude/`])).toEqual([]);
  });
  test.each([
    ...["/", "/etc", "/etc/ssl", "/usr/local/lib", "/home", "~", "~/", "..", "~/code", ".", "src"],
    ...["~/.ssh", "~/.config/tool", "~/.claude/projects", "/var/lib/x", "/proc/1", ""],
  ])("not where it is %j", (directory) => {
    write("user", [directory]);
    expect(found()).toEqual([]);
  });
  test("not from settings that cannot be read, and at most some dozens", () => {
    for (const text of ["{", "[]", '{"permissions":{"additionalDirectories":"../lib"}}']) {
      write("user", []);
      writeFileSync(FILES.user(), text);
      expect(found()).toEqual([]);
    }
    write("user", [7, null, "../lib"]);
    expect(found()).toEqual([lib]);
    write(
      "user",
      Array.from({ length: 500 }, (_, at) => `../lib${at}`),
    );
    expect(found()).toHaveLength(32);
  });
});

test("a working tree that the session made counts, and nothing that only looks like one", () => {
  const git = (...words: string[]) =>
    execFileSync("git", [
      "-C",
      project,
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@x.test",
      ...words,
    ]);
  git("init", "-q");
  git("commit", "-qm", "x", "--allow-empty");
  const [fix, other, planted] = ["shop-fix", "shop-old", "shop-bad"].map((name) =>
    join(home, "code", name),
  ) as [string, string, string];
  for (const tree of [fix, other]) git("worktree", "add", "-q", "--detach", tree);
  mkdirSync(planted);
  writeFileSync(join(planted, ".git"), `gitdir: ${join(project, ".git/worktrees/shop-fix")}\n`);
  const counting = (worktrees: readonly string[]) =>
    createAdditionalDirectories(home)({ root: project, worktrees: new Set(worktrees) });
  expect(counting([fix, planted, lib, join(home, "code", "gone"), home])).toEqual([fix]);
  expect(counting([])).toEqual([]);
  git("worktree", "remove", fix);
  mkdirSync(fix);
  expect(counting([fix])).toEqual([]);
});

test("what rules say of the project, they say of it", () => {
  const places = new PlaceTests({ projectRoot: project, home, additionalDirectories: [lib] });
  const inside = places.of({ effects: ["read"], paths: ["<project>/**/.github/**", "<project>"] });
  for (const root of [project, lib]) {
    expect(inside.test(root)).toBe(true);
    expect(inside.test(`${root}/a/.github/x`)).toBe(true);
  }
  expect(inside.test(`${home}/code/other/.github/x`)).toBe(false);
  const outside = places.of({ effects: ["write"], paths: ["/**"], exceptPaths: ["<project>/**"] });
  expect([outside.test(`${lib}/a`), outside.test(`${home}/code/other/a`)]).toEqual([false, true]);
});

test("what is hidden is looked for in it, however deep it lies, and nothing of it becomes writable", () => {
  const deep = join(lib, "a", "b", "c", "d", ".env");
  mkdirSync(dirname(deep), { recursive: true });
  for (const path of [".git/objects", ".git/refs", ".git/hooks", ".claude"])
    mkdirSync(join(lib, path), { recursive: true });
  writeFileSync(join(lib, ".git", "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(lib, ".mcp.json"), "{}");
  writeFileSync(deep, "KEY=1");
  const policy = loadPack("team");
  const asked = { policy, projectRoot: project, home, nowMs: Date.now() };
  const hidden = (additionalDirectories?: readonly string[]) =>
    createPlaceFinder().find({
      ...asked,
      ...(additionalDirectories === undefined ? {} : { additionalDirectories }),
    });
  expect(hidden().hiddenFiles.map(({ path }) => path)).not.toContain(deep);
  const looked = hidden([lib]);
  expect(looked.hiddenFiles.map(({ path }) => path)).toContain(deep);
  expect(looked.missing).toBeUndefined();
  expect(looked.repositories.map(({ root }) => root)).not.toContain(lib);
  const later = [".git/hooks", ".git/config", ".mcp.json"].map((path) => join(lib, path));
  expect(looked.kept).toEqual(expect.arrayContaining(later));
});

describe("a call", () => {
  const where = makeProject();
  afterEach(() => where.remove());
  test("that changes a file there is judged as in the project, and one that changes what CI runs too", async () => {
    const beside = join(dirname(where.project), "beside");
    mkdirSync(beside, { recursive: true });
    const judged = async (command: string, additionalDirectories: readonly string[]) => {
      const { decision } = await judgeWithFacts({
        call: {
          id: "c",
          cwd: where.project,
          tool: "Bash",
          input: { kind: "bash", command, background: false, sandboxOff: false },
        },
        policy: loadPack("team"),
        shell: plainShell("bash"),
        answer: where.answer,
        session: { ...where.session, additionalDirectories },
      });
      return [decision.verdict, decision.reasons[0]?.rule.replace(/^.*:team\//, "")];
    };
    const change = `echo x > ${beside}/notes.txt`;
    expect(await judged(change, [])).toEqual(["ask", "write/outside"]);
    expect(await judged(change, [beside])).toEqual(await judged("echo x > notes.txt", []));
    const delivery = `echo x > ${beside}/.github/workflows/ci.yml`;
    expect(await judged(delivery, [beside])).toEqual(["ask", "write/delivery"]);
    expect(await judged(`rm -rf ${beside}`, [])).toEqual(["deny", "destroy/system"]);
    expect(await judged(`rm -rf ${beside}`, [beside])).toEqual(["deny", "destroy/project"]);
    expect((await judged(`cat ${beside}/.env`, [beside]))[0]).toBe("deny");
  });
});
