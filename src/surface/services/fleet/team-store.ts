// Questions of a team's pages to PostgreSQL, with the rights of a reader: its own tenant's events, the newest first whatever log they lie in.
import type pg from "pg";
import { Failure } from "#base/failure.ts";
import { postgresFilter } from "#record/fleet/filter-dialects.ts";
import { placeAmongTrees, PLACES_MAX } from "#record/fleet/fleet-row.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import type { StoredRow } from "#record/fleet/stored-event.ts";
import type { Filter } from "#record/index/filter.ts";
import { parseFilter } from "#record/index/filter-parse.ts";
import { hourlySql, isHourlyField } from "#record/index/filter-sql.ts";
import { type MarkField, WORD_FIELDS } from "#record/index/indexed-event.ts";
import { isMarkField } from "#record/index/log-answers.ts";
import { columnOf, type GroupField, type Table } from "#record/index/question.ts";
import { readHosts } from "./hosts-reading.ts";

/** Where a page of events or sessions ends: the next one is older. */
export type TeamCursor = { readonly timeMs: number; readonly place: number };

type TeamSession = {
  readonly id: string;
  /** A pseudonym, or empty. */
  readonly user: string;
  readonly machine: string;
  readonly last: TeamCursor;
  readonly firstMs: number;
  /** Events, calls, then by verdict (allow, ask, deny, abstain), failed calls, chains. */
  readonly counts: readonly number[];
};

type TeamSessionChoice = {
  readonly verdict: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly user: string;
  readonly machine: string;
  readonly before: TeamCursor | undefined;
  readonly limit: number;
};

type TeamCount = {
  readonly filter: Filter;
  readonly by: readonly GroupField[];
  readonly limit: number;
  readonly inOrder: boolean;
};

export type TeamStore = {
  /** The tenant whose reader asks. */
  readonly name: string;
  /** Machines whose logs are here, in their order. */
  machines(): Promise<readonly string[]>;
  /** Entries that were handed in, and logs. */
  size(): Promise<{ readonly entries: number; readonly logs: number }>;
  events(
    filter: Filter,
    asked: { readonly limit: number; readonly before?: TeamCursor | undefined },
  ): Promise<readonly StoredRow[]>;
  /** The event at a place. */
  event(place: number): Promise<StoredRow | undefined>;
  count(question: TeamCount): Promise<Table>;
  /** The newest sessions; `beyond` where it was looked no further, and older ones may be met. */
  sessions(choice: TeamSessionChoice): Promise<{
    readonly sessions: readonly TeamSession[];
    readonly beyond: TeamCursor | undefined;
  }>;
  /** Events of a session in their order, the newest `limit` of them. */
  session(id: string, limit: number): Promise<readonly StoredRow[]>;
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
const HOUR_MS = 3_600_000;
/** Newest first is by time: logs of many machines lie side by side. */
const END: TeamCursor = { timeMs: Number.MAX_SAFE_INTEGER, place: Number.MAX_SAFE_INTEGER };

/** The filter that a text says. Throws a Failure. */
export const teamFilter = (text: string, nowMs: number): Filter =>
  parseFilter(text, { nowMs, names: NO_NAMES });

const WRITER = `(SELECT tree.writer FROM sallyport.tree WHERE tree.number = event.place / ${PLACES_MAX})`;
const MARKS = `(SELECT json_agg(json_build_array(word.field, word.value, mark.count)) FROM unnest(event.marks, event.counts) AS mark (word, count) JOIN sallyport.word ON word.number = mark.word)`;
const COLUMNS = `event.place, event.id, event.time_ms, ${WRITER}, event.enforced, event.canary, event.duration, event.findings, ${MARKS}, ${WORD_FIELDS.map((name) => `event."${name}"`).join(", ")}`;

/** Opens it over a reader's pool. Rejects with a Failure where the role reads no tenant. */
export async function openTeamStore(pool: Pick<pg.Pool, "query">): Promise<TeamStore> {
  const ask: Ask = async (text, values = []) => {
    const asked = pool.query<unknown[]>({ text, values: [...values], rowMode: "array" });
    return (await asked.catch((cause: unknown) => Promise.reject(asFailure(cause)))).rows;
  };
  const [own, other] = await ask("SELECT name FROM sallyport.tenant LIMIT 2");
  if (own === undefined || other !== undefined) throw new Failure("fleet-store", NO_READER);
  const machines = async () =>
    (await ask("SELECT DISTINCT writer FROM sallyport.tree ORDER BY writer")).map(([one]) =>
      String(one),
    );
  return {
    ...{ name: String(own[0]), machines },
    async size() {
      const [[entries, logs] = []] = await ask(
        "SELECT coalesce(sum(next - missed), 0), count(*) FROM sallyport.tree",
      );
      return { entries: Number(entries), logs: Number(logs) };
    },
    async events(filter, { limit, before = END }) {
      const { text, values } = postgresFilter(filter);
      const n = values.length;
      const rows = await ask(
        `SELECT ${COLUMNS} FROM sallyport.event WHERE ${text} AND event.time_ms <= $${n + 1}::bigint AND (event.time_ms, event.place) < ($${n + 1}::bigint, $${n + 2}::bigint) ORDER BY event.time_ms DESC, event.place DESC LIMIT $${n + 3}::bigint`,
        [...values, before.timeMs, before.place, limit],
      );
      return rows.map(rowOf);
    },
    async event(place) {
      const [row] = await ask(
        `SELECT ${COLUMNS} FROM sallyport.event WHERE event.place = $1::bigint`,
        [place],
      );
      return row === undefined ? undefined : rowOf(row);
    },
    count: (question) => countEvents(ask, question),
    sessions: (choice) => newestSessions(ask, choice),
    async session(id, limit) {
      const rows = await ask(
        `SELECT ${COLUMNS} FROM sallyport.event WHERE event.session = $1 ORDER BY event.place DESC LIMIT $2::bigint`,
        [id, limit],
      );
      return rows.map(rowOf).toReversed();
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
        `SELECT ${COLUMNS} FROM unnest($1::bigint[], $2::bigint[]) AS grown (first, beyond) JOIN sallyport.event ON event.place >= grown.first AND event.place < grown.beyond WHERE event.kind = 'decision' AND event.canary = 0 ORDER BY event.time_ms DESC, event.place DESC LIMIT $3::bigint`,
        [from, until, limit],
      );
      return rows.map(rowOf);
    },
  };
}

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

type Ask = (text: string, values?: readonly unknown[]) => Promise<unknown[][]>;

const textOf = (cell: unknown): string => (typeof cell === "string" ? cell : "");

function rowOf(cells: readonly unknown[]): StoredRow {
  const [place, id, timeMs, machine, enforced, canary, duration, findings, marks, ...words] = cells;
  const whole = (value: unknown) => (value === null ? null : Number(value));
  return {
    ...{ place: Number(place), id: String(id), timeMs: Number(timeMs) },
    ...{ machine: textOf(machine), enforced: enforced !== 0, canary: canary === 1 },
    ...{ duration: whole(duration), findings: whole(findings) },
    marks: (marks as readonly [MarkField, string, number][]) ?? [],
    word: Object.fromEntries(
      WORD_FIELDS.map((name, at) => [name, textOf(words[at])]),
    ) as StoredRow["word"],
  };
}

/** As the index of one machine counts them: by the hourly counts where these know enough. */
async function countEvents(ask: Ask, { filter, by, limit, inOrder }: TeamCount): Promise<Table> {
  const isHourly =
    by.every((field) => isHourlyField(field) || field === "hour" || field === "day") &&
    hourlySql(filter) !== undefined;
  const { text, values } = postgresFilter(filter);
  const cells = by.map(cellSql);
  const list = by.find(isMarkField);
  const marked =
    list === undefined
      ? ""
      : ` CROSS JOIN LATERAL unnest(event.marks) AS mark (word) JOIN sallyport.word AS said ON said.number = mark.word AND said.field = '${list}'`;
  const from = isHourly
    ? "(SELECT *, hour_ms AS time_ms FROM sallyport.hourly) AS event"
    : `sallyport.event${marked}`;
  const order = cells.map((_, at) => at + 1);
  const sorted = inOrder ? order : [`${cells.length + 1} DESC`, ...order];
  const rows = await ask(
    `SELECT ${[...cells, isHourly ? "sum(event.events)" : "count(*)"].join(", ")} FROM ${from} WHERE ${text} GROUP BY ${order.join(", ")} ORDER BY ${sorted.join(", ")} LIMIT ${limit + 1}`,
    values,
  );
  return {
    ...{ kind: "table", columns: [...by.map(columnOf), "events"], isCut: rows.length > limit },
    rows: rows.slice(0, limit) as Table["rows"],
  };
}

function cellSql(field: GroupField): string {
  if (field === "hour" || field === "day") {
    const ms = field === "hour" ? HOUR_MS : 24 * HOUR_MS;
    return `event.time_ms / ${ms} * ${ms}`;
  }
  return isMarkField(field) ? "said.value" : `event."${field}"`;
}

/** Sessions that one page walks by: where few are met, the page after goes on from there. */
const WALKED_MAX = 1_000;

/**
 * WHY one step after the other: from the newest event to the newest one of another session, and on, so that a page reads no
 * more of the store than its own sessions, and holds each against what is asked once. A session belongs to the page of its
 * newest event. Our own probes are told by the first event of their session, as on one machine.
 */
const NEWEST = `WITH RECURSIVE found AS (
  (SELECT $1::bigint AS time_ms, $2::bigint AS place, ARRAY[]::text[] COLLATE "C" AS seen, 0 AS met, false AS is_met)
  UNION ALL
  SELECT one.time_ms, one.place, found.seen || one.session, found.met + held.is_met::integer, held.is_met
  FROM found CROSS JOIN LATERAL (
    SELECT event.time_ms, event.place, event.session FROM sallyport.event
    WHERE event.session <> '' AND event.time_ms <= found.time_ms AND (event.time_ms, event.place) < (found.time_ms, found.place)
      AND event.time_ms >= $3::bigint AND NOT event.session = ANY (found.seen)
      AND ($6 = '' OR event.place / ${PLACES_MAX} IN (SELECT tree.number FROM sallyport.tree WHERE tree.writer = $6))
    ORDER BY event.time_ms DESC, event.place DESC LIMIT 1) AS one
  CROSS JOIN LATERAL (SELECT
    NOT EXISTS (SELECT FROM sallyport.event AS later WHERE later.session = one.session AND (later.time_ms, later.place) >= ($1::bigint, $2::bigint))
    AND (SELECT first.canary FROM sallyport.event AS first WHERE first.session = one.session ORDER BY first.place LIMIT 1) = 0
    AND ($4 = '' OR EXISTS (SELECT FROM sallyport.event AS own WHERE own.session = one.session AND own.verdict = $4 AND own.canary = 0))
    AND ($5 = '' OR EXISTS (SELECT FROM sallyport.event AS own WHERE own.session = one.session AND own."user" = $5))
    AND ($7::bigint = 0 OR (SELECT min(own.time_ms) FROM sallyport.event AS own WHERE own.session = one.session) < $7::bigint)
    AS is_met) AS held
  WHERE found.met < $8::integer AND cardinality(found.seen) < ${WALKED_MAX}
)
SELECT seen[cardinality(seen)], time_ms, place, is_met, cardinality(seen) FROM found WHERE is_met OR cardinality(seen) = ${WALKED_MAX} ORDER BY 5`;

const verdictCount = (verdict: string) => `count(*) FILTER (WHERE event.verdict = '${verdict}')`;
const COUNTED = `SELECT event.session, max(event."user"), max(${WRITER}), min(event.time_ms), count(*), count(*) FILTER (WHERE event.kind = 'decision'),
  ${["allow", "ask", "deny", "abstain"].map(verdictCount).join(", ")},
  count(*) FILTER (WHERE event.kind = 'result' AND event.outcome = 'failure'),
  count(*) FILTER (WHERE event.marks && ARRAY(SELECT word.number FROM sallyport.word WHERE word.field = 'chain'))
FROM sallyport.event WHERE event.session = ANY ($1) GROUP BY event.session`;

async function newestSessions(ask: Ask, choice: TeamSessionChoice) {
  const { verdict, sinceMs, untilMs, user, machine, before = END, limit } = choice;
  // PostgreSQL takes no NUL in a text, and no event holds one.
  const [of, on] = [user, machine].map((text) => text.replaceAll("\0", "\ufffd"));
  const place = [before.timeMs, before.place, sinceMs, verdict, of, on, untilMs, limit];
  const walked = await ask(NEWEST, place);
  const newest = walked.filter(([, , , isMet]) => isMet === true);
  const counted = await ask(COUNTED, [newest.map(([session]) => session)]);
  const known = new Map(counted.map(([session, ...cells]) => [session, cells]));
  const sessions = newest.map(([session, timeMs, at]): TeamSession => {
    const [pseudonym, writer, firstMs, ...counts] = known.get(session) ?? [];
    return {
      ...{ id: String(session), user: textOf(pseudonym), machine: textOf(writer) },
      last: { timeMs: Number(timeMs), place: Number(at) },
      ...{ firstMs: Number(firstMs), counts: counts.map(Number) },
    };
  });
  const [, timeMs, at, , count] = walked.at(-1) ?? [];
  const isCut = count === WALKED_MAX;
  return { sessions, beyond: isCut ? { timeMs: Number(timeMs), place: Number(at) } : undefined };
}
