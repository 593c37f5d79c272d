// What is remembered of a project's places finds what a first look finds, whatever happened to the directories meanwhile.
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createPlaceFinder, type PlaceFinder } from "#surface/services/hold/places/found-places.ts";
import { rulesOf } from "#surface/services/hold/places/place-rules.ts";
import {
  type DirectoryMemory,
  directoryAt,
} from "#surface/services/hold/places/project-directories.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

const policy = loadPack("team");
const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

function stand() {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "found-places-")));
  made.push(home);
  const projectRoot = join(home, "work/shop");
  const at = (path: string): string => join(projectRoot, path);
  const write = (path: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), "KEY=1\n");
  };
  for (const path of ["a/b/c/file.ts", "services/one/.env", "services/two/main.ts", "spare/.env"])
    write(path);
  const asked = { policy, projectRoot, home };
  const find = (finder: PlaceFinder, nowMs = Date.now()) => finder.find({ ...asked, nowMs });
  const hiddenIn = (finder: PlaceFinder, nowMs?: number): readonly string[] =>
    find(finder, nowMs)
      .hiddenFiles.map(({ path }) => path)
      .filter((path) => path.startsWith(projectRoot));
  return { home, projectRoot, at, write, asked, find, hiddenIn };
}

/** Later than any tick of a file system's clock, as the finder is told the time. */
const LATER_MS = 10_000;

const CHANGES: Readonly<Record<string, (made: ReturnType<typeof stand>) => void>> = {
  "a new file": ({ write }) => write("a/b/c/.env"),
  "a new directory": ({ write }) => write("a/new/.env.local"),
  "a file that is gone": ({ at }) => rmSync(at("services/one/.env")),
  "a directory that is gone": ({ at }) => rmSync(at("services"), { recursive: true }),
  "a file that was moved in": ({ at, write }) => {
    write("a/plain");
    renameSync(at("a/plain"), at("a/b/.env"));
  },
  "a directory in another's place": ({ at }) => {
    renameSync(at("services/two"), at("services/three"));
    renameSync(at("spare"), at("services/two"));
  },
  "a directory in another's place, with its time": ({ at }) => {
    renameSync(at("services/two"), at("services/three"));
    renameSync(at("spare"), at("services/two"));
    for (const path of ["services/two", "services"]) utimesSync(at(path), 1, 1);
  },
  "a link in a directory's place": ({ at }) => {
    renameSync(at("services/one"), at("a/one"));
    symlinkSync(at("a/one"), at("services/one"));
  },
  "a link to a file that has another name": ({ at }) =>
    symlinkSync(at("a/b/c/file.ts"), at("a/.env")),
  "another name of a hidden file": ({ at }) => linkSync(at("services/one/.env"), at("a/other")),
  "a repository": ({ at }) => mkdirSync(at("a/b/.git")),
  "what the client keeps": ({ write }) => write(".claude/agents/one.md"),
};

describe("a finder that looked before finds what a new one finds", () => {
  it.each(Object.keys(CHANGES))("after %s", (name) => {
    const all = stand();
    const finder = createPlaceFinder();
    all.find(finder, Date.now() + LATER_MS);
    const before = all.find(finder, Date.now() + LATER_MS);
    CHANGES[name]?.(all);
    const after = all.find(finder, Date.now() + LATER_MS);
    expect(after).toEqual(all.find(createPlaceFinder()));
    expect(after).not.toEqual(before);
  });
});

describe("a directory that had just changed when it was read", () => {
  it.each([
    { afterMs: 1, isKept: false },
    { afterMs: LATER_MS, isKept: true },
  ])(
    "is read again, for it may change within the tick: $afterMs ms after",
    ({ afterMs, isKept }) => {
      const { at, projectRoot, home } = stand();
      const memory: DirectoryMemory = {
        rules: rulesOf(policy, { projectRoot, home }),
        names: new Map(),
        directories: new Map(),
        watch: undefined,
        version: 0,
      };
      const { ctimeMs } = lstatSync(at("a/b"));
      const first = directoryAt(at("a/b"), memory, { nowMs: ctimeMs + afterMs });
      const again = directoryAt(at("a/b"), memory, { nowMs: ctimeMs + LATER_MS });
      expect(again).toEqual({ ...first, isSettled: true });
      expect(again === first).toBe(isKept);
    },
  );
});

describe("a project that was looked at before its first call", () => {
  it("is found as it is by then", async () => {
    const { write, asked, find, hiddenIn, at } = stand();
    for (let folder = 0; folder < 200; folder += 1) write(`many/piece-${folder}/file.ts`);
    const finder = createPlaceFinder();
    let parts = 0;
    await finder.prepare(asked, async () => {
      parts += 1;
      // What comes while it goes on is seen by whoever asks.
      if (parts === 2) write("many/piece-199/.env");
      return Date.now() + LATER_MS;
    });
    expect(parts).toBeGreaterThan(3);
    expect(hiddenIn(finder)).toContain(at("many/piece-199/.env"));
    write("many/piece-3/.env");
    expect(find(finder, Date.now() + LATER_MS)).toEqual(find(createPlaceFinder()));
  });

  it("is waited for by a first call, which others come between, and by no later one", async () => {
    const { write, asked, find } = stand();
    for (let folder = 0; folder < 200; folder += 1) write(`many/piece-${folder}/.env`);
    const finder = createPlaceFinder();
    let parts = 0;
    const next = async () => {
      parts += 1;
      return Date.now();
    };
    const begun = finder.prepare(asked, next);
    await finder.ready(asked, async () => {
      throw new Error("it was looked at twice");
    });
    const whole = parts;
    expect(whole).toBeGreaterThan(200 / 64);
    await begun;
    expect(parts).toBe(whole);
    expect(find(finder)).toEqual(find(createPlaceFinder()));
    await finder.ready(asked, next);
    expect(parts).toBe(whole);
  });

  it("is found whole by who asks before that is done", async () => {
    const { write, asked, find } = stand();
    for (let folder = 0; folder < 200; folder += 1) write(`many/piece-${folder}/.env`);
    const finder = createPlaceFinder();
    let first: unknown;
    await finder.prepare(asked, async () => {
      first ??= find(finder);
      return Date.now();
    });
    expect(first).toEqual(find(createPlaceFinder()));
  });
});
