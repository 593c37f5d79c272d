// What machines reported, asked of PostgreSQL as a reader of one tenant: the database adds up, and few rows come over.
import type pg from "pg";
import {
  type AskedDays,
  createNames,
  type DayNames,
  type NamedCounts,
  type ReadDays,
} from "#record/fleet/day-sums.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import { DAY_NAMES_LIVE, HOST_DAY_COUNTS } from "#record/fleet/postgres-schema.ts";
import { OPEN_DAYS } from "./host-store.ts";
import { dayIn } from "./postgres-host-store.ts";

type Asks = Pick<pg.Pool, "query">;

const SUMS = `SELECT (($1::date[])[span])::text AS day, machine, version, stage, ${HOST_DAY_COUNTS.map(([column, field]) => `sum(${column}) AS "${field}"`).join(", ")}, '[]'::jsonb AS rules, '[]'::jsonb AS exceptions
FROM (SELECT *, width_bucket(day, $1::date[]) AS span FROM sallyport.host_day WHERE day >= ($1::date[])[1]) AS known
GROUP BY span, machine, version, stage`;

/** Days that the collector added up. */
const NAMES = `SELECT kind, name, sum(asked) AS asked, sum(refused) AS refused, sum(allowed) AS allowed, sum(replayed) AS replayed, sum(freed) AS freed, max(machines) AS machines
FROM sallyport.host_day_name WHERE day >= $1::date AND kind <> '' GROUP BY kind, name`;
/** Days that it did not: those that may still change, and what an outage left. */
const OTHER_DAYS = `SELECT at::date::text AS day FROM generate_series($1::date, (now() AT TIME ZONE 'UTC')::date + ${OPEN_DAYS}, interval '1 day') AS at
WHERE EXISTS (SELECT FROM sallyport.host_day AS known WHERE known.day = at::date) AND NOT EXISTS (SELECT FROM sallyport.host_day_name AS done WHERE done.day = at::date AND done.kind = '')`;
/** WHY a day at a time: what the server sorts stays small. */
const OF_DAY = DAY_NAMES_LIVE("known.day = $1::date");

/** All machines of the tenant. */
export async function readPostgresHosts(pool: Asks): Promise<readonly SeenHost[]> {
  const { rows } = await pool.query<SeenHost>(
    'SELECT machine, seen_ms AS "seenMs", skew_ms AS "skewMs", report FROM sallyport.host ORDER BY machine',
  );
  return rows;
}

/** Days of the tenant's machines. */
export async function readPostgresDays(
  pool: Asks,
  { cuts, namesSince }: AskedDays,
): Promise<ReadDays> {
  const days =
    cuts.length === 0 ? [] : (await pool.query<Record<string, unknown>>(SUMS, [cuts])).rows;
  return {
    days: days.map(dayIn),
    names:
      namesSince === undefined ? { rules: [], exceptions: [] } : await readNames(pool, namesSince),
  };
}

async function readNames(pool: Asks, since: string): Promise<DayNames> {
  const names = createNames();
  const add = async (sql: string, day: string): Promise<void> => {
    const { rows } = await pool.query<NamedCounts & { readonly kind: string }>(sql, [day]);
    const of = (wanted: string): readonly NamedCounts[] =>
      rows.filter(({ kind }) => kind === wanted);
    names.addNames({ rules: of("rule"), exceptions: of("exception") });
  };
  await add(NAMES, since);
  const { rows: others } = await pool.query<{ day: string }>(OTHER_DAYS, [since]);
  for (const { day } of others) await add(OF_DAY, day);
  return names.all();
}
