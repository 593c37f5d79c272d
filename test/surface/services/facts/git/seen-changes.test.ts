// What a call left behind, on a real disk and in real repositories.
import {
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { revisionAt, seenChanges } from "#surface/services/facts/git/seen-changes.ts";
import { freshDirectory } from "../../../daemon/daemon-stand.ts";
import { runGit } from "../run-git.ts";

let directory: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  directory = freshDirectory();
});
afterEach(() => {
  directory.remove();
});
const at = (name: string): string => join(directory.path, name);

describe("files that changed", () => {
  it("are those written since, moved here with an old time, or gone", async () => {
    for (const name of ["written", "old", "kept", "source"]) writeFileSync(at(name), "x");
    utimesSync(at("source"), 1, 1);
    const sinceMs = Date.now() + 2_000;
    const write = (name: string) => ({ action: "write", path: at(name) }) as const;
    const gone = (name: string) => ({ action: "delete", path: at(name) }) as const;
    // Everything so far is older than the time, the clock of the file system taken into account.
    expect(
      await seenChanges([write("old"), gone("kept"), write("missing")], sinceMs + 100),
    ).toEqual([]);
    renameSync(at("source"), at("moved"));
    rmSync(at("kept"));
    const files = [write("written"), write("moved"), gone("kept"), gone("old"), write("missing")];
    expect(await seenChanges(files, Date.now() - 1)).toEqual([
      write("written"),
      write("moved"),
      gone("kept"),
    ]);
  });
});

describe("branch and commit", () => {
  it("are those of the repository that holds the directory, a linked working tree included", async () => {
    const repository = realpathSync(directory.path);
    const git = (...args: string[]) => runGit(repository, ".", args).trim();
    expect(await revisionAt(repository)).toBeUndefined();
    git("init", "-q", "-b", "main");
    expect(await revisionAt(repository)).toEqual({ branch: "main", commit: undefined });
    git("commit", "-q", "--allow-empty", "-m", "one");
    const first = git("rev-parse", "HEAD");
    mkdirSync(at("deep"));
    symlinkSync(at("deep"), at("link"));
    expect(await revisionAt(at("link"))).toEqual({ branch: "main", commit: first });
    git("worktree", "add", "-q", "-b", "side", join(repository, "tree"));
    git("-C", join(repository, "tree"), "commit", "-q", "--allow-empty", "-m", "two");
    const second = git("rev-parse", "side");
    expect(await revisionAt(join(repository, "tree"))).toEqual({ branch: "side", commit: second });
    git("pack-refs", "--all");
    git("checkout", "-q", "--detach");
    expect(await revisionAt(repository)).toEqual({ branch: undefined, commit: first });
    expect(await revisionAt(join(repository, "tree"))).toEqual({ branch: "side", commit: second });
  });
});
