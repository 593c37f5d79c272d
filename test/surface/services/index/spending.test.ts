// What sessions cost, of sums that the index keeps: the same figures as the whole log gives, whatever comes to it or goes from it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { describe, expect, it } from "vitest";
import { startSpendingTally } from "#assure/activity/spending.ts";
import {
  startSpendingGroups,
  type Spending,
  SPENDING_KEYS,
  type SpendingKey,
} from "#assure/activity/spending-groups.ts";
import { filledString } from "#base/json.ts";
import { noteLeft } from "#record/store/index/index-traces.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import { createIndexService, type IndexService } from "#surface/services/index/index-service.ts";
import { readSpending } from "#surface/services/index/spending-answer.ts";
import { withLog, withLogDirectories } from "../../../record/store/temporary-log.ts";
import { fillSpending, type MadeUpTime } from "./spending-log.ts";

const START_MS = Date.UTC(2026, 2, 2, 9);
const HOUR_MS = 3_600_000;

type Period = { readonly sinceMs: number; readonly untilMs: number };
type Stand = {
  readonly log: Log;
  readonly file: string;
  readonly options: LogOptions;
  readonly time: MadeUpTime;
  readonly said: string[];
  readonly start: () => IndexService;
};

async function withStand(use: (stand: Stand) => Promise<void>): Promise<void> {
  const time = { nowMs: START_MS };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => performance.now() };
  await withLogDirectories((directories, root) => {
    const options = { ...directories, clock };
    return withLog(options, async (log) => {
      const file = join(root, "index", "events.db");
      const said: string[] = [];
      const services: IndexService[] = [];
      const start = (): IndexService => {
        const service = createIndexService({
          file,
          log: options.log,
          keys: options.keys,
          publish: () => log.publish(),
          size: () => log.status().size,
          say: (line) => said.push(line),
        });
        services.push(service);
        return service;
      };
      try {
        await use({ log, file, options, time, said, start });
      } finally {
        for (const service of services) await service.close();
      }
    });
  });
}

/** As the command counts that reads the whole log; directories stand for repositories. */
async function ofLog(options: LogOptions, by: SpendingKey, period: Period): Promise<Spending> {
  const tally = startSpendingTally(period);
  const view = await viewLog(options.log, options.keys);
  for await (const { leaf, sealed } of view.entries(0, await view.size()))
    if (leaf.kind !== "fault")
      tally.add({
        timeMs: leaf.timeMs,
        metadata: leaf.metadata,
        user: filledString(sealed?.["user"]),
        repository: filledString(sealed?.["cwd"]),
        command: filledString(sealed?.["command"]),
      });
  return tally.result(by, 3);
}

async function kept(service: IndexService, by: SpendingKey, period: Period): Promise<Spending> {
  const { sinceMs, untilMs } = period;
  const answer = await service.spending({
    ask: "spending",
    by,
    sinceMs,
    untilMs: Number.isFinite(untilMs) ? untilMs : null,
    rowsMax: null,
  });
  const groups = startSpendingGroups(by);
  groups.addGroups(readSpending(answer));
  return groups.result(0);
}

const ALWAYS: Period = { sinceMs: 0, untilMs: Infinity };

/** The whole time, and periods that begin and end within sessions. */
function periodsTo(endMs: number): readonly Period[] {
  const thirdMs = (endMs - START_MS) / 3;
  return [
    ALWAYS,
    { sinceMs: START_MS + thirdMs, untilMs: Infinity },
    { sinceMs: 0, untilMs: START_MS + thirdMs },
    { sinceMs: START_MS + thirdMs, untilMs: START_MS + 2 * thirdMs },
    { sinceMs: START_MS + thirdMs, untilMs: START_MS + thirdMs + 1 },
    { sinceMs: endMs + 24 * HOUR_MS, untilMs: Infinity },
  ];
}

async function agree({ options, time }: Stand, service: IndexService): Promise<Spending> {
  for (const period of periodsTo(time.nowMs))
    for (const by of SPENDING_KEYS)
      expect(await kept(service, by, period), `${by} ${JSON.stringify(period)}`).toEqual(
        await ofLog(options, by, period),
      );
  return ofLog(options, "day", ALWAYS);
}

describe("what sessions cost, of kept sums", () => {
  it("is what the whole log says, by every key and in every period", async () => {
    await withStand(async (stand) => {
      await fillSpending(stand.log, stand.time, { seed: 1, sessions: 15 });
      const { all, loops, repeated, rows } = await agree(stand, stand.start());
      // What is compared has all that can be told.
      expect(rows.length).toBeGreaterThan(1);
      expect(loops.length).toBeGreaterThan(2);
      expect([repeated, all.unpriced, all.missing, all.silent].map((count) => count > 0)).toEqual([
        ...[true, true, true, true],
      ]);
      const { allowed, refused, nobody, timed } = all.questions;
      expect([allowed, refused, nobody, timed].map((count) => count > 0)).toEqual([
        ...[true, true, true, true],
      ]);
    });
  });

  it("tells only the sessions that cost most, where so many are asked for, and of all the same", async () => {
    await withStand(async ({ log, time, options, start }) => {
      await fillSpending(log, time, { seed: 8, sessions: 12, calls: 4 });
      const service = start();
      for (const sinceMs of [0, START_MS + (time.nowMs - START_MS) / 2]) {
        const whole = await ofLog(options, "session", { sinceMs, untilMs: Infinity });
        const answer = await service.spending({
          ask: "spending",
          by: "session",
          sinceMs,
          untilMs: null,
          rowsMax: 3,
        });
        const groups = startSpendingGroups("session");
        groups.addGroups(readSpending(answer));
        const { all, rows } = groups.result(0);
        expect(all).toEqual(whole.all);
        expect(rows.slice(0, 3)).toEqual(whole.rows.slice(0, 3));
        expect(rows.length + answer.omitted).toBe(whole.rows.length);
        expect(answer.omitted).toBe(sinceMs === 0 ? 9 : answer.omitted);
      }
    });
  });

  it("follows the log: sessions that go on, and new ones", async () => {
    await withStand(async (stand) => {
      await fillSpending(stand.log, stand.time, { seed: 2, sessions: 6, calls: 5 });
      const service = stand.start();
      await agree(stand, service);
      await fillSpending(stand.log, stand.time, { seed: 3, sessions: 9, first: 3, calls: 4 });
      await agree(stand, service);
      await service.close();
      await fillSpending(stand.log, stand.time, { seed: 4, sessions: 40, first: 10, calls: 2 });
      await agree(stand, stand.start());
    });
  });

  it("is counted for an index of the version before, which is kept", async () => {
    await withStand(async (stand) => {
      const { file, options, said } = stand;
      await fillSpending(stand.log, stand.time, { seed: 5, sessions: 30, calls: 3 });
      const first = stand.start();
      await kept(first, "day", ALWAYS);
      await first.close();
      rmSync(`${file}.lock`, { recursive: true, force: true });
      const db = new sqlite.Database(file);
      db.exec("PRAGMA locking_mode = exclusive");
      for (const table of ["spent", "spent_loop", "unspent", "mark_hour"])
        db.exec(`DROP TABLE ${table}`);
      db.exec("DELETE FROM meta WHERE key = 'marksCountedFrom'");
      db.exec("INSERT INTO meta (key, value) VALUES ('planted', 'is kept')");
      db.exec("PRAGMA user_version = 4");
      db.close();
      const { indexKey = "" } = await openAskedLog(options);
      await noteLeft(file, indexKey);
      const again = stand.start();
      await agree(stand, again);
      await again.close();
      const index = await openIndexFile(file, { key: indexKey });
      expect(index.select("SELECT value FROM meta WHERE key = 'planted'", [], 1).rows).toEqual([
        ["is kept"],
      ]);
      expect(index.markHours.isWhole()).toBe(true);
      const [counted, listed] = [
        "SELECT word, sum(events) FROM mark_hour GROUP BY word",
        "SELECT word, count(*) FROM mark JOIN word ON word.number = mark.word WHERE field = 'rule' GROUP BY word",
      ].map((sql) => index.select(sql, [], 100).rows);
      expect(counted).toEqual(listed);
      expect(counted?.length).toBeGreaterThan(0);
      index.close();
      expect(said).toEqual([]);
    });
  });

  it("holds nothing of a person who was erased, and counts as the log does that lacks their key", async () => {
    await withStand(async (stand) => {
      const { file, options, log, time } = stand;
      await fillSpending(log, time, { seed: 7, sessions: 6 });
      const first = stand.start();
      expect((await kept(first, "user", ALWAYS)).loops.map(({ user }) => user)).toContain(
        "member-0",
      );
      await first.close();
      const asked = await openAskedLog(options);
      const index = await openIndexFile(file, { key: asked.indexKey });
      const subjects = index
        .select(
          "SELECT DISTINCT subject.id FROM event JOIN subject ON subject.number = event.subject JOIN name ON name.subject = subject.number WHERE event.user = (SELECT max(user) FROM event)",
          [],
          9,
        )
        .rows.map(([id]) => String(id));
      expect(subjects).toHaveLength(1);
      for (const id of subjects) index.erase(id);
      const named = index.select("SELECT count(*) FROM name", [], 1).rows;
      index.settle();
      index.close();
      for (const id of subjects) rmSync(join(options.keys, "subjects", `${id}.key`));
      const { unopened } = await agree(stand, stand.start());
      expect(unopened).toBeGreaterThan(0);
      const again = await openIndexFile(file, { key: asked.indexKey });
      expect(again.select("SELECT count(*) FROM name", [], 1).rows).toEqual(named);
      again.close();
    });
  });

  it("is never believed of a file that somebody wrote to", async () => {
    await withStand(async (stand) => {
      const { file } = stand;
      await fillSpending(stand.log, stand.time, { seed: 6, sessions: 5 });
      const first = stand.start();
      const right = await kept(first, "user", ALWAYS);
      await first.close();
      rmSync(`${file}.lock`, { recursive: true, force: true });
      const db = new sqlite.Database(file);
      db.exec("PRAGMA locking_mode = exclusive");
      db.exec("UPDATE spent SET cost = 0, loops = 0");
      db.exec("DELETE FROM spent_loop");
      db.close();
      expect(await kept(stand.start(), "user", ALWAYS)).toEqual(right);
    });
  });
});
