// What machines report, kept in a folder, in PostgreSQL and on the engine of ClickHouse: the same figures from each, whatever breaks on the way.
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dayOf } from "#base/day.ts";
import { readJournal } from "#assure/rollout/journal.ts";
import type { AskedDays, ReadDays } from "#record/fleet/day-sums.ts";
import { seenIn } from "#record/fleet/host-days.ts";
import type { HostReport } from "#record/fleet/host-report.ts";
import { openClickhouse } from "#surface/services/fleet/clickhouse-connection.ts";
import { openClickhouseHosts } from "#surface/services/fleet/clickhouse-host-store.ts";
import {
  databaseOf,
  makeDatabase,
  openClickhouseStore,
} from "#surface/services/fleet/clickhouse-store.ts";
import { openFolderHosts } from "#surface/services/fleet/folder-host-store.ts";
import type { HostStore } from "#surface/services/fleet/host-store.ts";
import { type HostsPlace, readDays, readHosts } from "#surface/services/fleet/hosts-reading.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { openPostgresHosts } from "#surface/services/fleet/postgres-host-store.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { clickhouseHostsAt } from "#surface/services/fleet/store-address.ts";
import { createKeyFile } from "#surface/services/policy/bundle-keys.ts";
import { hostDay, hostReport } from "../../../record/fleet/host-reports.ts";
import { installChdb, startChdb } from "./chdb-server.ts";
import { sallyport } from "./collector-commands.ts";
import { POSTGRES_MISSING, postgresPrograms, startPostgres } from "./postgres-cluster.ts";

const DAY_MS = 86_400_000;
const MACHINES = 24;
const DAYS = 9;
const missing = postgresPrograms() === undefined ? POSTGRES_MISSING : installChdb();

/** A server that answers for another and fails: every fifth statement it refuses, and of every eleventh the answer is lost. */
function openFlaky(target: string): Promise<{ server: Server; url: string; failed: () => number }> {
  let [count, failed] = [0, 0];
  const server = createServer((given, response) => {
    count += 1;
    if (count % 5 === 0) {
      failed += 1;
      response.writeHead(500).end("Code: 241. DB::Exception: Memory limit exceeded");
      return;
    }
    const isLost = count % 11 === 0;
    const sent = request(`${target}${given.url}`, { method: "POST" }, (answer) => {
      if (!isLost) return void answer.pipe(response.writeHead(answer.statusCode ?? 500));
      failed += 1;
      answer.resume().on("end", () => response.destroy());
    });
    given.pipe(sent);
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const at = server.address();
      const port = typeof at === "object" && at !== null ? at.port : 0;
      resolve({ server, url: `http://127.0.0.1:${port}`, failed: () => failed });
    }),
  );
}

/** Numbers by a seed, the same ones in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 12) % below;
  };
}

const sorted = ({ days, names }: ReadDays) => {
  const inOrder = <Row>(rows: readonly Row[]) =>
    rows.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  const counts = days.map(({ machine, version, stage, day: { day, calls, ...rest } }) => ({
    day,
    machine,
    version,
    stage,
    calls,
    ...rest,
  }));
  return {
    days: inOrder(counts),
    rules: inOrder(names.rules),
    exceptions: inOrder(names.exceptions),
  };
};

describe("reports of machines", () => {
  const room = mkdtempSync(join(tmpdir(), "host-stores-"));
  const at = (...parts: readonly string[]) => join(room, ...parts);
  const fleet = at("fleet");
  const startMs = Date.now() - DAYS * DAY_MS;
  let nowMs = startMs;
  let places: Readonly<Record<"folder" | "postgres" | "clickhouse" | "flaky", HostsPlace>>;
  let chdbUrl = "";
  const ends: (() => Promise<unknown> | void)[] = [];
  const said: string[] = [];
  const around = {
    nowMs: () => nowMs,
    keepDays: 400,
    report: (line: string) => said.push(line),
  };
  const readerFile = (name: string, url: string) => {
    writeFileSync(at(name), `${url}\n`, { mode: 0o600 });
    return at(name);
  };

  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  beforeAll(async () => {
    if (missing !== undefined) return;
    const run = async (...words: string[]) => {
      const [code, text, errors] = await sallyport("fleet", ...words);
      if (code !== 0) throw new Error(`fleet ${words.join(" ")}: ${errors}${text}`);
    };
    await run("init", fleet, "--name", "acme", "--yes");
    const rows = Array.from({ length: MACHINES }, (_, n) => `lap-${n},Linux,p${n}@acme.example`);
    writeFileSync(at("devices.csv"), `hostname,os,email\n${rows.join("\n")}\n`);
    await run("import", at("devices.csv"), "--kind", "devices", "--yes", "--fleet", fleet);
    createKeyFile(at("fleet.key"), "acme-2026");
    await run("release", "baseline", "--key", at("fleet.key"), "--yes", "--fleet", fleet);
    const cluster = await startPostgres();
    ends.push(() => cluster.stop());
    const owner = await openPool({ url: cluster.url("owner") });
    await migrate(owner);
    await owner.query(`ALTER ROLE ${await addTenant(owner, "acme")} LOGIN`);
    await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
    await owner.end();
    const chdb = await startChdb();
    chdbUrl = chdb.url;
    ends.push(() => chdb.stop());
    const server = openClickhouse({ url: chdb.url });
    for (const tenant of ["acme", "flaky"]) await makeDatabase(server, tenant);
    const flaky = await openFlaky(chdb.url);
    ends.push(() => void flaky.server.close());
    const pool: pg.Pool = await openPool({ url: cluster.url("sallyport_reader_acme") });
    ends.unshift(() => pool.end());
    readerFile("postgres.url", cluster.url("sallyport_reader_acme"));
    readerFile("clickhouse.url", `${chdb.url}/acme`);
    places = {
      folder: { kind: "folder", directory: fleet },
      postgres: { kind: "postgres", pool },
      clickhouse: { kind: "clickhouse", server, database: databaseOf("acme") },
      flaky: { kind: "clickhouse", server, database: databaseOf("flaky") },
    };
    const sure = [
      await openFolderHosts(fleet, around),
      await openPostgresHosts({ url: cluster.url("collector") }, around),
      openClickhouseHosts({ url: chdb.url }, around),
    ];
    const broken = openClickhouseHosts({ url: flaky.url }, around);
    await liveThrough(sure, broken);
    for (const store of [...sure, broken]) await store.close();
    expect(flaky.failed()).toBeGreaterThan(10);
  }, 300_000);
  afterAll(async () => {
    for (const end of ends) await end();
    rmSync(room, { recursive: true, force: true });
  });

  /** Machines work for days: counts grow, policies change in the middle of a day, reports come twice. */
  async function liveThrough(sure: readonly HostStore[], broken: HostStore): Promise<void> {
    const { tracks } = readJournal(readFileSync(join(fleet, "journal.ndjson"), "utf8"), "journal");
    const [track] = [...tracks.values()];
    if (track === undefined) throw new Error("there is a release");
    const { observe, ask } = track.release.stages;
    const bundles: readonly HostReport["bundle"][] = [
      null,
      { ...observe, stage: "observe" },
      { ...ask, stage: "ask" },
    ];
    const below = numbers(7);
    for (let day = 0; day <= DAYS; day++)
      for (let part = 0; part < 2; part++) {
        nowMs = startMs + day * DAY_MS + part * 1_000;
        const reports = Array.from({ length: MACHINES }, (_, machine) => {
          // A third of the machines changes its policy in the middle of the fourth day.
          const bundle =
            bundles[
              day > 3 || (day === 3 && part > 0 && machine % 3 === 0) ? 1 + (machine % 2) : 0
            ];
          const counts = { calls: 100 * (part + 1) + below(40), asked: 5 * part + below(5) };
          const today = hostDay({
            day: dayOf(nowMs),
            ...counts,
            waitedMs: below(90_000),
            refused: below(4),
            spared: below(30),
            added: below(3),
            left: below(5),
            rules: Array.from({ length: below(4) }, (_rule, n) => ({
              rule: `builtin:team/rule-${n}`,
              asked: 3 + part,
              refused: 1,
              allowed: 2,
              replayed: 4 + part,
              freed: below(4),
            })),
            exceptions: below(3) === 0 ? [{ exception: "payments-2026", used: 1 + part }] : [],
          });
          const report = hostReport({ atMs: nowMs, bundle: bundle ?? null, days: [today] });
          return seenIn(report, `lap-${machine}`, nowMs);
        });
        for (const store of sure) {
          for (const { host, days } of reports) store.take("acme", host, days);
          await store.flush();
        }
        // What was not stored a machine says again, until it was.
        for (let isStored = false; !isStored; ) {
          for (const { host, days } of reports) broken.take("flaky", host, days);
          isStored = await broken.flush().then(
            () => true,
            () => false,
          );
        }
      }
    nowMs = Date.now();
  }

  it("are the same machines in each", async () => {
    const all = await readHosts(places.folder);
    const byName = (hosts: typeof all) =>
      hosts.toSorted((one, other) => (one.machine < other.machine ? -1 : 1));
    expect(all).toHaveLength(MACHINES);
    for (const name of ["postgres", "clickhouse", "flaky"] as const)
      expect(byName(await readHosts(places[name])), name).toEqual(byName(all));
  });
  const cutAt = (ago: number) => dayOf(Date.now() - ago * DAY_MS);
  it.each<readonly [string, AskedDays]>([
    ["of a week", { cuts: [cutAt(7)], namesSince: cutAt(7) }],
    ["of one day each", { cuts: Array.from({ length: 9 }, (_, n) => cutAt(9 - n)) }],
    ["since before the first", { cuts: ["2000-01-01", cutAt(4)], namesSince: "2000-01-01" }],
    ["of no day", { cuts: [cutAt(-3)], namesSince: cutAt(-3) }],
    ["that nobody asked for", { cuts: [] }],
  ])("add up to the same figures %s", async (name, asked) => {
    const expected = sorted(await readDays(places.postgres, asked));
    for (const other of ["folder", "clickhouse", "flaky"] as const)
      expect(sorted(await readDays(places[other], asked)), other).toEqual(expected);
    if (name === "of a week") expect(expected.rules.length).toBe(3);
    if (name === "of one day each") expect(expected.days.length).toBeGreaterThan(MACHINES * 7);
  });
  it.each([
    ["status", "machines"],
    ["plan", "steps"],
    ["friction", "calls"],
    ["exceptions", "exceptions"],
  ])("give `fleet %s` the same answer", async (command, has) => {
    const more = command === "friction" ? ["--by", "stage"] : [];
    const ask = (...reader: readonly string[]) =>
      sallyport("fleet", command, "--fleet", fleet, "--json", ...more, ...reader);
    const expected = await ask("--reader", at("postgres.url"));
    expect(expected[1]).toContain(`"${has}"`);
    expect(await ask()).toEqual(expected);
    expect(await ask("--reader", at("clickhouse.url"))).toEqual(expected);
  });
  it("are read by no address of ClickHouse that names no tenant", () => {
    for (const wrong of [chdbUrl, `${chdbUrl}/`, `${chdbUrl}/acme/events`, `${chdbUrl}/Acme;x`])
      expect(() => clickhouseHostsAt(wrong)).toThrow("ends with the tenant");
    expect(clickhouseHostsAt(`${chdbUrl}/acme`)?.database).toBe("sallyport_acme");
    expect(clickhouseHostsAt("postgresql://reader@localhost/acme")).toBeUndefined();
  });
  it("leave ClickHouse when they are kept no longer, on record", async () => {
    const server = openClickhouse({ url: chdbUrl });
    await makeDatabase(server, "old");
    const database = databaseOf("old");
    const store = openClickhouseHosts({ url: chdbUrl }, around);
    const forgetter = openClickhouseHosts({ url: chdbUrl }, around);
    for (const ago of [500, 401, 400, 120]) {
      nowMs = Date.now() - ago * DAY_MS;
      const report = hostReport({ atMs: nowMs, days: [hostDay({ day: dayOf(nowMs) })] });
      const { host, days } = seenIn(report, `seen-${ago}`, nowMs);
      store.take("old", host, days);
      await store.flush();
    }
    // A clock that is off by a year removes nothing.
    nowMs = Date.now() + 365 * DAY_MS;
    await openClickhouseHosts({ url: chdbUrl }, around).flush();
    const place = { kind: "clickhouse", server, database } as const;
    expect(await readHosts(place)).toHaveLength(4);
    nowMs = Date.now();
    said.length = 0;
    for (const one of [forgetter, store]) await one.flush();
    const left = (await readDays(place, { cuts: ["2000-01-01"] })).days;
    expect(left.map(({ machine }) => machine).toSorted()).toEqual(["seen-120", "seen-400"]);
    expect((await readHosts(place)).map(({ machine }) => machine)).toEqual([
      "seen-120",
      "seen-400",
    ]);
    const record = "SELECT toString(before), days, machines FROM host_removal";
    expect(await server.ask(database, record)).toEqual([[dayOf(nowMs - 400 * DAY_MS), 2, 2]]);
    expect(said).toEqual([expect.stringContaining("old: 2 rows of machines' days from before")]);
    expect(await readHosts(places.clickhouse)).toHaveLength(MACHINES);
    for (const one of [forgetter, store]) await one.close();
  });
  it("go on in ClickHouse's tables of an earlier version once they have the columns that came since", async () => {
    const server = openClickhouse({ url: chdbUrl });
    await makeDatabase(server, "earlier");
    const database = databaseOf("earlier");
    const later = ["spared", "added", "left_to_client", "rule_replayed", "rule_freed"];
    await server.run(
      database,
      `ALTER TABLE host_day ${later.map((column) => `DROP COLUMN ${column}`).join(", ")}`,
    );
    const day = dayOf(nowMs - DAY_MS);
    await server.run(
      database,
      `INSERT INTO host_day (day, machine, version, stage, calls, sessions, asked, refused, allowed, declined, waited_ms, overrides, failures, rule, rule_asked, rule_refused, rule_allowed, exception, exception_used, stored_ms)
      VALUES ('${day}', 'old', 7, 'ask', 100, 3, 4, 1, 3, 1, 9000, 0, 0, ['builtin:team/secrets', 'builtin:team/other'], [3, 1], [1, 0], [2, 1], ['payments-2026'], [2], 1)`,
    );
    const store = openClickhouseStore({ url: chdbUrl });
    expect(await store.needs()).toEqual([expect.stringContaining("database of earlier is older")]);
    await makeDatabase(server, "earlier");
    expect(await store.needs()).toEqual([]);
    const hosts = openClickhouseHosts({ url: chdbUrl }, around);
    const report = hostReport({ atMs: nowMs, days: [hostDay({ day })] });
    const { host, days } = seenIn(report, "new", nowMs);
    hosts.take("earlier", host, days);
    await hosts.close();
    const place = { kind: "clickhouse", server, database } as const;
    const read = await readDays(place, { cuts: [day], namesSince: day });
    const spared = new Map(read.days.map(({ machine, day: one }) => [machine, one.spared]));
    expect([spared.size, spared.get("new"), spared.get("old")]).toEqual([2, 20, 0]);
    expect(read.names.rules.find(({ name }) => name === "builtin:team/secrets")).toEqual({
      name: "builtin:team/secrets",
      asked: 6,
      refused: 2,
      allowed: 4,
      machines: 2,
      replayed: 4,
      freed: 3,
    });
    await server.run("default", `DROP DATABASE ${database}`);
  });
  it("are told to be lost where ClickHouse has no place for them or is not reached", async () => {
    const server = openClickhouse({ url: chdbUrl });
    await server.run("default", "CREATE DATABASE sallyport_older");
    const needs = await openClickhouseStore({ url: chdbUrl }).needs();
    expect(needs).toEqual([expect.stringContaining("the database of older is older than reports")]);
    said.length = 0;
    const lost = openClickhouseHosts({ url: "http://127.0.0.1:9" }, around);
    const { host, days } = seenIn(hostReport({ atMs: nowMs }), "one", nowMs);
    lost.take("acme", host, days);
    await lost.close();
    expect(said).toEqual([expect.stringContaining("ClickHouse at 127.0.0.1:9 is not reached")]);
    await server.run("default", "DROP DATABASE sallyport_older");
  });
});
