// Machines and their days in PostgreSQL: what came in within seconds goes in at once, each tenant in a transaction of its own.
import type pg from "pg";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { newIn } from "#record/fleet/host-days.ts";
import type { HostDay, SeenDay, SeenHost } from "#record/fleet/host-report.ts";
import { DAY_NAMES_LIVE, HOST_DAY_COUNTS } from "#record/fleet/postgres-schema.ts";
import {
  collectReports,
  type HostStore,
  type HostStoreOptions,
  OPEN_DAYS,
  type Reports,
} from "./host-store.ts";
import { inTransaction, openPool, type PostgresPlace } from "./postgres-connection.ts";

const FLUSH_MS = 2_000;
const LOOKED_MS = 3_600_000;
const DAY_MS = 86_400_000;

const NEWEST_OPEN = `SELECT at::date::text AS day FROM generate_series($2::date, $3::date - 1, interval '1 day') AS at
WHERE EXISTS (SELECT FROM sallyport.host_day AS known WHERE known.tenant = $1 AND known.day = at::date)
  AND NOT EXISTS (SELECT FROM sallyport.host_day_name AS done WHERE done.tenant = $1 AND done.day = at::date AND done.kind = '')
ORDER BY at DESC LIMIT 1`;
const ADD_UP = `INSERT INTO sallyport.host_day_name (tenant, day, kind, name, asked, refused, allowed, replayed, freed, machines)
SELECT $1, $2::date, kind, name, asked, refused, allowed, replayed, freed, machines FROM (${DAY_NAMES_LIVE("known.tenant = $1 AND known.day = $2::date")}) AS every
UNION ALL SELECT $1, $2::date, '', '', 0, 0, 0, 0, 0, 0 ON CONFLICT DO NOTHING`;

const HAS_FORGETTING =
  "SELECT to_regprocedure('sallyport.forget_host_days(integer, date)') IS NOT NULL AS has";

const KEYS = ["day", "machine", "version", "stage"] as const;

/** Opens it for writing, with a role of the group `sallyport_writer`. */
export async function openPostgresHosts(
  place: PostgresPlace,
  options: HostStoreOptions,
): Promise<HostStore> {
  const pool = await openPool({ ...place, connectionsMax: 2 });
  const addUp = createDaily(pool, options, addUpNewest);
  const forget = createDaily(pool, options, forgetOldest);
  return collectReports(options, {
    everyMs: FLUSH_MS,
    store: (tenant, reports) => storeReports(pool, tenant, reports),
    async tidy() {
      await addUp();
      await forget();
    },
    close: () => pool.end(),
  });
}

/** Stores what machines reported, all of it or nothing. */
async function storeReports(pool: pg.Pool, name: string, { hosts, days }: Reports): Promise<void> {
  const { rows } = await pool.query<{ number: number }>(
    "SELECT number FROM sallyport.tenant WHERE name = $1",
    [name],
  );
  const tenant = rows[0]?.number;
  if (tenant === undefined)
    throw new Failure("fleet-tenant", `the store is not open for the tenant ${name}`);
  await inTransaction(pool, async (client) => {
    await client.query("SELECT set_config('sallyport.tenant', $1, true)", [String(tenant)]);
    await upsertHosts(client, tenant, hosts);
    await upsertDays(client, tenant, await withoutOthers(client, tenant, days));
  });
}

/** One portion of what is done to days of one tenant; whether it found anything to do. */
type DayChore = (
  client: pg.PoolClient,
  tenant: { readonly number: number; readonly name: string },
  options: HostStoreOptions,
) => Promise<boolean>;

/** Does one portion at a time, for each tenant. Where nothing is left to do it looks again in an hour. */
function createDaily(
  pool: pg.Pool,
  options: HostStoreOptions,
  chore: DayChore,
): () => Promise<void> {
  const { nowMs } = options;
  let nextMs = 0;
  return async () => {
    if (nowMs() < nextMs) return;
    const { rows } = await pool.query<{ number: number; name: string }>(
      "SELECT number, name FROM sallyport.tenant",
    );
    let isLeft = false;
    for (const tenant of rows)
      isLeft =
        (await inTransaction(pool, async (client) => {
          const own = String(tenant.number);
          await client.query("SELECT set_config('sallyport.tenant', $1, true)", [own]);
          return chore(client, tenant, options);
        })) || isLeft;
    if (!isLeft) nextMs = nowMs() + LOOKED_MS;
  };
}

/** Adds up the newest day that cannot change any more. */
const addUpNewest: DayChore = async (client, { number }, { nowMs, keepDays }) => {
  const [first, beyond] = [keepDays, OPEN_DAYS].map((days) => dayOf(nowMs() - days * DAY_MS));
  const { rows } = await client.query<{ day: string }>(NEWEST_OPEN, [number, first, beyond]);
  const day = rows[0]?.day;
  if (day === undefined) return false;
  await client.query(ADD_UP, [number, day]);
  return true;
};

/** Has the oldest days and machines removed that are kept no longer. A schema without the function keeps them: `needs` says so. */
const forgetOldest: DayChore = async (client, { number, name }, options) => {
  const { nowMs, keepDays, report } = options;
  const { rows: has } = await client.query<{ has: boolean }>(HAS_FORGETTING);
  if (has[0]?.has !== true) return false;
  const before = dayOf(nowMs() - keepDays * DAY_MS);
  const { rows } = await client.query<{ days: number; machines: number }>(
    "SELECT days, machines FROM sallyport.forget_host_days($1, $2::date)",
    [number, before],
  );
  const { days = 0, machines = 0 } = rows[0] ?? {};
  if (days + machines === 0) return false;
  report(
    `${name}: ${days} rows of machines' days from before ${before} and ${machines} machines not seen since were removed, which are kept for ${keepDays} days`,
  );
  return true;
};

/** WHY in order: two collectors that store the same machines never wait for each other in a circle. */
async function upsertHosts(
  client: pg.PoolClient,
  tenant: number,
  given: readonly SeenHost[],
): Promise<void> {
  const hosts = given.toSorted((one, other) => (one.machine < other.machine ? -1 : 1));
  await client.query({
    name: "upsert-hosts",
    text: `INSERT INTO sallyport.host AS known (tenant, machine, seen_ms, skew_ms, report)
SELECT $1, machine, seen_ms, skew_ms, report::jsonb FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[])
  AS given (machine, seen_ms, skew_ms, report)
ON CONFLICT (tenant, machine) DO UPDATE SET seen_ms = excluded.seen_ms, skew_ms = excluded.skew_ms, report = excluded.report
WHERE known.seen_ms <= excluded.seen_ms`,
    values: [
      tenant,
      hosts.map(({ machine }) => machine),
      hosts.map(({ seenMs }) => seenMs),
      hosts.map(({ skewMs }) => skewMs),
      hosts.map(({ report }) => JSON.stringify(report)),
    ],
  });
}

/** The days without what of them passed under other policies, which the store has already; those that say nothing new are left out. */
async function withoutOthers(
  client: pg.PoolClient,
  tenant: number,
  days: readonly SeenDay[],
): Promise<readonly SeenDay[]> {
  if (days.length === 0) return [];
  const { rows } = await client.query<DayRow>({
    name: "known-days",
    text: `SELECT ${DAY_COLUMNS} FROM sallyport.host_day AS known JOIN unnest($2::date[], $3::text[]) AS asked (day, machine)
  ON known.day = asked.day AND known.machine = asked.machine WHERE known.tenant = $1`,
    values: [tenant, days.map(({ day }) => day.day), days.map(({ machine }) => machine)],
  });
  return newIn(days, rows.map(dayIn));
}

const UPSERT_DAYS = `INSERT INTO sallyport.host_day (tenant, ${KEYS.join(", ")}, ${HOST_DAY_COUNTS.map(([column]) => column).join(", ")}, rules, exceptions)
SELECT $1, ${KEYS.join(", ")}, ${HOST_DAY_COUNTS.map(([column]) => column).join(", ")}, rules::jsonb, exceptions::jsonb
FROM unnest($2::date[], $3::text[], $4::bigint[], $5::text[], ${HOST_DAY_COUNTS.map((_, place) => `$${place + 6}::bigint[]`).join(", ")}, $${HOST_DAY_COUNTS.length + 6}::text[], $${HOST_DAY_COUNTS.length + 7}::text[])
  AS given (${KEYS.join(", ")}, ${HOST_DAY_COUNTS.map(([column]) => column).join(", ")}, rules, exceptions)
ORDER BY day, machine
ON CONFLICT (tenant, ${KEYS.join(", ")}) DO UPDATE SET ${[...HOST_DAY_COUNTS.map(([column]) => column), "rules", "exceptions"].map((column) => `${column} = excluded.${column}`).join(", ")}`;

async function upsertDays(
  client: pg.PoolClient,
  tenant: number,
  days: readonly SeenDay[],
): Promise<void> {
  if (days.length === 0) return;
  await client.query({
    name: "upsert-days",
    text: UPSERT_DAYS,
    values: [
      tenant,
      days.map(({ day }) => day.day),
      days.map(({ machine }) => machine),
      days.map(({ version }) => version ?? 0),
      days.map(({ stage }) => stage ?? ""),
      ...HOST_DAY_COUNTS.map(([, field]) => days.map(({ day }) => day[field])),
      days.map(({ day }) => JSON.stringify(day.rules)),
      days.map(({ day }) => JSON.stringify(day.exceptions)),
    ],
  });
}

type DayRow = Readonly<Record<string, unknown>>;

/** Columns of a day as `dayIn` reads them. */
const DAY_COLUMNS = `known.day::text AS day, known.machine AS machine, known.version AS version, known.stage AS stage, ${HOST_DAY_COUNTS.map(([column, field]) => `known.${column} AS "${field}"`).join(", ")}, known.rules AS rules, known.exceptions AS exceptions`;

/** The day of a row. */
export function dayIn(row: DayRow): SeenDay {
  const { day, machine, version, stage, rules, exceptions, ...counts } = row;
  return {
    machine: String(machine),
    version: Number(version) === 0 ? null : Number(version),
    stage: stage === "" ? null : (stage as SeenDay["stage"]),
    day: { day: String(day), ...counts, rules, exceptions } as HostDay,
  };
}
