// Sums of sessions in the index: which of them have to be made, those that were made, and what they come to in a period.
import { randomBytes } from "node:crypto";
import { SPENT_COUNTS } from "../../index/index-schema.ts";
import { sealName } from "../../index/user-name.ts";
import { NONCE_BYTES, type Subject } from "../../log/subject.ts";
import type { IndexRow } from "./index-row.ts";
import { type Cell, type Database, select, type Statements } from "./statements.ts";

/** A text of somebody's sealed fields: a pseudonym stands for it, and the text is sealed under its subject's key. */
export type OwnedText = { readonly text: string; readonly subject: Subject };

/** What one session cost. Times are Unix milliseconds, `counts` stand in the order of `SPENT_COUNTS`. */
export type SpentSession = {
  readonly session: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly user: OwnedText | undefined;
  readonly directory: OwnedText | undefined;
  readonly days: readonly {
    readonly day: string;
    readonly counts: readonly number[];
    readonly answersMs: readonly number[];
  }[];
  readonly loops: readonly {
    readonly tool: string;
    readonly command: OwnedText;
    readonly failures: number;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly tokens: number | undefined;
    readonly costUsdMicros: number | undefined;
  }[];
  readonly repeated: number;
  readonly unopened: number;
  readonly omitted: number;
};

/** From and before when. */
export type SpentPeriod = { readonly sinceMs: number; readonly untilMs: number };

/** Sessions of a key that lie within a period, summed. `key` is a pseudonym for users and directories, empty where none is known. */
export type SpentGroup = {
  readonly key: string;
  readonly sessions: number;
  readonly counts: readonly number[];
  readonly answersMs: readonly number[];
};

export type SpentLoop = {
  readonly session: string;
  readonly user: string;
  readonly directory: string;
  readonly tool: string;
  readonly command: string;
  readonly failures: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly tokens: number | null;
  readonly costUsdMicros: number | null;
};

export type SpentSums = {
  /** Has the sums of the sessions of these events made anew; within a transaction. */
  unspend(rows: readonly IndexRow[]): void;
  /** Has all sums made anew: nobody says that they are those of the log. */
  unspendAll(): void;
  /** Sessions whose sums have to be made. */
  unspent(limit: number): readonly string[];
  /** Places of a session's events in order, at most so many. */
  placesOf(session: string, limit: number): readonly number[];
  /** Keeps the sums of sessions: those whose sums were to be made. */
  keep(sessions: readonly SpentSession[], done: readonly string[]): void;
  /** Sums of the sessions that lie within a period; at most so many groups, those that cost most. */
  groups(by: SpentKey, period: SpentPeriod, limit?: number): readonly SpentGroup[];
  /** What these sessions have that belongs to no day. */
  totals(period: SpentPeriod): SpentTotals;
  loops(period: SpentPeriod, limit: number): readonly SpentLoop[];
  /** Sessions of which some events lie in the period and some do not. */
  across(period: SpentPeriod, limit: number): readonly string[];
};

/** `all`: one group. */
export type SpentKey = "session" | "user" | "directory" | "day" | "all";
export type SpentTotals = {
  readonly sessions: number;
  readonly told: number;
  readonly repeated: number;
  readonly unopened: number;
  readonly omitted: number;
};

/** WHY step by step: only so are sessions found without reading an entry of the index for each event. */
export const ALL_UNSPENT = `INSERT OR IGNORE INTO unspent (session)
WITH RECURSIVE each (session) AS (
  SELECT min(session) FROM event
  UNION ALL SELECT (SELECT min(event.session) FROM event WHERE event.session > each.session) FROM each WHERE each.session IS NOT NULL
) SELECT session FROM each WHERE session IS NOT NULL`;

/** The sessions of the events of a range. */
export const UNSPEND_RANGE =
  "INSERT OR IGNORE INTO unspent (session) SELECT DISTINCT session FROM event WHERE idx >= ? AND idx < ? AND session IS NOT NULL";

const COLUMNS = [
  ...["session", "day", "first_ms", "last_ms", "user", "directory"],
  ...SPENT_COUNTS,
  ...["answers", "repeated", "unopened", "omitted"],
];
const INSERT = `INSERT INTO spent (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;
const INSERT_LOOP =
  "INSERT INTO spent_loop (session, number, tool, command, failures, from_ms, until_ms, tokens, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_NAME =
  "INSERT INTO name (pseudonym, subject, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
/** Sessions that lie within a period: from when, and before when. */
const WITHIN = "first_ms >= ? AND last_ms < ?";

/** Sums of an open index. */
export function createSpentSums(
  db: Database,
  {
    run,
    atOnce,
    subjectNumber,
  }: Pick<Statements, "run"> & {
    readonly atOnce: <Result>(work: () => Result) => Result;
    readonly subjectNumber: (id: string) => number;
  },
): SpentSums {
  const rowsOf = (
    sql: string,
    values: readonly Cell[],
    limit: number = Number.MAX_SAFE_INTEGER,
  ): readonly (readonly Cell[])[] => select(db, sql, values, limit).rows;
  const nameFor = (kind: "user" | "directory" | "command", owned: OwnedText): string => {
    const { text, subject } = owned;
    const pseudonym = spentPseudonym(kind, owned);
    const nonce = randomBytes(NONCE_BYTES);
    const isThere = db.get("SELECT 1 AS one FROM name WHERE pseudonym = ?", [pseudonym]) !== null;
    if (!isThere)
      run(INSERT_NAME, [
        ...[pseudonym, subjectNumber(subject.id)],
        sealName(subject, { pseudonym, name: text, nonce }),
      ]);
    return pseudonym;
  };
  const keepOne = (spent: SpentSession): void => {
    const { session, firstMs, lastMs } = spent;
    const user = spent.user === undefined ? "" : nameFor("user", spent.user);
    const directory = spent.directory === undefined ? "" : nameFor("directory", spent.directory);
    for (const [place, { day, counts, answersMs }] of spent.days.entries()) {
      // What belongs to no day stands with the first.
      const { repeated, unopened, omitted } =
        place === 0 ? spent : { repeated: 0, unopened: 0, omitted: 0 };
      run(INSERT, [
        ...[session, day, firstMs, lastMs, user, directory, ...counts],
        ...[answersMs.join(","), repeated, unopened, omitted],
      ]);
    }
    for (const [number, loop] of spent.loops.entries())
      run(INSERT_LOOP, [
        ...[session, number, loop.tool, nameFor("command", loop.command), loop.failures],
        ...[loop.fromMs, loop.untilMs, loop.tokens ?? null, loop.costUsdMicros ?? null],
      ]);
  };
  return {
    unspend(rows) {
      for (const session of new Set(rows.map(({ event }) => event.word.session)))
        if (session !== undefined)
          run("INSERT OR IGNORE INTO unspent (session) VALUES (?)", [session]);
    },
    unspendAll: () =>
      atOnce(() => {
        for (const sql of ["DELETE FROM spent", "DELETE FROM spent_loop", ALL_UNSPENT])
          db.exec(sql);
      }),
    unspent: (limit) =>
      rowsOf("SELECT session FROM unspent LIMIT ?", [limit]).map(([session]) => String(session)),
    placesOf: (session, limit) =>
      rowsOf("SELECT idx FROM event WHERE session = ? ORDER BY idx LIMIT ?", [session, limit]).map(
        ([idx]) => Number(idx),
      ),
    keep: (sessions, done) =>
      atOnce(() => {
        for (const session of done)
          for (const table of ["unspent", "spent", "spent_loop"])
            run(`DELETE FROM ${table} WHERE session = ?`, [session]);
        for (const session of sessions) keepOne(session);
      }),
    groups(by, { sinceMs, untilMs }, limit = Number.MAX_SAFE_INTEGER) {
      const key = by === "all" ? "''" : by;
      const sums = SPENT_COUNTS.map((name) =>
        by === "day" || name !== "told" ? `sum(${name})` : TOLD,
      );
      return rowsOf(
        `SELECT ${key}, count(DISTINCT session), ${sums.join(", ")}, group_concat(CASE WHEN answers <> '' THEN answers END) FROM spent WHERE ${WITHIN} GROUP BY ${key} ${MOST_FIRST} LIMIT ?`,
        [sinceMs, untilMs, limit],
      ).map(([key, sessions, ...rest]) => ({
        key: String(key),
        sessions: Number(sessions),
        counts: rest.slice(0, -1).map(Number),
        answersMs: numbersIn(rest.at(-1)),
      }));
    },
    totals({ sinceMs, untilMs }) {
      const [row = []] = rowsOf(
        `SELECT count(DISTINCT session), ${TOLD}, coalesce(sum(repeated), 0), coalesce(sum(unopened), 0), coalesce(sum(omitted), 0) FROM spent WHERE ${WITHIN}`,
        [sinceMs, untilMs],
      );
      const [sessions = 0, told = 0, repeated = 0, unopened = 0, omitted = 0] = row.map(Number);
      return { sessions, told, repeated, unopened, omitted };
    },
    loops: ({ sinceMs, untilMs }, limit) =>
      rowsOf(
        `SELECT spent_loop.session, user, directory, tool, command, failures, from_ms, until_ms, tokens, spent_loop.cost FROM spent_loop
         JOIN spent ON spent.session = spent_loop.session AND spent.day = (SELECT min(day) FROM spent WHERE spent.session = spent_loop.session)
         WHERE ${WITHIN} LIMIT ?`,
        [sinceMs, untilMs, limit],
      ).map(
        ([session, user, directory, tool, command, failures, fromMs, untilMs_, tokens, cost]) => ({
          session: String(session),
          user: String(user),
          directory: String(directory),
          tool: String(tool),
          command: String(command),
          failures: Number(failures),
          fromMs: Number(fromMs),
          untilMs: Number(untilMs_),
          tokens: tokens === null || tokens === undefined ? null : Number(tokens),
          costUsdMicros: cost === null || cost === undefined ? null : Number(cost),
        }),
      ),
    across: ({ sinceMs, untilMs }, limit) =>
      rowsOf(
        "SELECT DISTINCT session FROM spent WHERE last_ms >= ? AND first_ms < ? AND NOT (first_ms >= ? AND last_ms < ?) LIMIT ?",
        [sinceMs, untilMs, sinceMs, untilMs, limit],
      ).map(([session]) => String(session)),
  };
}

const MOST_FIRST =
  "ORDER BY sum(cost) DESC, sum(input + output + cache_read + cache_creation) DESC, 1";
const TOLD = "count(DISTINCT CASE WHEN told > 0 THEN session END)";
const PREFIXES = { user: "u:", directory: "d:", command: "c:" } as const;

/** What stands for a text: for a user the same as in events. */
export function spentPseudonym(
  kind: "user" | "directory" | "command",
  { text, subject }: OwnedText,
): string {
  return `${PREFIXES[kind]}${subject.pseudonym(kind, text)}`;
}

/** Removes the sums of the sessions that have events of a subject, and has them made anew; within a transaction, before the events forget whose they were. */
export function unspendSubject(db: Database, number: number): void {
  const sessions = "SELECT DISTINCT session FROM event WHERE subject = ? AND session IS NOT NULL";
  db.run(`INSERT OR IGNORE INTO unspent (session) ${sessions}`, [number]);
  for (const table of ["spent", "spent_loop"])
    db.exec(`DELETE FROM ${table} WHERE session IN (SELECT session FROM unspent)`);
}

function numbersIn(text: Cell | undefined): readonly number[] {
  return typeof text === "string" && text !== "" ? text.split(",").map(Number) : [];
}
