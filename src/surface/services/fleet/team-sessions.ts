// Sessions of a team, the newest first: a walk from one to the next, over all events, over those of a person, or over those of a machine.
import { PLACES_MAX } from "#record/fleet/fleet-row.ts";
import { END, type TeamCursor } from "./team-search.ts";
import type { Ask } from "./team-stretches.ts";
import type { WriterOf } from "./team-writers.ts";

export type TeamSession = {
  readonly id: string;
  /** A pseudonym, or empty. */
  readonly user: string;
  readonly machine: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Events, calls, then by verdict (allow, ask, deny, abstain), failed calls, chains. */
  readonly counts: readonly number[];
  /** The page after this session begins here. */
  readonly cursor: TeamCursor;
};

export type TeamSessionChoice = {
  readonly verdict: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly user: string;
  readonly machine: string;
  readonly before: TeamCursor | undefined;
  readonly limit: number;
};

/** The newest sessions; `beyond` where it was looked no further, and older ones may be met. */
export type TeamSessions = {
  readonly sessions: readonly TeamSession[];
  readonly beyond: TeamCursor | undefined;
};

/** Sessions that one page walks by: where few are met, the page after goes on from there. */
const WALKED_MAX = 500;

/** Which events a walk goes by. A session belongs to the page of its newest event among these. */
type Way = {
  /** The newest one before `found` that is of another session. */
  readonly next: string;
  /** Whether `later` is at the beginning of the page or before it. */
  readonly isLater: string;
};

const COLUMNS = "event.time_ms, event.place, event.session";
const ANOTHER = `event.session <> '' AND NOT event.session = ANY (found.seen) AND event.time_ms >= $3::bigint AND event.time_ms < $7::bigint`;
/** WHY said only where a person is asked for: the index over people then has all that are meant. */
const ofPerson = (name: string, user: string): string =>
  user === "" ? "$5::text = ''" : `${name}."user" <> '' AND ${name}."user" = $5`;

/** By time, over all events or those of a person. */
const byTime = (user: string): Way => ({
  next: `SELECT ${COLUMNS} FROM sallyport.event WHERE ${ANOTHER} AND ${ofPerson("event", user)} AND $6::text = ''
  AND event.time_ms <= found.time_ms AND (event.time_ms, event.place) < (found.time_ms, found.place)
  ORDER BY event.time_ms DESC, event.place DESC LIMIT 1`,
  isLater: `(later.time_ms, later.place) >= ($1::bigint, $2::bigint) AND ${ofPerson("later", user)}`,
});

/** By place: what a machine wrote lies together in its logs, and far apart among all events. */
const byPlace = (user: string): Way => ({
  next: `SELECT own.* FROM (SELECT tree.number * ${PLACES_MAX} AS first, (tree.number + 1) * ${PLACES_MAX} AS beyond FROM sallyport.tree WHERE tree.writer = $6 OFFSET 0) AS log
  CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM sallyport.event WHERE ${ANOTHER} AND ${ofPerson("event", user)}
    AND event.place >= log.first AND event.place < log.beyond AND event.place < found.place
    ORDER BY event.place DESC LIMIT 1) AS own
  ORDER BY own.place DESC LIMIT 1`,
  isLater: `later.place >= $2::bigint AND ${ofPerson("later", user)}`,
});

/**
 * WHY one step after the other: from the newest event to the newest one of another session, and on, so that a page reads no
 * more of the store than its own sessions, and holds each against what is asked once. Our own probes are told by the first event of their
 * session, as on one machine.
 */
const walk = ({ next, isLater }: Way) => `WITH RECURSIVE found AS (
  (SELECT $1::bigint AS time_ms, $2::bigint AS place, ARRAY[]::text[] COLLATE "C" AS seen, 0 AS met, false AS is_met)
  UNION ALL
  SELECT one.time_ms, one.place, found.seen || one.session, found.met + held.is_met::integer, held.is_met
  FROM found CROSS JOIN LATERAL (${next}) AS one
  CROSS JOIN LATERAL (SELECT
    NOT EXISTS (SELECT FROM sallyport.event AS later WHERE later.session = one.session AND later.time_ms < $7::bigint AND ${isLater})
    AND (SELECT first.canary FROM sallyport.event AS first WHERE first.session = one.session ORDER BY first.place LIMIT 1) = 0
    AND ($4 = '' OR EXISTS (SELECT FROM sallyport.event AS own WHERE own.session = one.session AND own.verdict = $4 AND own.canary = 0))
    AS is_met) AS held
  WHERE found.met < $8::integer AND cardinality(found.seen) < ${WALKED_MAX}
)
SELECT seen[cardinality(seen)], time_ms, place, is_met, cardinality(seen) FROM found WHERE is_met OR cardinality(seen) = ${WALKED_MAX} ORDER BY 5`;

const verdictCount = (verdict: string) => `count(*) FILTER (WHERE event.verdict = '${verdict}')`;
const COUNTED = `SELECT event.session, max(event."user"), max(event.place), min(event.time_ms), max(event.time_ms), count(*), count(*) FILTER (WHERE event.kind = 'decision'),
  ${["allow", "ask", "deny", "abstain"].map(verdictCount).join(", ")},
  count(*) FILTER (WHERE event.kind = 'result' AND event.outcome = 'failure'),
  count(*) FILTER (WHERE event.marks && ARRAY(SELECT word.number FROM sallyport.word WHERE word.field = 'chain'))
FROM sallyport.event WHERE event.session = ANY ($1) GROUP BY event.session`;

export async function newestSessions(
  ask: Ask,
  writerOf: WriterOf,
  choice: TeamSessionChoice,
): Promise<TeamSessions> {
  const { verdict, sinceMs, before = END, limit } = choice;
  // PostgreSQL takes no NUL in a text, and no event holds one.
  const [user = "", machine = ""] = [choice.user, choice.machine].map((text) =>
    text.replaceAll("\0", "\ufffd"),
  );
  const untilMs = choice.untilMs === 0 ? END.timeMs : choice.untilMs;
  const way = machine === "" ? byTime(user) : byPlace(user);
  const given = [before.timeMs, before.place, sinceMs, verdict, user, machine, untilMs, limit];
  const walked = await ask(walk(way), given);
  const newest = walked.filter(([, , , isMet]) => isMet === true);
  const counted = await ask(COUNTED, [newest.map(([session]) => session)]);
  const known = new Map(counted.map(([session, ...cells]) => [session, cells]));
  const machines = await writerOf(counted.map(([, , place]) => Number(place)));
  const cursorOf = ([, timeMs, place]: readonly unknown[]): TeamCursor => ({
    timeMs: Number(timeMs),
    place: Number(place),
  });
  const sessions = newest.map((step): TeamSession => {
    const [session] = step;
    const [pseudonym, place, firstMs, lastMs, ...counts] = known.get(session) ?? [];
    return {
      id: String(session),
      user: textOf(pseudonym),
      machine: machines.get(Number(place)) ?? "",
      firstMs: Number(firstMs),
      lastMs: Number(lastMs),
      counts: counts.map(Number),
      cursor: cursorOf(step),
    };
  });
  const last = walked.at(-1);
  return { sessions, beyond: last?.[4] === WALKED_MAX ? cursorOf(last) : undefined };
}

const textOf = (cell: unknown): string => (typeof cell === "string" ? cell : "");
