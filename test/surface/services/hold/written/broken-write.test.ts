// A guard that is killed while it puts back what a call wrote: each file is as it was before, or as the call left it, and never half of either.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MadeFolder, stateOf } from "#surface/services/hold/written/made-entries.ts";
import { restoreBroken } from "#surface/services/hold/written/write-back.ts";
import { FROM_SOURCE } from "../../../../program.ts";
import { sampled } from "../../../../sampled.ts";

const BEFORE = "TOKEN=old\nPORT=3000\nMORE=here\n";
const AFTER = "TOKEN=new-and-longer\nPORT=3000\n";
/** Calls of the system that concern the file, or what is kept of it, while it is put back. */
const CALLS_MAX = 40;
const WHY_NO_STRACE = existsSync("/usr/bin/strace") ? undefined : "strace is not installed";
const source = (file: string) => new URL(`../../../../../src/${file}`, import.meta.url).pathname;

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "broken-write-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function laid(): { readonly folder: MadeFolder; readonly keep: string; readonly file: string } {
  const place = join(root, String(++count));
  const [path, from, keep] = ["true", "own", "keep"].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [path, from, keep]) mkdirSync(one, { recursive: true });
  const file = join(path, ".env");
  writeFileSync(file, BEFORE);
  writeFileSync(join(from, ".env"), AFTER);
  writeFileSync(join(keep, "given-0-0"), BEFORE);
  const { mode } = lstatSync(file);
  const entry = {
    name: ".env",
    isView: false,
    isMade: false,
    mayGo: false,
    mode: mode & 0o7777,
    kept: "given-0-0",
    state: stateOf(lstatSync(file)),
  };
  const folder: MadeFolder = {
    path,
    from,
    top: path,
    isOutside: false,
    changed: [".env"],
    fresh: [],
    number: 0,
    entries: [entry],
  };
  return { folder, keep, file };
}

/** Lays out what a killed guard leaves: `now` in the file, and what is kept beside the record. */
function left(now: string): ReturnType<typeof laid> {
  const made = laid();
  writeFileSync(made.file, now);
  writeFileSync(join(made.keep, "before-0-0"), BEFORE);
  writeFileSync(join(made.keep, "before-0-0.next"), AFTER);
  return made;
}

describe("what was broken off", () => {
  test("is restored wherever writing stopped", () => {
    for (let at = 0; at < AFTER.length; at += 1) {
      const { folder, keep, file } = left(AFTER.slice(0, at) + BEFORE.slice(at));
      restoreBroken([folder], keep);
      expect(readFileSync(file, "utf8")).toBe(BEFORE);
      expect(existsSync(join(keep, "before-0-0"))).toBe(false);
    }
  });

  test.each([
    ["was written whole", AFTER],
    ["somebody wrote anew since", "TOKEN=mine\n"],
    ["somebody went on with", `${BEFORE}ADDED=1\n`],
  ])("stays where it %s", (_, now) => {
    const { folder, keep, file } = left(now);
    restoreBroken([folder], keep);
    expect(readFileSync(file, "utf8")).toBe(now);
  });

  test("keeps no other file from being restored where its directory is gone", () => {
    const gone = left("TOKEN=n");
    rmSync(gone.folder.path, { recursive: true });
    const there = left(AFTER.slice(0, 8) + BEFORE.slice(8));
    const folders = [gone.folder, { ...there.folder, number: 1 }];
    for (const name of ["before-1-0", "before-1-0.next"])
      writeFileSync(join(gone.keep, name), name.endsWith("next") ? AFTER : BEFORE);
    restoreBroken(folders, gone.keep);
    expect(readFileSync(there.file, "utf8")).toBe(BEFORE);
  });
});

test("killed at any call of the system, it leaves a file that is whole once that was looked after", (ctx) => {
  if (WHY_NO_STRACE !== undefined) ctx.skip(WHY_NO_STRACE);
  const script = join(root, "put-back.ts");
  writeFileSync(
    script,
    `import { writeBack } from ${JSON.stringify(source("surface/services/hold/written/write-back.ts"))};
const { folder, keep } = JSON.parse(process.argv[2]);
process.stdout.write(JSON.stringify(await writeBack(folder, { keep, noted() {} })));
`,
  );
  const seen = new Set<string>();
  for (const at of sampled(
    Array.from({ length: CALLS_MAX }, (_, number) => number + 1),
    10,
    9,
  )) {
    const { folder, keep, file } = laid();
    const kept = ["before-0-0", "before-0-0.part", "before-0-0.next"].map((name) =>
      join(keep, name),
    );
    const places = [file, ...kept].flatMap((path) => ["-P", path]);
    const strace = ["-f", "-qq", "-o", "/dev/null", ...places, "-e", "trace=all"];
    const killed = ["-e", `inject=all:signal=KILL:when=${at}`];
    const node = [process.execPath, ...FROM_SOURCE, script, JSON.stringify({ folder, keep })];
    const run = spawnSync("/usr/bin/strace", [...strace, ...killed, ...node], {
      encoding: "utf8",
      timeout: 60_000,
    });
    if (run.signal === null && run.status === 0) expect(run.stdout).toBe("[]");
    restoreBroken([folder], keep);
    const text = readFileSync(file, "utf8");
    expect([BEFORE, AFTER]).toContain(text);
    seen.add(text);
  }
  // Both happen, or the calls that were counted are others than those that matter.
  expect(seen).toEqual(new Set([BEFORE, AFTER]));
}, 170_000);
