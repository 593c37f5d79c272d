// The index held against its digests and the log: every kind of edit is found and located, and what is made anew answers as before.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerFromIndex } from "#record/store/index/answer-question.ts";
import { type AskedLog, openAskedLog } from "#record/store/index/asked-log.ts";
import {
  checkIndex,
  type CheckResult,
  repairIndex,
  spotCheck,
} from "#record/store/index/index-check.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { createRowMaker, type FollowedLog, followLog } from "#record/store/index/index-follow.ts";
import { isAsLeft, noteLeft } from "#record/store/index/index-traces.ts";
import type { IndexUpkeep } from "#record/store/index/index-upkeep.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import type { IndexRow } from "#record/store/index/index-row.ts";
import { readEntries } from "#record/store/log-reader.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { generatedEvents } from "../../generated-events.ts";
import { systemClock, withLog, withLogDirectories } from "../temporary-log.ts";

const EVENTS = 9_000;
const START_MS = 1_772_323_200_000;

async function fill(options: LogOptions, count: number, seed: number): Promise<void> {
  await withLog(options, async (log) => {
    const team = { seed, count, users: 3, startMs: START_MS, endMs: START_MS + 86_400_000 };
    for (const event of generatedEvents(team, () => log.stamp("hook")))
      await log.append(event, { durable: false });
  });
}

type Stand = {
  readonly file: string;
  readonly asked: AskedLog;
  readonly followed: FollowedLog;
  readonly key: string;
};

let made: { readonly root: string; readonly options: LogOptions } | undefined;

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "sallyport-index-"));
  const options = {
    log: join(root, "log"),
    keys: join(root, "keys"),
    clock: systemClock,
    productVersion: "0.1.0",
  };
  await fill(options, EVENTS, 4);
  const asked = await openAskedLog(options);
  const index = await openIndexFile(join(root, "index", "events.db"), { key: asked.indexKey });
  await followLog(index, await asked.follow());
  index.settle();
  index.close();
  made = { root, options };
});

afterAll(async () => {
  if (made !== undefined) await rm(made.root, { recursive: true, force: true });
});

/** Gives each test an index of the same log. */
async function withIndex(use: (stand: Stand) => Promise<void>): Promise<void> {
  if (made === undefined) throw new Error("the log was not made");
  const { root, options } = made;
  const asked = await openAskedLog(options);
  const folder = await mkdtemp(join(root, "copy-"));
  const file = join(folder, "events.db");
  await copyFile(join(root, "index", "events.db"), file);
  await use({ file, asked, followed: await asked.follow(), key: asked.indexKey ?? "" });
}

function upkeepOf(index: IndexFile): IndexUpkeep {
  if (index.upkeep === undefined) throw new Error("the index has no key");
  return index.upkeep;
}

async function check(index: IndexFile, log?: FollowedLog): Promise<CheckResult> {
  const steps = checkIndex(index, upkeepOf(index), log);
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
  }
}

/** Edits the file as another program does that has it to itself. */
function edit(file: string, sql: string): void {
  const db = new sqlite.Database(file);
  try {
    db.exec("PRAGMA locking_mode = exclusive");
    db.exec(sql);
  } finally {
    db.close();
  }
}

function answers(index: IndexFile, asked: AskedLog) {
  const group = (
    filter: string,
    by: readonly ("kind" | "user" | "verdict" | "effect" | "hour")[],
  ) =>
    answerFromIndex(index, asked, {
      ask: "group",
      filter,
      nowMs: 0,
      by,
      limit: 200,
      inOrder: true,
    });
  return [
    group("", ["kind", "user"]),
    group("", ["verdict", "hour"]),
    group("verdict:deny", ["effect"]),
    group('"git push"', ["verdict"]),
  ];
}

const EDITS: readonly (readonly [string, string, string, readonly number[]])[] = [
  ["a verdict", "UPDATE event SET verdict = 'allow' WHERE idx = 5000", "rows", [4096, 8192]],
  ["a user", "UPDATE event SET user = NULL WHERE idx = 10", "rows", [0, 4096]],
  ["a deletion", "DELETE FROM event WHERE idx = 8500", "rows", [8192, EVENTS]],
  ["a member of a list", "DELETE FROM mark WHERE idx BETWEEN 4500 AND 4600", "rows", [4096, 8192]],
  [
    "words of an event",
    "DELETE FROM command WHERE rowid = (SELECT min(rowid) FROM command WHERE rowid > 4200)",
    "words",
    [4096, 8192],
  ],
  [
    "a word put in",
    "INSERT INTO command (rowid, words) VALUES (100000, 'zzz')",
    "ranges",
    [0, EVENTS],
  ],
  [
    "a count",
    "UPDATE hourly SET events = events + 1 WHERE verdict = 'deny'",
    "counts",
    [0, EVENTS],
  ],
  ["a digest", "UPDATE seal SET tag = zeroblob(32) WHERE first = 4096", "rows", [4096, 8192]],
  ["a range that is gone", "DELETE FROM seal WHERE first = 0", "ranges", [0, EVENTS]],
];

describe("an index that somebody edited", () => {
  it("holds as it was made, and in pieces", async () => {
    await withIndex(async ({ file, asked, followed, key }) => {
      const index = await openIndexFile(file, { key });
      expect(await check(index, followed)).toEqual({ events: EVENTS, findings: [], stale: [] });
      expect(upkeepOf(index).ranges.list()).toEqual([
        { first: 0, end: 4096 },
        { first: 4096, end: 8192 },
        { first: 8192, end: EVENTS },
      ]);
      expect(answers(index, asked).length).toBe(4);
      index.close();
    });
  });

  it.each(EDITS)(
    "finds and locates %s, and makes it anew",
    async (_name, sql, what, [first, end]) => {
      await withIndex(async ({ file, asked, followed, key }) => {
        const before = await openIndexFile(file, { key });
        const right = answers(before, asked);
        before.close();
        edit(file, sql);
        const discarded: string[] = [];
        const index = await openIndexFile(file, { key, discarded: (why) => discarded.push(why) });
        const result = await check(index);
        expect(discarded).toEqual([]);
        expect(result.findings.filter((found) => found.what === what)).toEqual([
          { what, first, end },
        ]);
        if (what === "rows")
          expect(spotCheck(upkeepOf(index), ((first ?? 0) / 4096 + 0.5) / 3)).toMatchObject({
            what,
            first,
          });
        const repaired = await repairIndex(upkeepOf(index), result, followed);
        if (repaired.kind === "remade") {
          expect(await check(index, followed)).toEqual({ events: EVENTS, findings: [], stale: [] });
          expect(answers(index, asked)).toEqual(right);
        } else expect(what).toBe("ranges");
        index.close();
      });
    },
    60_000,
  );

  it("is thrown away where its views, triggers or end were edited", async () => {
    for (const sql of [
      "DROP VIEW events; CREATE VIEW events AS SELECT idx AS event_index, 'allow' AS verdict FROM event",
      "CREATE TRIGGER quiet AFTER INSERT ON event BEGIN UPDATE event SET verdict = 'allow'; END",
      "INSERT INTO event (idx, id, time_ms, enforced, canary) VALUES (9999999, 'x', 0, 1, 0)",
    ])
      await withIndex(async ({ file, key }) => {
        edit(file, sql);
        const discarded: string[] = [];
        const index = await openIndexFile(file, { key, discarded: (why) => discarded.push(why) });
        expect([discarded, index.state().indexed], sql).toEqual([["edited"], 0]);
        index.close();
      });
  });

  it("does not seal an edit when ranges are put together", async () => {
    await withLogDirectories(async (options, root) => {
      await fill(options, 1_500, 4);
      const file = join(root, "index", "events.db");
      const asked = await openAskedLog(options);
      const key = asked.indexKey ?? "";
      const index = await openIndexFile(file, { key });
      await followLog(index, await asked.follow());
      index.close();
      edit(file, "UPDATE event SET verdict = 'allow' WHERE idx = 17");
      await fill(options, 3_000, 5);
      const again = await openIndexFile(file, { key });
      const later = await (await openAskedLog(options)).follow();
      await followLog(again, later);
      expect((await check(again)).findings).toContainEqual({ what: "rows", first: 0, end: 1_500 });
      again.close();
    });
  });

  it("keeps few ranges though each question adds a few events", async () => {
    await withIndex(async ({ followed, key }) => {
      const rowOf = createRowMaker(followed.opening);
      const rows: IndexRow[] = [];
      for await (const { index: place, bytes } of readEntries(
        followed.files,
        followed.size,
        0,
        5_000,
      ))
        rows.push(rowOf(place, bytes));
      const index = await openIndexFile(undefined, { key });
      for (let from = 0; from < rows.length; from += 7) {
        const piece = rows.slice(from, from + 7);
        const state = { indexed: from + piece.length, first: 0, origin: "x", lastHash: "" };
        index.append(piece, state);
      }
      expect(upkeepOf(index).ranges.list().length).toBeLessThan(40);
      expect((await check(index, followed)).findings).toEqual([]);
      index.close();
    });
  });

  it("knows how it left the file, and notices every write of others", async () => {
    await withIndex(async ({ file, key }) => {
      await noteLeft(file, key);
      expect(await isAsLeft(file, key)).toBe(true);
      expect(await isAsLeft(file, "another key")).toBe(false);
      const index = await openIndexFile(file, { key });
      index.select("SELECT count(*) FROM event", [], 1);
      index.close();
      expect(await isAsLeft(file, key)).toBe(true);
      edit(file, "UPDATE event SET verdict = 'allow' WHERE idx = 1");
      expect(await isAsLeft(file, key)).toBe(false);
    });
  });
});
