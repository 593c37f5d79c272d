// Repositories of a project that lie outside of it: a call may write into those that git itself made for it, and into no other.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HoldNeeds } from "#guard/hold/needs.ts";
import { gitPlaces } from "#surface/services/hold/places/git-places.ts";

let room: string;
const git = (folder: string, ...words: readonly string[]): void => {
  const own = [
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b.test",
    "-c",
    "protocol.file.allow=always",
  ];
  const ended = spawnSync("git", [...own, ...words], { cwd: join(room, folder), encoding: "utf8" });
  if (ended.status !== 0) throw new Error(ended.stderr);
};
const needs = { programs: ["git"], gitSettings: [], isUnbounded: false } as unknown as HoldNeeds;
const placesOf = (root: string, projectRoot = root) =>
  gitPlaces([{ root, gitDirectory: join(root, ".git") }], { needs, projectRoot });

beforeAll(() => {
  room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-git-places-")));
  for (const name of ["part", "whole"]) {
    mkdirSync(join(room, name));
    git(name, "init", "-q");
    git(name, "commit", "-q", "--allow-empty", "-m", "start");
  }
  for (const name of ["shop", "my shop"])
    git("whole", "submodule", "--quiet", "add", "../part", name);
});
afterAll(() => rmSync(room, { recursive: true }));

describe("a project that is a submodule", () => {
  it.each(["shop", "my shop"])("may change its own repository beside the project: %s", (name) => {
    const root = join(room, "whole", name);
    const own = join(room, "whole/.git/modules", name);
    const { writable, kept, directories } = placesOf(root);
    expect(writable).toEqual([own]);
    expect(kept).toEqual(
      expect.arrayContaining([join(root, ".git"), join(own, "hooks"), join(own, "config")]),
    );
    expect(directories).toEqual([]);
  });
  it("may change no other one, whatever a file of it names", () => {
    const planted = join(room, "whole", "planted");
    mkdirSync(planted, { recursive: true });
    for (const to of [".git/modules/shop", ".git", "../part/.git", ".git/modules"]) {
      writeFileSync(join(planted, ".git"), `gitdir: ${join(room, "whole", to)}\n`);
      expect(placesOf(planted).writable).toEqual([]);
    }
  });
  it("may change none that names it from where git makes no submodules", () => {
    const root = join(room, "lone");
    const other = join(room, "lone-data");
    mkdirSync(root);
    git("lone", "init", "-q", `--separate-git-dir=${other}`);
    git("lone", "config", "core.worktree", root);
    expect(placesOf(root).writable).toEqual([]);
  });
});

it("leaves submodules of a repository of the project to that one", () => {
  const root = join(room, "whole");
  const { writable, kept, directories } = placesOf(join(root, "shop"), root);
  expect([writable, kept, directories]).toEqual([[], [], []]);
});
