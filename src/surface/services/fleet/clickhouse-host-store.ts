// Machines and their days in ClickHouse: what came in within some seconds goes in at once, and what was stored last of a day counts.
import { dayOf } from "#base/day.ts";
import { CLICKHOUSE_DAY_COLUMNS, hostDayCells } from "#record/fleet/clickhouse-schema.ts";
import { newIn } from "#record/fleet/host-days.ts";
import type { HostDay, SeenDay } from "#record/fleet/host-report.ts";
import { HOST_DAY_COUNTS, HOST_DAYS_MIN } from "#record/fleet/postgres-schema.ts";
import { type Clickhouse, type ClickhousePlace, openClickhouse } from "./clickhouse-connection.ts";
import { databaseOf, tenantNames } from "./clickhouse-store.ts";
import {
  collectReports,
  type HostStore,
  type HostStoreOptions,
  type Reports,
} from "./host-store.ts";

/** WHY more seldom than into PostgreSQL: each INSERT is a part on disk, and many small ones are merged for long. */
const FLUSH_MS = 10_000;
const LOOKED_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Machines that one question names: the server reads 256 KiB of a statement. */
const ASKED_MAX = 1_500;
const MACHINE = /^[A-Za-z0-9._-]{1,128}$/;

/** Opens it for writing, as who may SELECT, INSERT and ALTER DELETE in the tenants' databases. */
export function openClickhouseHosts(place: ClickhousePlace, options: HostStoreOptions): HostStore {
  const server = openClickhouse(place);
  const { nowMs } = options;
  let nextMs = 0;
  return collectReports(options, {
    everyMs: FLUSH_MS,
    store: (tenant, reports) => storeReports(server, databaseOf(tenant), reports, nowMs()),
    async tidy() {
      if (nowMs() < nextMs) return;
      for (const tenant of await tenantNames(server)) await forget(server, tenant, options);
      nextMs = nowMs() + LOOKED_MS;
    },
    close: () => Promise.resolve(),
  });
}

/** WHY days first: a machine that is known has the days that it spoke of, whatever breaks in between. */
async function storeReports(
  server: Clickhouse,
  database: string,
  { hosts, days }: Reports,
  nowMs: number,
): Promise<void> {
  const fresh = newIn(days, await storedOf(server, database, days));
  await insert(server, database, `host_day (${COLUMNS}, stored_ms)`, [
    ...fresh.map((seen) => [...hostDayCells(seen), nowMs]),
  ]);
  await insert(server, database, "host (machine, seen_ms, skew_ms, report)", [
    ...hosts.map((one) => [one.machine, one.seenMs, one.skewMs, JSON.stringify(one.report)]),
  ]);
}

const COLUMNS = CLICKHOUSE_DAY_COLUMNS.map((column) => `\`${column}\``).join(", ");

async function insert(
  server: Clickhouse,
  database: string,
  into: string,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const lines = rows.map((cells) => JSON.stringify(cells)).join("\n");
  await server.run(database, `INSERT INTO ${into} FORMAT JSONCompactEachRow`, lines);
}

/** What is stored of these days of these machines. INVARIANT: names of machines are those of certificates, and need no escape. */
async function storedOf(
  server: Clickhouse,
  database: string,
  days: readonly SeenDay[],
): Promise<readonly SeenDay[]> {
  const dates = [...new Set(days.map(({ day }) => `'${dayOf(Date.parse(day.day))}'`))].join(", ");
  const machines = [...new Set(days.map(({ machine }) => machine))].filter((one) =>
    MACHINE.test(one),
  );
  const stored: SeenDay[] = [];
  for (let first = 0; first < machines.length; first += ASKED_MAX) {
    const names = machines.slice(first, first + ASKED_MAX).map((name) => `'${name}'`);
    const rows = await server.ask(
      database,
      `SELECT ${COLUMNS} FROM host_day FINAL WHERE day IN (${dates}) AND machine IN (${names.join(", ")})`,
    );
    for (const row of rows) stored.push(dayIn(row));
  }
  return stored;
}

/** The day of a row, whose cells are as `hostDayCells` puts them. */
export function dayIn(cells: readonly unknown[]): SeenDay {
  const [day, machine, version, stage, ...rest] = cells;
  const counts = Object.fromEntries(
    HOST_DAY_COUNTS.map(([, field], place) => [field, Number(rest[place])]),
  );
  const [rule, asked, refused, allowed, exception, used, replayed, freed] = rest
    .slice(HOST_DAY_COUNTS.length)
    .map((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return {
    machine: String(machine),
    version: Number(version) === 0 ? null : Number(version),
    stage: stage === "" ? null : (stage as SeenDay["stage"]),
    day: {
      day: String(day),
      ...counts,
      rules: (rule ?? []).map((name, at) => ({
        rule: String(name),
        asked: Number(asked?.[at]),
        refused: Number(refused?.[at]),
        allowed: Number(allowed?.[at]),
        replayed: Number(replayed?.[at] ?? 0),
        freed: Number(freed?.[at] ?? 0),
      })),
      exceptions: (exception ?? []).map((name, at) => ({
        exception: String(name),
        used: Number(used?.[at]),
      })),
    } as HostDay,
  };
}

/** Removes what is kept no longer, and puts on record what that was. */
async function forget(
  server: Clickhouse,
  tenant: string,
  { nowMs, keepDays, report }: HostStoreOptions,
): Promise<void> {
  const database = databaseOf(tenant);
  const before = dayOf(nowMs() - keepDays * DAY_MS);
  const [aged, unseen] = [`day < '${before}'`, `seen_ms < ${Date.parse(before)}`];
  const [counted = []] = await server.ask(
    database,
    `SELECT (SELECT count() FROM host_day FINAL WHERE ${aged}), (SELECT count() FROM host FINAL WHERE ${unseen}), toDate('${before}') <= today() - ${HOST_DAYS_MIN}`,
  );
  const [days = 0, machines = 0, isOld] = counted.map(Number);
  // A collector whose clock is off by a year removes nothing.
  if (days + machines === 0 || isOld !== 1) return;
  // WHY on record first: what was removed and is not on record would never be told.
  await insert(server, database, "host_removal (before, days, machines)", [
    [before, days, machines],
  ]);
  await server.run(
    database,
    `ALTER TABLE host_day DELETE WHERE ${aged} SETTINGS mutations_sync = 1`,
  );
  await server.run(database, `ALTER TABLE host DELETE WHERE ${unseen} SETTINGS mutations_sync = 1`);
  report(
    `${tenant}: ${days} rows of machines' days from before ${before} and ${machines} machines not seen since were removed, which are kept for ${keepDays} days`,
  );
}
