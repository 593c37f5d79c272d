// Searching a store for many machines with the filter of `log search`: the newest events that meet it.
import type pg from "pg";
import { clickhouseFilter, postgresFilter } from "#record/fleet/filter-dialects.ts";
import type { Filter } from "#record/index/filter.ts";
import type { Clickhouse } from "./clickhouse-connection.ts";

/** One event as a store knows it. `place` is its place among all logs of the tenant. */
export type StoredEvent = {
  readonly place: number;
  readonly id: string;
  readonly timeMs: number;
  readonly kind: string;
  readonly verdict: string;
  readonly tool: string;
  readonly session: string;
  readonly user: string;
};

export type StoreSearch = {
  /** The newest `limit` events before a place that meet the filter, newest first. */
  search(
    filter: Filter,
    asked: { readonly limit: number; readonly before: number | null },
  ): Promise<readonly StoredEvent[]>;
};

const COLUMNS = ["place", "id", "time_ms", "kind", "verdict", "tool", "session", "user"];

/** Over PostgreSQL, with the rights of the pool's role: a reader sees its own tenant alone. */
export function searchPostgres(pool: Pick<pg.Pool, "query">): StoreSearch {
  return {
    async search(filter, { limit, before }) {
      const { text, values } = postgresFilter(filter);
      const columns = COLUMNS.map((name) => `event."${name}"`).join(", ");
      const last = values.length;
      const { rows } = await pool.query<unknown[]>({
        text: `SELECT ${columns} FROM sallyport.event WHERE ${text} AND event.place < $${last + 1}::bigint ORDER BY event.place DESC LIMIT $${last + 2}::bigint`,
        values: [...values, before ?? Number.MAX_SAFE_INTEGER, limit],
        rowMode: "array",
      });
      return rows.map(eventOf);
    },
  };
}

/** Over the database of one tenant in ClickHouse. */
export function searchClickhouse(server: Clickhouse, database: string): StoreSearch {
  return {
    async search(filter, { limit, before }) {
      const { text, values } = clickhouseFilter(filter);
      const columns = COLUMNS.map((name) => `\`${name}\``).join(", ");
      const rows = await server.ask(
        database,
        `SELECT ${columns} FROM event FINAL WHERE ${text} AND place < {before:Int64} ORDER BY place DESC LIMIT {limit:Int64}`,
        { ...values, before: String(before ?? Number.MAX_SAFE_INTEGER), limit: String(limit) },
      );
      return rows.map(eventOf);
    },
  };
}

function eventOf(cells: readonly unknown[]): StoredEvent {
  const [place, id, timeMs, kind, verdict, tool, session, user] = cells;
  return {
    place: Number(place),
    id: String(id),
    timeMs: Number(timeMs),
    kind: String(kind),
    verdict: String(verdict),
    tool: String(tool),
    session: String(session),
    user: String(user),
  };
}
