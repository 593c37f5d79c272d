// Questions of a team's pages to PostgreSQL, with the rights of a reader: its own tenant's events, the newest first whatever log they lie in.
import type pg from "pg";
import { Failure } from "#base/failure.ts";
import { placeAmongTrees } from "#record/fleet/fleet-row.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import type { StoredRow } from "#record/fleet/stored-event.ts";
import type { Filter } from "#record/index/filter.ts";
import { parseFilter } from "#record/index/filter-parse.ts";
import { type MarkField, WORD_FIELDS } from "#record/index/indexed-event.ts";
import type { Table } from "#record/index/question.ts";
import { readHosts } from "./hosts-reading.ts";
import { countEvents, type TeamCount } from "./team-counts.ts";
import { END, newestEvents, type TeamCursor } from "./team-search.ts";
import { newestSessions, type TeamSessionChoice, type TeamSessions } from "./team-sessions.ts";
import type { Ask } from "./team-stretches.ts";
import { createWriters, type WriterOf } from "./team-writers.ts";

export type TeamStore = {
  /** The tenant whose reader asks. */
  readonly name: string;
  /** Machines whose logs are here, in their order. */
  machines(): Promise<readonly string[]>;
  /** Entries that were handed in, and logs. */
  size(): Promise<{ readonly entries: number; readonly logs: number }>;
  /** The newest events that meet a filter; `beyond` where it was looked no further, and older ones may be met. */
  events(
    filter: Filter,
    asked: { readonly limit: number; readonly before?: TeamCursor | undefined },
  ): Promise<{
    readonly rows: readonly StoredRow[];
    readonly beyond: TeamCursor | undefined;
  }>;
  /** The event at a place. */
  event(place: number): Promise<StoredRow | undefined>;
  count(question: TeamCount): Promise<Table>;
  sessions(choice: TeamSessionChoice): Promise<TeamSessions>;
  /** Events of a session in their order, the newest `limit` of them. */
  session(id: string, limit: number): Promise<readonly StoredRow[]>;
  /** The place of its newest event; 0 without any. */
  newestOf(session: string): Promise<number>;
  /** Machines as they reported last. */
  hosts(): Promise<readonly SeenHost[]>;
  /** How far each log came, by its number. */
  heads(): Promise<TeamHeads>;
  /** Decisions that came in since, however old they are: `limit` of them, the newest first. */
  arrived(since: TeamHeads, now: TeamHeads, limit: number): Promise<readonly StoredRow[]>;
};
type TeamHeads = ReadonlyMap<number, number>;

/** A session or user is found by the pseudonym that the store holds: keys of machines are not here. */
const NO_NAMES = { pseudonyms: () => [], wordDigest: () => "" };

/** The filter that a text says. Throws a Failure. */
export const teamFilter = (text: string, nowMs: number): Filter =>
  parseFilter(text, { nowMs, names: NO_NAMES });

const MARKS = `(SELECT json_agg(json_build_array(word.field, word.value, mark.count)) FROM unnest(event.marks, event.counts) AS mark (word, count) JOIN sallyport.word ON word.number = mark.word)`;
const COLUMNS = `event.place, event.id, event.time_ms, event.enforced, event.canary, event.duration, event.findings, ${MARKS}, ${WORD_FIELDS.map((name) => `event."${name}"`).join(", ")}`;

/** Opens it over a reader's pool. Rejects with a Failure where the role reads no tenant. */
export async function openTeamStore(pool: Pick<pg.Pool, "query">): Promise<TeamStore> {
  const ask: Ask = async (text, values = []) => {
    const asked = pool.query<unknown[]>({ text, values: [...values], rowMode: "array" });
    return (await asked.catch((cause: unknown) => Promise.reject(asFailure(cause)))).rows;
  };
  const [own, other] = await ask("SELECT name FROM sallyport.tenant LIMIT 2");
  if (own === undefined || other !== undefined) throw new Failure("fleet-store", NO_READER);
  const [[isOld] = []] = await ask("SELECT to_regclass('sallyport.counted') IS NULL");
  if (isOld === true) throw new Failure("fleet-store", OLD_SCHEMA);
  const writerOf = createWriters(ask);
  const rowsOf = (found: readonly (readonly unknown[])[]) => storedRows(writerOf, found);
  const machines = async () =>
    (await ask("SELECT DISTINCT writer FROM sallyport.tree ORDER BY writer")).map(([one]) =>
      String(one),
    );
  return {
    name: String(own[0]),
    machines,
    async size() {
      const [[entries, logs] = []] = await ask(
        "SELECT coalesce(sum(next - missed), 0), count(*) FROM sallyport.tree",
      );
      return { entries: Number(entries), logs: Number(logs) };
    },
    async events(filter, { limit, before = END }) {
      const { rows, beyond } = await newestEvents(ask, COLUMNS, { filter, limit, before });
      return { rows: await rowsOf(rows), beyond };
    },
    async event(place) {
      const sql = `SELECT ${COLUMNS} FROM sallyport.event WHERE event.place = $1::bigint`;
      return (await rowsOf(await ask(sql, [place])))[0];
    },
    count: (question) => countEvents(ask, question),
    sessions: (choice) => newestSessions(ask, writerOf, choice),
    async session(id, limit) {
      const rows = await ask(
        `SELECT ${COLUMNS} FROM sallyport.event WHERE event.session = $1 ORDER BY event.place DESC LIMIT $2::bigint`,
        [id, limit],
      );
      return (await rowsOf(rows)).toReversed();
    },
    async newestOf(session) {
      const [[place] = []] = await ask(
        "SELECT max(event.place) FROM sallyport.event WHERE event.session = $1",
        [session],
      );
      return Number(place ?? 0);
    },
    hosts: () =>
      readHosts({ kind: "postgres", pool }).catch((cause: unknown) =>
        Promise.reject(asFailure(cause)),
      ),
    async heads() {
      const rows = await ask("SELECT number, next FROM sallyport.tree");
      return new Map(rows.map(([number, next]) => [Number(number), Number(next)]));
    },
    async arrived(since, now, limit) {
      const grown = [...now].filter(([number, next]) => next > (since.get(number) ?? 0));
      const from = grown.map(([number]) => placeAmongTrees(number, since.get(number) ?? 0));
      const until = grown.map(([number, next]) => placeAmongTrees(number, next));
      const rows = await ask(
        `SELECT ${COLUMNS} FROM unnest($1::bigint[], $2::bigint[]) AS grown (first, beyond) CROSS JOIN LATERAL (SELECT * FROM sallyport.event AS own WHERE own.place >= grown.first AND own.place < grown.beyond OFFSET 0) AS event WHERE event.kind = 'decision' AND event.canary = 0 ORDER BY event.time_ms DESC, event.place DESC LIMIT $3::bigint`,
        [from, until, limit],
      );
      return rowsOf(rows);
    },
  };
}

const OLD_SCHEMA =
  "the schema is older than the pages of this version: run `sallyport collector setup` as its owner";
const NO_READER =
  "the address is not that of one tenant's reader, such as sallyport_reader_NAME: `sallyport collector tenant` makes it";
/** Codes of PostgreSQL (appendix A): a statement that took too long, a table that is not there, one that the role may not read. */
const [TOO_LONG, MISSING, FORBIDDEN] = ["57014", "42P01", "42501"];

/** WHY not its own words: they may hold a word of a filter. */
function asFailure(cause: unknown): Failure {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  if (code === TOO_LONG)
    return new Failure("query-size", "the store took longer than a minute: name a shorter time", {
      cause,
    });
  const text =
    code === MISSING || code === FORBIDDEN
      ? NO_READER
      : "the store does not answer: is PostgreSQL there, and may this reader log in?";
  return new Failure("fleet-store", text, { cause });
}

const textOf = (cell: unknown): string => (typeof cell === "string" ? cell : "");

async function storedRows(
  writerOf: WriterOf,
  found: readonly (readonly unknown[])[],
): Promise<readonly StoredRow[]> {
  const machines = await writerOf(found.map(([place]) => Number(place)));
  return found.map((cells) => rowOf(cells, machines.get(Number(cells[0])) ?? ""));
}

function rowOf(cells: readonly unknown[], machine: string): StoredRow {
  const [place, id, timeMs, enforced, canary, duration, findings, marks, ...words] = cells;
  const whole = (value: unknown) => (value === null ? null : Number(value));
  return {
    place: Number(place),
    id: String(id),
    timeMs: Number(timeMs),
    machine,
    enforced: enforced !== 0,
    canary: canary === 1,
    duration: whole(duration),
    findings: whole(findings),
    marks: (marks as readonly [MarkField, string, number][]) ?? [],
    word: Object.fromEntries(
      WORD_FIELDS.map((name, at) => [name, textOf(words[at])]),
    ) as StoredRow["word"],
  };
}
