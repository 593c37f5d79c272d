// Adds up what came into the store of a team, by hour: a while after it came, a bounded lot in each transaction, by one collector at a time.
import type pg from "pg";
import { PLACES_MAX } from "#record/fleet/fleet-row.ts";
import { TEAM_HOUR_FIELDS, TEAM_MARK_FIELDS } from "#record/fleet/postgres-schema.ts";
import { inTransaction } from "./postgres-connection.ts";

/** Events of one transaction. An event has 512 marks at most: where a lot takes too long, the next one is smaller. */
const LOT = 20_000;
const LOT_MIN = 100;
/** WHY a pause: what comes in a burst is added up once. Pages count what is not added up themselves. */
const PAUSE_MS = 2_000;
const FAILED_MS = 60_000;
const HOUR_MS = 3_600_000;

const HOUR = `event.time_ms / ${HOUR_MS} * ${HOUR_MS}`;
const adds = (table: string, key: readonly string[], from: string) =>
  `INSERT INTO sallyport.${table} AS known (tenant, ${key.join(", ")}, events) ${from} ON CONFLICT (tenant, ${key.join(", ")}) DO UPDATE SET events = known.events + excluded.events`;
const OF_EVENT = TEAM_HOUR_FIELDS.map((field) => `event.${field}`).join(", ");
const OF_MARK = TEAM_MARK_FIELDS.map((field) => `event.${field}`).join(", ");

/**
 * INVARIANT: one statement, so that a log is added up to exactly where `counted` says. WHY places are reckoned before they are compared: where
 * rows of tenants are kept apart, an index is asked for nothing that is reckoned beside it. WHY `OFFSET 0`: else the planner may begin with all events.
 */
const COUNT_LOT = `WITH grown AS (
  SELECT tree.number, coalesce(counted.next, 0) AS first, least(tree.next, coalesce(counted.next, 0) + $2::bigint) AS beyond
  FROM sallyport.tree LEFT JOIN sallyport.counted ON counted.tenant = tree.tenant AND counted.tree = tree.number
  WHERE tree.tenant = $1 AND tree.next > coalesce(counted.next, 0)
), lot AS MATERIALIZED (
  SELECT number, beyond, beyond - first AS places, number * ${PLACES_MAX} + first AS from_place, number * ${PLACES_MAX} + beyond AS until_place FROM (SELECT *, sum(beyond - first) OVER (ORDER BY number) - (beyond - first) AS earlier FROM grown) AS summed
  WHERE earlier < $2::bigint
), event AS MATERIALIZED (
  SELECT event.time_ms, ${OF_EVENT}, event.marks FROM lot
  CROSS JOIN LATERAL (SELECT * FROM sallyport.event AS own WHERE own.tenant = $1 AND own.place >= lot.from_place AND own.place < lot.until_place OFFSET 0) AS event
), hours AS (
  ${adds("team_hour", ["hour_ms", ...TEAM_HOUR_FIELDS], `SELECT $1::integer, ${HOUR}, ${OF_EVENT}, count(*) FROM event GROUP BY ${HOUR}, ${OF_EVENT}`)}
), marks AS (
  ${adds("team_mark", ["word", "hour_ms", ...TEAM_MARK_FIELDS], `SELECT $1::integer, mark.word, ${HOUR}, ${OF_MARK}, count(*) FROM event CROSS JOIN LATERAL unnest(event.marks) AS mark (word) GROUP BY mark.word, ${HOUR}, ${OF_MARK}`)}
), done AS (
  INSERT INTO sallyport.counted (tenant, tree, next) SELECT $1::integer, number, beyond FROM lot
  ON CONFLICT (tenant, tree) DO UPDATE SET next = excluded.next
)
SELECT coalesce(sum(places), 0) AS places FROM lot`;

/** Adds up one lot; how many places that were, 0 where nothing is left or another collector does it. */
export function countLot(pool: pg.Pool, tenant: number, lot: number): Promise<number> {
  return inTransaction(pool, async (client) => {
    await client.query("SELECT set_config('sallyport.tenant', $1, true)", [String(tenant)]);
    const { rows: locks } = await client.query<{ mine: boolean }>(
      "SELECT pg_try_advisory_xact_lock(7382002, $1) AS mine",
      [tenant],
    );
    if (locks[0]?.mine !== true) return 0;
    const { rows } = await client.query<{ places: number }>(COUNT_LOT, [tenant, lot]);
    return rows[0]?.places ?? 0;
  });
}

export type TeamCounting = {
  /** Something came in for a tenant. */
  grew(tenant: number): void;
  /** Ends with what is under way. */
  close(): Promise<void>;
};

/** Counts while the process lives. WHY it tells nobody of a failure: pages stay right, and the next event tries again. */
export function createTeamCounting(pool: pg.Pool, pauseMs = PAUSE_MS): TeamCounting {
  const grown = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  let lot = LOT;
  const countOne = async (): Promise<number> => {
    const [tenant] = grown;
    if (tenant === undefined) return pauseMs;
    grown.delete(tenant);
    try {
      const isMore = (await countLot(pool, tenant, lot)) >= lot;
      if (isMore) grown.add(tenant);
      lot = Math.min(LOT, lot * 2);
      return isMore ? 0 : pauseMs;
    } catch {
      grown.add(tenant);
      lot = Math.max(LOT_MIN, Math.floor(lot / 4));
      return FAILED_MS;
    }
  };
  const begin = (afterMs: number): void => {
    if (timer !== undefined || isClosed || grown.size === 0) return;
    timer = setTimeout(() => {
      running = countOne().then((waitMs) => {
        timer = undefined;
        begin(waitMs);
      });
    }, afterMs);
    timer.unref();
  };
  return {
    grew(tenant) {
      grown.add(tenant);
      begin(pauseMs);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
