// What machines reported, asked of PostgreSQL as a reader of one tenant: the database adds up, and few rows come over.
import type pg from "pg";
import type { DayNames, NamedCounts } from "#record/fleet/day-sums.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import { DAY_NAMES_LIVE, HOST_DAY_COUNTS } from "#record/fleet/postgres-schema.ts";
import type { AskedDays, ReadDays } from "./hosts-reading.ts";
import { dayIn } from "./postgres-host-store.ts";

type Asks = Pick<pg.Pool, "query">;

const SUMS = `SELECT (($1::date[])[span])::text AS day, machine, version, stage, ${HOST_DAY_COUNTS.map(([column, field]) => `sum(${column}) AS "${field}"`).join(", ")}, '[]'::jsonb AS rules, '[]'::jsonb AS exceptions
FROM (SELECT *, width_bucket(day, $1::date[]) AS span FROM sallyport.host_day WHERE day >= ($1::date[])[1]) AS known
GROUP BY span, machine, version, stage`;

/** Days that the collector added up, and the others as they are. */
const NAMES = `SELECT kind, name, sum(asked) AS asked, sum(refused) AS refused, sum(allowed) AS allowed, max(machines) AS machines FROM (
  SELECT kind, name, asked, refused, allowed, machines FROM sallyport.host_day_name WHERE day >= $1::date AND kind <> ''
  UNION ALL (${DAY_NAMES_LIVE("known.day >= $1::date AND known.day NOT IN (SELECT day FROM sallyport.host_day_name WHERE kind = '')")})
) AS every GROUP BY kind, name`;

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
  const { rows } = await pool.query<NamedCounts & { readonly kind: string }>(NAMES, [since]);
  const of = (wanted: string): readonly NamedCounts[] =>
    rows.filter(({ kind }) => kind === wanted).map(({ kind: _, ...counts }) => counts);
  return { rules: of("rule"), exceptions: of("exception") };
}
