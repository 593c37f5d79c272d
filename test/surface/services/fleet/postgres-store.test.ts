// The store of a team on a real PostgreSQL: the saved questions have the answers of the index, batches come once, tenants are apart.
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dayOf } from "#base/day.ts";
import { numberedValues } from "#record/fleet/named-values.ts";
import { seenIn } from "#record/fleet/host-days.ts";
import type { HostReport } from "#record/fleet/host-report.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { readDays, readHosts } from "#surface/services/fleet/hosts-reading.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { openPostgresHosts } from "#surface/services/fleet/postgres-host-store.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { searchPostgres } from "#surface/services/fleet/store-search.ts";
import { DAY, hostDay, hostReport } from "../../../record/fleet/host-reports.ts";
import { generatedIndex, generatedSubject } from "../../../record/generated-index.ts";
import { generatedBatches } from "./generated-batches.ts";
import {
  POSTGRES_MISSING,
  type PostgresCluster,
  postgresPrograms,
  startPostgres,
} from "./postgres-cluster.ts";
import { answerOfIndex, savedQuestions } from "./saved-answers.ts";
import { findsAsTheIndex } from "./finds-as-the-index.ts";

const DAY_MS = 86_400_000;
const TEAM = { seed: 11, count: 6_000, users: 3 };

describe("the store in PostgreSQL", () => {
  let cluster: PostgresCluster;
  let owner: pg.Pool;
  let store: FleetStore;
  let index: IndexFile;
  const batches = [...generatedBatches(TEAM)];
  const readers: pg.Pool[] = [];
  const readerOf = async (tenant: string): Promise<pg.Pool> => {
    const pool = await openPool({ url: cluster.url(`sallyport_reader_${tenant}`) });
    readers.push(pool);
    return pool;
  };
  beforeEach((ctx) => {
    if (postgresPrograms() === undefined) ctx.skip(POSTGRES_MISSING);
  });
  beforeAll(async () => {
    if (postgresPrograms() === undefined) return;
    cluster = await startPostgres();
    owner = await openPool({ url: cluster.url("owner") });
    expect(await migrate(owner)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await migrate(owner)).toEqual([]);
    for (const tenant of ["first", "second"])
      await owner.query(`ALTER ROLE ${await addTenant(owner, tenant)} LOGIN`);
    await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
    store = await openPostgresStore({ url: cluster.url("collector") });
    index = await openIndexFile(undefined);
    generatedIndex(index, TEAM);
    for (const batch of batches) await store.append("first", "one", batch);
  });
  afterAll(async () => {
    index?.close();
    for (const pool of readers) await pool.end();
    await store?.close();
    await owner?.end();
    await cluster?.stop();
  });

  it("gives the answers of the index to all twelve saved questions", async () => {
    const reader = await readerOf("first");
    let rows = 0;
    for (const asked of savedQuestions()) {
      const expected = answerOfIndex(index, asked);
      const { text, values } = numberedValues(asked.sql, asked.values);
      const answer = await reader.query({ text, values: [...values], rowMode: "array" });
      expect(answer.rows, asked.name).toEqual(expected);
      rows += expected.length;
    }
    expect(rows).toBeGreaterThan(1_500);
  });

  it("keeps machines and their days, once each, and shows a tenant its own", async () => {
    const said: string[] = [];
    const report = (line: string) => said.push(line);
    let nowMs = Date.parse(`${DAY}T12:00:00Z`);
    const place = { url: cluster.url("collector") };
    const hosts = await openPostgresHosts(place, { report, nowMs: () => nowMs, keepDays: 400 });
    const take = (tenant: string, machine: string, atMs: number, changes = {}) => {
      const { host, days } = seenIn(hostReport(changes), machine, atMs);
      expect(hosts.take(tenant, host, days)).toBe(true);
    };
    const [noon, bundle] = [
      Date.parse(`${DAY}T12:00:00Z`),
      { version: 8, content: "b".repeat(64) },
    ];
    take("first", "one", noon);
    take("first", "one", noon + 1, { days: [hostDay({ calls: 120 })] });
    take("first", "two", noon);
    take("second", "one", noon);
    await hosts.flush();
    const later = { bundle: { ...bundle, stage: "enforce" }, days: [hostDay({ calls: 150 })] };
    take("first", "one", noon + 2, later);
    await hosts.flush();
    const written = await owner.query("SELECT xmin::text AS by FROM sallyport.host_day");
    take("first", "two", noon + 2);
    await hosts.flush();
    // What says nothing new is not written again.
    expect((await owner.query("SELECT xmin::text AS by FROM sallyport.host_day")).rows).toEqual(
      written.rows,
    );
    take("first", "one", noon + 3, { ...later, days: [hostDay({ calls: 160 })] });
    await hosts.close();
    const own = { kind: "postgres", pool: await readerOf("first") } as const;
    expect(await readHosts(own)).toEqual([
      {
        machine: "one",
        seenMs: noon + 3,
        skewMs: expect.any(Number),
        report: { ...hostReport(later as Partial<HostReport>), days: [] },
      },
      expect.objectContaining({ machine: "two", seenMs: noon + 2 }),
    ]);
    const { days, names } = await readDays(own, { cuts: [DAY], namesSince: DAY });
    const lines = days.map(
      ({ machine, version, stage, day }) => `${machine} ${version} ${stage} ${day.calls}`,
    );
    expect(lines.toSorted()).toEqual(["one 7 ask 120", "one 8 enforce 40", "two 7 ask 100"]);
    expect(days.find(({ version, machine }) => version === 7 && machine === "one")?.day).toEqual(
      hostDay({ calls: 120, rules: [], exceptions: [] }),
    );
    const rule = {
      name: "builtin:team/secrets",
      asked: 6,
      refused: 2,
      allowed: 4,
      machines: 2,
      replayed: 8,
      freed: 6,
    };
    const used = {
      name: "payments-2026",
      asked: 4,
      refused: 0,
      allowed: 0,
      machines: 2,
      replayed: 0,
      freed: 0,
    };
    expect(names).toEqual({ rules: [rule], exceptions: [used] });
    expect(await readDays(own, { cuts: ["2026-11-27"], namesSince: "2026-11-27" })).toEqual({
      days: [],
      names: { rules: [], exceptions: [] },
    });
    // A day that cannot change any more is added up once, and reads the same.
    nowMs += 5 * 86_400_000;
    const adding = await openPostgresHosts(place, { report, nowMs: () => nowMs, keepDays: 400 });
    await adding.flush();
    await adding.close();
    const added = await owner.query("SELECT kind FROM sallyport.host_day_name WHERE tenant = 1");
    expect(added.rows.map(({ kind }) => String(kind)).toSorted()).toEqual([
      "",
      "exception",
      "rule",
    ]);
    expect((await readDays(own, { cuts: [], namesSince: DAY })).names).toEqual(names);
    const other = { kind: "postgres", pool: await readerOf("second") } as const;
    expect((await readHosts(other)).map(({ machine }) => machine)).toEqual(["one"]);
    await expect(own.pool.query("DELETE FROM sallyport.host")).rejects.toThrow();
    expect(said).toEqual([]);
    const lost = await openPostgresHosts(place, { report, nowMs: () => nowMs, keepDays: 400 });
    lost.take("nobody", seenIn(hostReport(), "one", noon).host, []);
    await lost.close();
    expect(said).toEqual([expect.stringContaining("not open for the tenant nobody")]);
  });

  it("finds by a filter what the index finds, page by page", async () => {
    await findsAsTheIndex(searchPostgres(await readerOf("first")), index, batches, 250);
  });

  it("stores a batch once, however often and in whatever pieces it comes again", async () => {
    const before = await counts(owner);
    for (const batch of batches)
      expect(await store.append("first", "one", batch)).toMatchObject({
        kind: "stored",
        added: 0,
      });
    const overlap = batches[1]?.entries.slice(1_000).concat(batches[2]?.entries ?? []) ?? [];
    const other = { ...(batches[0] ?? never()), entries: overlap };
    expect(await store.append("first", "one", other)).toEqual({
      kind: "stored",
      next: TEAM.count,
      added: 0,
    });
    expect(await counts(owner)).toEqual(before);
    expect(await store.tree("first", "generated/one")).toMatchObject({ next: TEAM.count });
  });
  it("takes one unbroken run of a log, from one machine alone", async () => {
    const [one, two] = [...generatedBatches({ ...TEAM, count: 300 }, { tree: "t/two", size: 100 })];
    if (one === undefined || two === undefined) return never();
    expect(await store.append("first", "b", two)).toEqual({ kind: "gap", next: 0 });
    expect(await store.append("first", "b", one)).toEqual({
      kind: "stored",
      next: 100,
      added: 100,
    });
    expect(await store.append("first", "c", two)).toEqual({ kind: "other-writer", next: 100 });
    const [, , three] = [
      ...generatedBatches({ ...TEAM, count: 300 }, { tree: "t/two", size: 100 }),
    ];
    expect(await store.append("first", "b", three ?? never())).toEqual({
      kind: "gap",
      next: 100,
    });
    // A log that was rewritten: other entries at the same places.
    const [, other] = [
      ...generatedBatches({ ...TEAM, seed: 12, count: 300 }, { tree: "t/two", size: 100 }),
    ];
    expect(await store.append("first", "b", other ?? never())).toEqual({
      kind: "fork",
      next: 100,
    });
    expect(await store.append("first", "b", two)).toEqual({
      kind: "stored",
      next: 200,
      added: 100,
    });
    // Two collectors with the same batch at once: it is stored once.
    const again = three ?? never();
    const both = await Promise.all([
      store.append("first", "b", again),
      store.append("first", "b", again),
    ]);
    expect(
      both.map((answer) => (answer.kind === "stored" ? String(answer.added) : "")).toSorted(),
    ).toEqual(["0", "100"]);
    const { rows } = await owner.query(
      "SELECT count(*) AS events, count(DISTINCT place) AS places, min(place) AS first FROM sallyport.event WHERE place >= 2 ^ 36",
    );
    expect(rows).toEqual([{ events: 300, places: 300, first: 2 ** 36 }]);
  });
  it("goes on where entries were removed on record before they came, and counts them", async () => {
    const all = [...generatedBatches({ ...TEAM, count: 300 }, { tree: "t/three", size: 100 })];
    const [one, , three] = all;
    if (one === undefined || three === undefined) return never();
    await store.append("first", "b", one);
    const pruned = { ...three, first: 200, previous: "" };
    expect(await store.append("first", "b", pruned)).toEqual({
      kind: "stored",
      next: 300,
      added: 100,
    });
    const { rows } = await owner.query(
      "SELECT next, missed FROM sallyport.tree WHERE origin = 't/three'",
    );
    expect(rows).toEqual([{ next: 300, missed: 100 }]);
  });
  it("keeps tenants apart for readers and writers, and lets nobody of them change what is stored", async () => {
    for (const batch of generatedBatches({ seed: 5, count: 500, users: 2 }))
      await store.append("second", "one", batch);
    const second = await readerOf("second");
    const first = await readerOf("first");
    for (const [reader, events] of [
      [first, TEAM.count + 500],
      [second, 500],
    ] as const)
      for (const from of ["events", "event"])
        expect((await reader.query(`SELECT count(*) AS n FROM ${from}`)).rows).toEqual([
          { n: events },
        ]);
    expect((await second.query("SELECT name FROM tenant")).rows).toEqual([{ name: "second" }]);
    const marks = await second.query("SELECT count(DISTINCT event_index) AS n FROM marks");
    expect(marks.rows[0]?.n).toBeLessThanOrEqual(500);
    for (const forbidden of [
      "SELECT count(*) FROM event_2026_03",
      "DELETE FROM event",
      "UPDATE event SET verdict = 'allow'",
      "SELECT make_month(0)",
      "SET ROLE sallyport_reader_first",
      "CREATE TABLE sallyport.x (y integer)",
    ])
      await expect(second.query(forbidden), forbidden).rejects.toThrow(
        /permission denied|read-only/,
      );
    const writer = await openPool({ url: cluster.url("collector") });
    readers.push(writer);
    // Without a tenant it sees nothing, with one it cannot write another's.
    expect((await writer.query("SELECT count(*) AS n FROM sallyport.event")).rows).toEqual([
      { n: 0 },
    ]);
    await expect(
      writer.query(
        "BEGIN; SET LOCAL sallyport.tenant = '2'; INSERT INTO sallyport.word (tenant, field, value) VALUES (1, 'rule', 'x')",
      ),
    ).rejects.toThrow("row-level security");
    await expect(writer.query("ROLLBACK; DELETE FROM sallyport.event")).rejects.toThrow(
      "permission denied",
    );
    await expect(
      store.append("third", "one", { tree: "x", first: 0, previous: "", entries: [] }),
    ).rejects.toThrow("not open for this tenant");
  });
  it("takes a person out of the events of one log, and counts for nobody what was counted for the person", async () => {
    const sight = async (tenant: number) =>
      (
        await owner.query(
          `SELECT (SELECT count(*) FROM sallyport.event WHERE tenant = $1 AND (subject IS NOT NULL OR words <> '{}' OR "user" <> '')) AS told,
             (SELECT count(*) FROM sallyport.name WHERE tenant = $1) AS names,
             (SELECT count(*) FROM sallyport.hourly WHERE tenant = $1 AND "user" <> '') AS hours,
             (SELECT sum(events) FROM sallyport.hourly WHERE tenant = $1) AS counted`,
          [tenant],
        )
      ).rows[0];
    const [first, second] = [await sight(1), await sight(2)];
    expect(second).toMatchObject({ names: 2 });
    const erasure = { tree: "generated/one", subjects: [generatedSubject.id] };
    expect(await store.erase("second", "two", erasure)).toEqual({ kind: "other-writer" });
    const other = { ...erasure, subjects: ["0".repeat(32)] };
    expect(await store.erase("second", "one", other)).toEqual({ kind: "erased", events: 0 });
    expect(await sight(2)).toEqual(second);
    const erased = await store.erase("second", "one", erasure);
    expect(erased.kind === "erased" && erased.events).toBeGreaterThan(300);
    expect(await sight(2)).toEqual({ told: 0, names: 0, hours: 0, counted: second.counted });
    expect(await sight(1)).toEqual(first);
    expect(await store.erase("second", "one", erasure)).toEqual({ kind: "erased", events: 0 });
    const writer = await openPool({ url: cluster.url("collector") });
    readers.push(writer);
    await expect(writer.query("SELECT sallyport.erase_subjects(1, 0, 1, '{}')")).rejects.toThrow(
      "another tenant",
    );
  });
  it("lays events of a month together, and whatever claims no sensible time apart", async () => {
    const [batch] = [...generatedBatches({ ...TEAM, count: 2 }, { tree: "t/times" })];
    const entries = (batch ?? never()).entries.map(({ row, hash }, place) => ({
      row: { ...row, event: { ...row.event, timeMs: place === 0 ? 0 : 1_798_761_600_000 } },
      hash,
    }));
    await store.append("first", "b", { ...(batch ?? never()), entries });
    const { rows } = await owner.query(
      "SELECT tableoid::regclass::text AS part, count(*) AS n FROM sallyport.event WHERE time_ms = 0 OR time_ms >= 1798761600000 GROUP BY 1 ORDER BY 1",
    );
    expect(rows).toEqual([
      { part: "sallyport.event_2027_01", n: 1 },
      { part: "sallyport.event_other", n: 1 },
    ]);
    const indexes = await owner.query(
      "SELECT count(*) AS n FROM pg_indexes WHERE tablename = 'event_2027_01' AND indexdef LIKE '%USING brin (time_ms)%'",
    );
    expect(indexes.rows).toEqual([{ n: 1 }]);
  });

  it("removes days and machines that are kept no longer, a week at a time, on record", async () => {
    const said: string[] = [];
    let nowMs = Date.now();
    const options = {
      report: (line: string) => said.push(line),
      nowMs: () => nowMs,
      keepDays: 400,
    };
    const place = { url: cluster.url("collector") };
    const dayAt = (daysAgo: number) => dayOf(Date.now() - daysAgo * DAY_MS);
    for (const tenant of ["third", "fourth"])
      await owner.query(`ALTER ROLE ${await addTenant(owner, tenant)} LOGIN`);
    const hosts = await openPostgresHosts(place, options);
    const take = (tenant: string, machine: string, daysAgo: number) => {
      nowMs = Date.now() - daysAgo * DAY_MS;
      const report = hostReport({ atMs: nowMs, days: [hostDay({ day: dayAt(daysAgo) })] });
      const { host, days } = seenIn(report, machine, nowMs);
      expect(hosts.take(tenant, host, days)).toBe(true);
    };
    for (const daysAgo of [420, 402, 401, 400, 110]) {
      for (const tenant of ["third", "fourth"]) take(tenant, `seen-${daysAgo}`, daysAgo);
      await hosts.flush();
    }
    await hosts.close();
    const left = async (tenant: string) => {
      const own = { kind: "postgres", pool: await readerOf(tenant) } as const;
      const { days } = await readDays(own, { cuts: ["2000-01-01"] });
      const known = await readHosts(own);
      return [days.map(({ machine }) => machine), known.map(({ machine }) => machine)];
    };
    const all = ["seen-110", "seen-400", "seen-401", "seen-402", "seen-420"];
    for (const tenant of ["third", "fourth"])
      expect((await left(tenant)).map((names) => names.toSorted())).toEqual([all, all]);
    nowMs = Date.now();
    said.length = 0;
    const [first, later] = [
      await openPostgresHosts(place, options),
      await openPostgresHosts(place, options),
    ];
    // Each looks; what the one removed the other finds gone.
    for (const one of [first, later, first, later, first]) await one.flush();
    const kept = ["seen-110", "seen-400"];
    for (const tenant of ["third", "fourth"])
      expect((await left(tenant)).map((names) => names.toSorted())).toEqual([kept, kept]);
    expect(said.filter((line) => line.startsWith("third: "))).toEqual([
      expect.stringContaining(`1 rows of machines' days from before ${dayAt(400)}`),
      expect.stringContaining("2 rows"),
    ]);
    const record = await owner.query(
      "SELECT by, before::text AS before, first_day::text AS first, last_day::text AS last, days, machines FROM sallyport.host_removal JOIN sallyport.tenant ON number = tenant WHERE name = 'third' ORDER BY at",
    );
    const on = { by: "collector", before: dayAt(400) };
    expect(record.rows).toEqual([
      { ...on, first: dayAt(420), last: dayAt(414), days: 1, machines: 3 },
      { ...on, first: dayAt(402), last: dayAt(401), days: 2, machines: 0 },
    ]);
    // A reader sees what was removed of its own, and the collector removes nothing younger, of no other and off no record.
    const reader = await readerOf("third");
    expect((await reader.query("SELECT FROM sallyport.host_removal")).rowCount).toBe(2);
    const collector = await openPool(place);
    readers.push(collector);
    const forget = (tenant: string, named: string, before: string) =>
      collector.query(
        "SELECT set_config('sallyport.tenant', (SELECT number FROM sallyport.tenant WHERE name = $1)::text, false), sallyport.forget_host_days((SELECT number FROM sallyport.tenant WHERE name = $2), $3::date)",
        [tenant, named, before],
      );
    expect((await forget("third", "third", dayAt(99))).rows).toMatchObject([
      { forget_host_days: "(0,0)" },
    ]);
    await expect(forget("third", "fourth", dayAt(400))).rejects.toThrow("another tenant");
    await expect(collector.query("DELETE FROM sallyport.host_day")).rejects.toThrow();
    await expect(collector.query("DELETE FROM sallyport.host_removal")).rejects.toThrow();
    await first.close();
    await later.close();
    // A schema that is older keeps them, and what is reported is stored all the same.
    expect(await store.needs()).toEqual([]);
    await owner.query("DROP FUNCTION sallyport.forget_host_days(integer, date)");
    expect(await store.needs()).toEqual([expect.stringContaining("older than removing")]);
    said.length = 0;
    const older = await openPostgresHosts(place, options);
    const { host, days } = seenIn(hostReport({ atMs: nowMs }), "one", nowMs);
    older.take("third", host, days);
    await older.close();
    expect((await left("third"))[1]).toContain("one");
    expect(said).toEqual([]);
    // One without the columns that came last cannot take what machines report.
    await owner.query("ALTER TABLE sallyport.host_day RENAME COLUMN spared TO gone");
    expect(await store.needs()).toEqual([
      expect.stringContaining("older than reports of machines, which are lost"),
      expect.stringContaining("older than removing"),
    ]);
    await owner.query("ALTER TABLE sallyport.host_day RENAME COLUMN gone TO spared");
  });
});

async function counts(owner: pg.Pool): Promise<unknown> {
  const { rows } = await owner.query(
    "SELECT (SELECT count(*) FROM sallyport.event) AS events, (SELECT sum(events) FROM sallyport.hourly) AS hours, (SELECT count(*) FROM sallyport.word) AS words, (SELECT count(*) FROM sallyport.name) AS names",
  );
  return rows;
}

function never(): never {
  throw new Error("there are batches");
}
