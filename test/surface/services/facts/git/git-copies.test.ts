// What git keeps copies of, told from its index, against git itself; and bytes of no sense, which are never understood.
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitCopies, ShownCopies } from "#guard/facts/facts.ts";
import { createGitIndexes, findCopies } from "#surface/services/facts/git/git-copies.ts";
import { readIndex } from "#surface/services/facts/git/git-index.ts";
import { pathResolver } from "#surface/services/facts/paths/real-path.ts";
import { runGit } from "../run-git.ts";
import { makeTree } from "../tree.ts";

let root = "";
let remove = async (): Promise<void> => undefined;
const at = (path: string): string => `${root}/${path}`;

const git = (directory: string, ...args: string[]): string => runGit(root, directory, args);

/** The entries of an index as `git ls-files --stage` prints them; undefined where the reader gives up. */
function staged(path: string, hashBytes = 20): readonly string[] | undefined {
  const found = readIndex(readFileSync(at(path)), hashBytes, () => true);
  return found?.map(
    ({ mode, object, stage, name }) =>
      `${mode.toString(8).padStart(6, "0")} ${object} ${stage}\t${name}`,
  );
}

function listed(directory: string): readonly string[] {
  return git(directory, "ls-files", "--stage", "-z").split("\0").slice(0, -1);
}

const ALL: ShownCopies = { kind: "tracked" };

async function kept(
  directory: string,
  patterns: readonly string[],
  change: Partial<GitCopies> = {},
): Promise<{ paths: readonly string[]; complete: boolean } | undefined> {
  const copies = {
    gitDirectory: at(`${directory}/.git`),
    workTree: at(directory),
    shown: ALL,
    only: [],
    except: [],
    ...change,
  };
  const bounds = {
    entriesMax: 1000,
    pathsMax: 1000,
    expired: () => false,
    resolve: pathResolver(),
  };
  const found = await findCopies(copies, patterns, { bounds, indexes: createGitIndexes() });
  return (
    found && {
      paths: found.paths.map((path) => path.slice(copies.workTree.length + 1)),
      complete: found.complete,
    }
  );
}

beforeAll(async () => {
  const tree = await makeTree({
    "home/x": "",
    "r/a": "a",
    "r/a.b/c": "1",
    "r/deep/er/and/a/name/that/is/longer/than/the/one/before": "2",
    "r/deep/er/and/a/name/that/is/other": "3",
    "r/ünï/ö": "4",
    "r/run": { mode: 0o755, text: "#!/bin/sh\n" },
    "r/link": { link: ".env" },
    "r/.env": "SECRET=1\n",
    "r/sub/.env": "SECRET=2\n",
    "r/sub/x.pem": "key\n",
    "r/sub/deeper/y.pem": "key\n",
  });
  root = tree.root;
  remove = tree.remove;
  git("r", "init", "-q", "-b", "main");
  git("r", "add", ".");
  git("r", "commit", "-q", "-m", "one");
});
afterAll(() => remove());

describe("the index", () => {
  for (const version of ["2", "3", "4"]) {
    test(`of version ${version} is read as git reads it`, () => {
      git("r", "update-index", "--index-version", version);
      // Without an extended flag git writes version 2 where 3 was asked for.
      if (version === "3") git("r", "update-index", "--skip-worktree", "a");
      expect(readFileSync(at("r/.git/index")).readUInt32BE(4)).toBe(Number(version));
      expect(staged("r/.git/index")).toEqual(listed("r"));
      expect(listed("r").length).toBe(11);
      git("r", "update-index", "--no-skip-worktree", "a");
    });
  }

  test("with the sides of a conflict and an entry that was only announced", () => {
    git(".", "clone", "-q", "r", "conflict");
    for (const branch of ["one", "two"]) {
      git("conflict", "checkout", "-q", "-b", branch, "origin/main");
      writeFileSync(at("conflict/a"), branch);
      git("conflict", "commit", "-qam", branch);
    }
    expect(() => git("conflict", "merge", "one")).toThrow();
    writeFileSync(at("conflict/new"), "x");
    git("conflict", "add", "-N", "new");
    expect(staged("conflict/.git/index")).toEqual(listed("conflict"));
    expect(listed("conflict").filter((line) => / [123]\t/.test(line)).length).toBe(3);
  });

  test("of SHA-256", async () => {
    mkdirSync(at("long"));
    git("long", "init", "-q", "--object-format=sha256");
    writeFileSync(at("long/.env"), "x");
    git("long", "add", ".");
    expect(staged("long/.git/index", 32)).toEqual(listed("long"));
    expect(await kept("long", ["/**/.env"])).toEqual({ paths: [".env"], complete: true });
  });

  test("that is split over two files is not known, and one with sparse directories is not complete", async () => {
    git(".", "clone", "-q", "r", "split");
    git("split", "update-index", "--split-index");
    expect(staged("split/.git/index")).toBeUndefined();
    expect(await kept("split", ["/**/.env"])).toBeUndefined();
    git(".", "clone", "-q", "r", "sparse");
    git("sparse", "sparse-checkout", "set", "--cone", "--sparse-index", "deep");
    expect(await kept("sparse", ["/**/.env"])).toEqual({ paths: [".env"], complete: false });
  });

  test("of no repository yet holds nothing; one that is a FIFO or broken is not known", async () => {
    mkdirSync(at("new"));
    git("new", "init", "-q");
    expect(await kept("new", ["/**/.env"])).toEqual({ paths: [], complete: true });
    writeFileSync(at("new/.git/index"), "DIRC nonsense");
    expect(await kept("new", ["/**/.env"])).toBeUndefined();
    rmSync(at("new/.git/index"));
    execFileSync("mkfifo", [at("new/.git/index")]);
    expect(await kept("new", ["/**/.env"])).toBeUndefined();
  });

  test("of any bytes ends, and of bytes that are cut off is never taken as whole", () => {
    const bytes = readFileSync(at("r/.git/index"));
    for (let length = 0; length < bytes.length; length++) {
      // Without the extensions behind them the entries are whole all the same.
      const entries = readIndex(bytes.subarray(0, length), 20, () => true);
      if (entries !== undefined) expect(entries.length).toBe(11);
    }
    const changed = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(changed, { minLength: 1, maxLength: 20 }), (changes) => {
        const copy = Buffer.from(bytes);
        for (const [place, value] of changes) copy[place] = value;
        expect(readIndex(copy, 20, () => true)?.length ?? 0).toBeLessThan(1000);
      }),
    );
  });
});

describe("what is kept", () => {
  test("by its name, links left out, with what is gone from the disk", async () => {
    git(".", "clone", "-q", "r", "gone");
    rmSync(at("gone/.env"));
    expect(await kept("gone", ["/**/.env", "/**/*.pem"])).toEqual({
      paths: [".env", "sub/.env", "sub/deeper/y.pem", "sub/x.pem"],
      complete: true,
    });
    git("gone", "rm", "-rq", "--cached", ".env", "sub");
    expect(await kept("gone", ["/**/.env", "/**/*.pem"])).toEqual({ paths: [], complete: true });
  });

  test("in a linked working tree by its own index", async () => {
    git("r", "worktree", "add", "-q", "-b", "side", at("wt"));
    git("wt", "rm", "-q", ".env");
    expect(
      (await kept("wt", ["/**/.env"], { gitDirectory: at("r/.git/worktrees/wt") }))?.paths,
    ).toEqual(["sub/.env"]);
  });

  test("under the name of its object", async () => {
    const object = git("r", "rev-parse", ":sub/.env").trim();
    const named = async (name: string): Promise<readonly string[] | undefined> =>
      (await kept("r", ["/**/.env"], { shown: { kind: "objects", names: [name] } }))?.paths;
    expect(await named(object)).toEqual(["sub/.env"]);
    expect(await named(object.slice(0, 7))).toEqual(["sub/.env"]);
    expect(await named("0000000")).toEqual([]);
  });

  test("and differs on disk: as `git diff` tells", async () => {
    git(".", "clone", "-q", "r", "work");
    const changed = async (): Promise<readonly string[] | undefined> =>
      (await kept("work", ["/**/.env", "/**/*.pem"], { shown: { kind: "unstaged" } }))?.paths;
    const diffs = (): readonly string[] =>
      git("work", "diff", "--name-only", "--", "*.env", "*.pem").split("\n").slice(0, -1);
    expect(await changed()).toEqual(diffs());
    // Same size, same times where a program can set them.
    const { atime, mtime } = statSync(at("work/.env"));
    writeFileSync(at("work/.env"), "SECRET=9\n");
    utimesSync(at("work/.env"), atime, mtime);
    rmSync(at("work/sub/x.pem"));
    utimesSync(at("work/sub/.env"), new Date(), new Date());
    expect(await changed()).toEqual([".env", "sub/x.pem"]);
    expect(diffs()).toEqual([".env", "sub/x.pem"]);
    git("work", "add", ".env");
    expect(await changed()).toEqual(["sub/x.pem"]);
  });

  test("is looked up again when the index is another one", async () => {
    const indexes = createGitIndexes();
    const copies = { gitDirectory: at("r/.git"), workTree: at("r") };
    expect((await indexes.matching(copies, ["/**/.env"]))?.entries.length).toBe(2);
    renameSync(at("r/.git/index"), at("r/.git/kept"));
    expect((await indexes.matching(copies, ["/**/.env"]))?.entries.length).toBe(0);
    renameSync(at("r/.git/kept"), at("r/.git/index"));
    expect((await indexes.matching(copies, ["/**/.env"]))?.entries.length).toBe(2);
  });
});
