// What commits show, told from objects, against git itself: a history with branches, merges, packs, and files that come and go.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ShownCopies } from "#guard/facts/facts.ts";
import { createGitIndexes, findCopies } from "#surface/services/facts/git/git-copies.ts";
import { applyDelta } from "#surface/services/facts/git/git-objects.ts";
import { pathResolver } from "#surface/services/facts/paths/real-path.ts";
import { runGit } from "../run-git.ts";
import { makeTree } from "../tree.ts";

let root = "";
let remove = async (): Promise<void> => undefined;
const at = (path: string): string => `${root}/${path}`;

let second = 1_700_000_000;
function git(directory: string, ...args: string[]): string {
  second += 60;
  const date = `${second} +0000`;
  return runGit(root, directory, args, { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date });
}

const PATTERNS = ["/**/.env", "/**/*.pem"];
const SPECS = ["--", ".env", "**/.env", "*.pem"];

async function shown(
  directory: string,
  what: ShownCopies,
  only: readonly string[] = [],
): Promise<readonly string[] | undefined> {
  const copies = {
    gitDirectory: at(`${directory}/.git`),
    workTree: at(directory),
    shown: what,
    only,
    except: [],
  };
  const bounds = {
    entriesMax: 1000,
    pathsMax: 1000,
    expired: () => false,
    resolve: pathResolver(),
  };
  const found = await findCopies(copies, PATTERNS, { bounds, indexes: createGitIndexes() });
  return found?.complete === true
    ? found.paths.map((path) => path.slice(at(directory).length + 1))
    : undefined;
}

const commits = (words: readonly string[], most?: number, bySide = false): ShownCopies => ({
  kind: "commits",
  words,
  most,
  bySide,
});
const between = (from: string, to: string, fromBase = false): ShownCopies => ({
  kind: "between",
  from,
  to: to === "index" || to === "disk" ? to : { commit: to },
  fromBase,
});

/** Names that git prints for a command, each once. */
function named(directory: string, ...args: string[]): readonly string[] {
  const lines = git(directory, ...args, ...SPECS).split("\n");
  return [...new Set(lines.filter((line) => line !== ""))].sort();
}

/** The numbers of a small generator, so that the history is the same each time. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state >> 8;
  }
}

const FILES = [
  ".env",
  "a/.env",
  "a/b/x.pem",
  "y.pem",
  "src/one.ts",
  "src/two.ts",
  "a/b/c/d.txt",
  "big.txt",
];

function makeHistory(directory: string, seed: number): void {
  mkdirSync(at(directory));
  git(directory, "init", "-q", "-b", "main");
  const random = numbers(seed);
  const next = (below: number): number => random.next().value % below;
  const change = (): void => {
    const file = FILES[next(FILES.length)] ?? "x";
    mkdirSync(dirname(at(`${directory}/${file}`)), { recursive: true });
    if (next(4) === 0) rmSync(at(`${directory}/${file}`), { force: true });
    else
      writeFileSync(
        at(`${directory}/${file}`),
        `${next(5)}\n`.repeat(file === "big.txt" ? 2000 + next(9) : 3),
      );
  };
  for (let step = 0; step < 24; step++) {
    if (step === 8) git(directory, "branch", "side");
    if (step === 12) git(directory, "gc", "-q");
    const onSide = step >= 8 && step < 16 && step % 2 === 0;
    if (step >= 8) git(directory, "checkout", "-q", onSide ? "side" : "main");
    for (let changes = 0; changes < 3; changes++) change();
    git(directory, "add", "-A");
    git(directory, "commit", "-q", "--allow-empty", "-m", `${step}`);
    if (step === 16) git(directory, "merge", "-q", "-X", "ours", "-m", "joined", "side");
  }
  git(directory, "tag", "-a", "v1", "-m", "one", "HEAD~3");
}

beforeAll(async () => {
  const tree = await makeTree({ "home/x": "" });
  root = tree.root;
  remove = tree.remove;
  makeHistory("r", 7);
});
afterAll(() => remove());

describe("what commits show", () => {
  test("each commit: what it changed", async () => {
    const names = git("r", "rev-list", "--all").trim().split("\n");
    expect(names.length).toBeGreaterThan(20);
    let some = 0;
    for (const name of names) {
      const expected = named("r", "show", "--format=", "--name-only", "--no-renames", name);
      some += expected.length;
      expect(await shown("r", commits([name])), name).toEqual(expected);
      expect(await shown("r", commits([name.slice(0, 8)]))).toEqual(expected);
      const sides = named("r", "show", "-m", "--format=", "--name-only", "--no-renames", name);
      expect(await shown("r", commits([name], undefined, true))).toEqual(sides);
    }
    expect(some).toBeGreaterThan(10);
  });

  for (const word of [
    "HEAD",
    "@",
    "main",
    "side",
    "v1",
    "v1^{}",
    "HEAD~5",
    "HEAD^^",
    "main~2^1",
    "refs/heads/side",
    "heads/side~1",
    "HEAD@{1}",
    "main@{2}",
    "@{3}",
  ])
    test(`by the word ${word}`, async () => {
      expect(await shown("r", commits([word]))).toEqual(
        named(
          "r",
          "show",
          "--format=",
          "--name-only",
          "--no-renames",
          `${word}^{commit}`.replace("^{}^{commit}", "^{}"),
        ),
      );
    });

  for (const [range, ...args] of [
    ["HEAD~4..HEAD"],
    ["v1.."],
    ["side..main"],
    ["main..side"],
    ["side...main"],
    ["HEAD~2..HEAD~6"],
  ] as const)
    test(`of the range ${range}`, async () => {
      const expected = named(
        "r",
        "log",
        "--cc",
        "--format=",
        "--name-only",
        "--no-renames",
        range,
        ...args,
      );
      expect(await shown("r", commits([range]))).toEqual(expected);
    });

  for (const most of [1, 3, 10])
    test(`of the last ${most}`, async () => {
      // Limited by paths git would go on further: so every name is asked for, and sorted out here.
      const all = git(
        "r",
        "log",
        "--cc",
        `-${most}`,
        "--format=",
        "--name-only",
        "--no-renames",
      ).split("\n");
      const expected = [
        ...new Set(all.filter((name) => /(?:^|\/)\.env$|\.pem$/.test(name))),
      ].sort();
      expect(await shown("r", commits(["HEAD"], most))).toEqual(expected);
    });

  test("what differs between any two", async () => {
    for (const one of ["HEAD", "HEAD~7", "side", "v1", "main~12"])
      for (const other of ["HEAD~2", "side~1", "main"]) {
        expect(await shown("r", between(one, other))).toEqual(
          named("r", "diff", "--name-only", "--no-renames", one, other),
        );
        expect(await shown("r", between(one, other, true))).toEqual(
          named("r", "diff", "--name-only", "--no-renames", `${one}...${other}`),
        );
      }
  });

  test("what differs from the index and from the disk", async () => {
    git(".", "clone", "-q", "r", "work");
    const check = async (): Promise<void> => {
      for (const word of ["HEAD", "HEAD~6", "v1"]) {
        expect(await shown("work", between(word, "index"))).toEqual(
          named("work", "diff", "--cached", "--name-only", "--no-renames", word),
        );
        expect(await shown("work", between(word, "disk"))).toEqual(
          named("work", "diff", "--name-only", "--no-renames", word),
        );
      }
    };
    await check();
    mkdirSync(at("work/new/deep"), { recursive: true });
    writeFileSync(at("work/new/deep/z.pem"), "z");
    writeFileSync(at("work/.env"), "staged\n");
    git("work", "add", "-f", ".env", "new");
    await check();
    writeFileSync(at("work/.env"), "on disk\n");
    await check();
    git("work", "rm", "-q", "--cached", "-f", ".env", "new/deep/z.pem");
    await check();
    git("work", "commit", "-q", "--allow-empty", "-m", "taken out");
    await check();
  });

  test("what was put away", async () => {
    git(".", "clone", "-q", "r", "stash");
    for (const file of [".env", "src/one.ts", "y.pem"]) {
      mkdirSync(dirname(at(`stash/${file}`)), { recursive: true });
      writeFileSync(at(`stash/${file}`), `put away ${file}`);
      git("stash", "add", "-A");
      git("stash", "stash", "-q");
    }
    for (const number of [0, 1, 2])
      expect(await shown("stash", between(`stash@{${number}}^1`, `stash@{${number}}`))).toEqual(
        git("stash", "stash", "show", "--name-only", `stash@{${number}}`)
          .split("\n")
          .filter((name) => /\.env$|\.pem$/.test(name)),
      );
  });

  test("what a commit holds, the index being what it may", async () => {
    for (const word of ["HEAD", "v1", "side", "HEAD~15"]) {
      const all = git("r", "ls-tree", "-r", "--name-only", word).split("\n");
      const expected = all.filter((name) => /(?:^|\/)\.env$|\.pem$/.test(name)).sort();
      expect(await shown("r", { kind: "trees", words: [word] })).toEqual(expected);
    }
  });

  test("of a clone that takes its objects from elsewhere, and of a linked working tree", async () => {
    git(".", "clone", "-q", "--shared", "r", "shared");
    git("r", "worktree", "add", "-q", at("linked"), "side");
    const expected = named("r", "show", "--format=", "--name-only", "--no-renames", "HEAD~1");
    expect(await shown("shared", commits(["HEAD~1"]))).toEqual(expected);
    const copies = {
      gitDirectory: at("r/.git/worktrees/linked"),
      workTree: at("linked"),
      only: [],
      except: [],
    };
    const bounds = { entriesMax: 1, pathsMax: 1000, expired: () => false, resolve: pathResolver() };
    const found = await findCopies({ ...copies, shown: commits(["HEAD"]) }, PATTERNS, {
      bounds,
      indexes: createGitIndexes(),
    });
    expect(found?.paths.map((path) => path.slice(at("linked").length + 1))).toEqual(
      named("linked", "show", "--format=", "--name-only", "--no-renames", "HEAD"),
    );
  });
});

describe("what cannot be told of commits is taken as all that is followed", () => {
  for (const word of [
    "nothing",
    "HEAD~999",
    "HEAD^9",
    "main@{upstream}",
    ":/12",
    "HEAD^{/12}",
    "../../etc/passwd",
    "config",
    "0000000000000000000000000000000000000000",
  ])
    test(word, async () => {
      expect(await shown("r", commits([word]))).toEqual(await shown("r", { kind: "tracked" }));
    });

  test("a history that is cut off, where the way leads past its end", async () => {
    git(".", "clone", "-q", "--depth=2", `file://${at("r")}`, "shallow");
    // The oldest commit there is names parents that are not there.
    expect(await shown("shallow", commits(["HEAD~1"]))).toEqual(
      await shown("shallow", { kind: "tracked" }),
    );
    expect(await shown("shallow", commits(["HEAD"]))).toEqual(
      named("shallow", "show", "--format=", "--name-only", "--no-renames", "HEAD"),
    );
  });

  test("objects that are damaged", async () => {
    git(".", "clone", "-q", "--no-local", "r", "damaged");
    const pack = git("damaged", "rev-parse", "--git-path", "objects/pack").trim();
    const [file] = execFileSync("ls", [at(`damaged/${pack}`)], { encoding: "utf8" })
      .split("\n")
      .filter((name) => name.endsWith(".pack"));
    execFileSync("chmod", ["u+w", at(`damaged/${pack}/${file}`)]);
    writeFileSync(at(`damaged/${pack}/${file}`), Buffer.alloc(4000, 0x95));
    expect(await shown("damaged", commits(["HEAD"]))).toEqual(
      await shown("damaged", { kind: "tracked" }),
    );
  });
});

test("differences that reach beyond their base or their end are refused", () => {
  const base = Buffer.from("0123456789");
  const delta = (...bytes: number[]): Buffer => Buffer.from(bytes);
  expect(applyDelta(base, delta(10, 3, 0x91, 2, 3))?.toString()).toBe("234");
  expect(applyDelta(base, delta(10, 2, 2, 0x61, 0x62))?.toString()).toBe("ab");
  for (const wrong of [
    delta(9, 3, 0x91, 2, 3),
    delta(10, 3, 0x91, 8, 3),
    delta(10, 2, 0x91, 2, 3),
    delta(10, 1, 0),
    delta(10, 4, 0x91, 2, 3),
    delta(10, 3, 3, 0x61),
    delta(),
  ])
    expect(applyDelta(base, wrong)).toBeUndefined();
});
