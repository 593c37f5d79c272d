// Counts of a team's events: from what was added up by hour where that knows enough, else from the events themselves.
import { postgresFilter, type WordNumbers } from "#record/fleet/filter-dialects.ts";
import { PLACES_MAX } from "#record/fleet/fleet-row.ts";
import { TEAM_HOUR_FIELDS, TEAM_MARK_FIELDS } from "#record/fleet/postgres-schema.ts";
import { type Filter, splitTime } from "#record/index/filter.ts";
import { hourlySql, isCountedBy, isHourlyField } from "#record/index/filter-sql.ts";
import type { MarkField } from "#record/index/indexed-event.ts";
import { isMarkField } from "#record/index/log-answers.ts";
import { columnOf, type GroupField, type Table } from "#record/index/question.ts";
import {
  type Ask,
  boundsOf,
  foundBy,
  HOUR_MS,
  hourOf,
  lookBack,
  placesIn,
  type Times,
  wordsIn,
} from "./team-stretches.ts";

export type TeamCount = {
  readonly filter: Filter;
  readonly by: readonly GroupField[];
  readonly limit: number;
  readonly inOrder: boolean;
};

/** Events of a person that are counted one by one: of more, their hours are. */
const PERSON_MAX = 30_000;

const knowsHour = (field: string): boolean => TEAM_HOUR_FIELDS.some((one) => one === field);
const knowsMark = (field: string): boolean => TEAM_MARK_FIELDS.some((one) => one === field);
const isTime = (field: GroupField): boolean => field === "hour" || field === "day";

/** Events that came in and were not added up yet, as `event`. WHY `OFFSET 0` twice: see `COUNT_LOT`, and else the planner may begin with all events. */
const ARRIVED = `(SELECT tree.number * ${PLACES_MAX} + coalesce(counted.next, 0) AS first, tree.number * ${PLACES_MAX} + tree.next AS beyond FROM sallyport.tree LEFT JOIN sallyport.counted ON counted.tree = tree.number WHERE tree.next > coalesce(counted.next, 0) OFFSET 0) AS grown CROSS JOIN LATERAL (SELECT * FROM sallyport.event AS own WHERE own.place >= grown.first AND own.place < grown.beyond OFFSET 0) AS event`;
const marked = (list: MarkField | undefined) =>
  list === undefined
    ? ""
    : ` CROSS JOIN LATERAL unnest(event.marks) AS mark (word) JOIN sallyport.word AS said ON said.number = mark.word AND said.field = '${list}'`;

/** Rows of a table of counts as `event`, what of the filter is left for them, and the list that is counted by. */
type Summed = {
  readonly from: string;
  readonly rest: Filter;
  readonly list: MarkField | undefined;
};

/** The table of counts that knows what meets all these parts; undefined where only the events do. */
function summedFor(
  parts: readonly Filter[],
  words: WordNumbers,
  list: MarkField | undefined,
): Summed | undefined {
  const marks = parts.filter((part) => part.kind === "mark");
  const rest: Filter = { kind: "all", parts: parts.filter((part) => part.kind !== "mark") };
  const rows = (table: string) => `(SELECT *, hour_ms AS time_ms FROM sallyport.${table}) AS event`;
  if (marks.length === 0 && list === undefined)
    return isCountedBy(rest, knowsHour) ? { from: rows("team_hour"), rest, list } : undefined;
  if (!isCountedBy(rest, knowsMark)) return undefined;
  if (list !== undefined)
    return marks.length > 0
      ? undefined
      : {
          from: `${rows("team_mark")} JOIN sallyport.word AS said ON said.number = event.word AND said.field = '${list}'`,
          rest,
          list,
        };
  const numbers = marks.length === 1 && marks[0] ? words.get(marks[0].matches) : undefined;
  // An event may have two of several words, and would be counted twice.
  if (numbers === undefined || numbers.length > 1) return undefined;
  return {
    from: `${rows("team_mark")} JOIN (SELECT ${numbers[0] ?? -1} AS number) AS wanted ON wanted.number = event.word`,
    rest,
    list,
  };
}

function cellSql(field: GroupField): string {
  if (isTime(field)) {
    const ms = field === "hour" ? HOUR_MS : 24 * HOUR_MS;
    return `event.time_ms / ${ms} * ${ms}`;
  }
  return isMarkField(field) ? "said.value" : `event."${field}"`;
}

/** Groups by the fields, the largest first or in their order, and one more than is wanted. */
function grouped({ by, limit, inOrder }: TeamCount): string {
  const order = by.map((_, at) => at + 1);
  const sorted = inOrder ? order : [`${order.length + 1} DESC`, ...order];
  return `GROUP BY ${order.join(", ")} ORDER BY ${sorted.join(", ")} LIMIT ${limit + 1}`;
}

/** As the index of one machine counts them; `isCut` also where it was looked no further back. */
export async function countEvents(ask: Ask, question: TeamCount): Promise<Table> {
  const { by, limit } = question;
  const { rows, isPart } = await countedRows(ask, question);
  return {
    kind: "table",
    columns: [...by.map(columnOf), "events"],
    rows: rows.slice(0, limit) as Table["rows"],
    isCut: isPart || rows.length > limit,
  };
}

type Counted = { readonly rows: readonly (readonly unknown[])[]; readonly isPart: boolean };

async function countedRows(ask: Ask, question: TeamCount): Promise<Counted> {
  const { filter, by } = question;
  const { parts, ...times } = splitTime(filter);
  const words = await wordsIn(ask, filter);
  const list = by.find(isMarkField);
  const summed = summedFor(parts, words, list);
  const knows = summed?.from.includes("team_hour") === true ? knowsHour : knowsMark;
  if (summed !== undefined && by.every((one) => isTime(one) || one === list || knows(one)))
    return {
      rows: await countSummed(ask, question, { parts, times, summed, words }),
      isPart: false,
    };
  const cells = by.map(cellSql).join(", ");
  const isHourly = by.every((one) => isTime(one) || isHourlyField(one));
  if (isHourly && hourlySql(filter) !== undefined && !(await isOfFew(ask, parts))) {
    const { text, values } = postgresFilter(filter);
    const sql = `SELECT ${cells}, sum(event.events) FROM (SELECT *, hour_ms AS time_ms FROM sallyport.hourly) AS event WHERE ${text} ${grouped(question)}`;
    return { rows: await ask(sql, values), isPart: false };
  }
  const { text, values } = postgresFilter(filter, { words });
  const from = `SELECT ${cells}, count(*) FROM sallyport.event${marked(list)} WHERE ${text}`;
  // Groups that may be many are counted at once: of a part of them nobody could say which are the largest.
  if (!isHourly) return { rows: await ask(`${from} ${grouped(question)}`, values), isPart: false };
  const places = await placesIn(ask, foundBy(filter, words), times);
  if (places === undefined) return countBack(ask, question, { from, values, times });
  const n = values.length;
  const placed = `SELECT ${cells}, count(*) FROM unnest($${n + 1}::bigint[], $${n + 2}::bigint[]) AS found (time_ms, place) JOIN sallyport.event ON event.time_ms = found.time_ms AND event.place = found.place${marked(list)} WHERE ${text}`;
  const columns = [places.map(([timeMs]) => timeMs), places.map(([, place]) => place)];
  return {
    rows: await ask(`${placed} ${grouped(question)}`, [...values, ...columns]),
    isPart: false,
  };
}

/** Whether the events are those of one person who has few. */
async function isOfFew(ask: Ask, parts: readonly Filter[]): Promise<boolean> {
  const person = parts.find((part) => part.kind === "word" && part.field === "user");
  if (person === undefined) return false;
  const { text, values } = postgresFilter(person);
  const some = `SELECT FROM sallyport.event WHERE ${text} LIMIT ${PERSON_MAX + 1}`;
  const [[count] = []] = await ask(`SELECT count(*) FROM (${some}) AS few`, values);
  return Number(count) <= PERSON_MAX;
}

/**
 * Whole hours as they were added up, and events where they were not: those that came in since, and those of the hours that a time begins and
 * ends in. INVARIANT: one statement, so that nothing is added up in between.
 */
async function countSummed(
  ask: Ask,
  question: TeamCount,
  {
    parts,
    times,
    summed,
    words,
  }: {
    readonly parts: readonly Filter[];
    readonly times: Times;
    readonly summed: Summed;
    readonly words: WordNumbers;
  },
): Promise<readonly (readonly unknown[])[]> {
  const { by } = question;
  const fromMs = hourOf(times.fromMs + HOUR_MS - 1);
  const untilMs = Math.max(fromMs, hourOf(times.untilMs));
  const whole: Filter = { kind: "time", fromMs, untilMs };
  const edges: Filter = {
    kind: "any",
    parts: [
      { kind: "time", fromMs: times.fromMs, untilMs: Math.min(fromMs, times.untilMs) },
      // What is meant by a time without an end has none.
      ...(times.untilMs > 8.64e15
        ? []
        : [{ kind: "time" as const, fromMs: untilMs, untilMs: times.untilMs }]),
    ],
  };
  const cells = by.map((field, at) => `${cellSql(field)} AS cell${at}`).join(", ");
  const names = by.map((_, at) => `cell${at}`).join(", ");
  const values: Parameters<typeof postgresFilter>[1] extends { values?: infer V } | undefined
    ? NonNullable<V>
    : never = [];
  const where = (...all: readonly Filter[]) =>
    postgresFilter({ kind: "all", parts: all }, { values, words }).text;
  const of = (from: string) => `SELECT ${cells}, 1 AS events FROM ${from}${marked(summed.list)}`;
  const sources = [
    `SELECT ${cells}, event.events FROM ${summed.from} WHERE ${where(summed.rest, whole)}`,
    `${of(ARRIVED)} WHERE ${where(...parts, whole)}`,
    `${of("sallyport.event")} WHERE ${where(...parts, edges)}`,
  ];
  return ask(
    `SELECT ${names}, sum(events) FROM (${sources.join(" UNION ALL ")}) AS counted ${grouped(question)}`,
    values,
  );
}

/** Events one by one, the newest first, as far back as a page can wait. */
async function countBack(
  ask: Ask,
  { by, inOrder }: TeamCount,
  {
    from,
    values,
    times,
  }: { readonly from: string; readonly values: readonly unknown[]; readonly times: Times },
): Promise<Counted> {
  const bounds = await boundsOf(ask);
  if (bounds === undefined) return { rows: [], isPart: false };
  const fromMs = Math.max(times.fromMs, bounds.fromMs);
  const untilMs = Math.min(times.untilMs, bounds.untilMs);
  const found = new Map<string, [...cells: unknown[], events: number]>();
  const n = values.length;
  const stretch = `${from} AND event.time_ms >= $${n + 1}::bigint AND event.time_ms < $${n + 2}::bigint GROUP BY ${by.map((_, at) => at + 1).join(", ")}`;
  const reached = await lookBack({ fromMs, untilMs }, async (part) => {
    for (const row of await ask(stretch, [...values, part.fromMs, part.untilMs])) {
      const cells = row.slice(0, -1);
      const key = JSON.stringify(cells);
      const before = Number(found.get(key)?.at(-1) ?? 0);
      found.set(key, [...cells, before + Number(row.at(-1))]);
    }
    return false;
  });
  const rows = [...found.values()].toSorted((one, other) => {
    const more = inOrder ? 0 : Number(other.at(-1)) - Number(one.at(-1));
    return more !== 0 ? more : compareCells(one, other);
  });
  return { rows, isPart: reached > fromMs };
}

function compareCells(one: readonly unknown[], other: readonly unknown[]): number {
  for (const [at, cell] of one.entries()) {
    const against = other[at];
    if (cell === against) continue;
    if (typeof cell === "number" && typeof against === "number") return cell - against;
    return String(cell) < String(against) ? -1 : 1;
  }
  return 0;
}

/** Where the newest events that meet a filter lie; `isExact` where enough of them, or all, are in it. */
export type Whereabouts = Times & { readonly isExact: boolean };

/**
 * Where the newest `limit` events before an hour lie, as the counts by hour know it. Undefined where these say nothing of the filter.
 * WHY: what was met long ago, or seldom, is found without looking through all that came since.
 */
export async function whereabouts(
  ask: Ask,
  {
    filter,
    words,
    limit,
    untilMs,
  }: {
    readonly filter: Filter;
    readonly words: WordNumbers;
    readonly limit: number;
    readonly untilMs: number;
  },
): Promise<Whereabouts | undefined> {
  const { parts } = splitTime(filter);
  const known = parts.filter((part) => part.kind === "mark" || isCountedBy(part, knowsMark));
  const exact = summedFor(parts, words, undefined);
  const summed =
    exact ??
    (known.some(({ kind }) => kind === "mark") ? summedFor(known, words, undefined) : undefined);
  if (summed === undefined) return undefined;
  const { text, values } = postgresFilter({
    kind: "all",
    parts: [summed.rest, { kind: "time", fromMs: 0, untilMs }],
  });
  const n = values.length;
  const [[first, last] = []] = await ask(
    `SELECT least(min(hour_ms), (SELECT min(event.time_ms) FROM ${ARRIVED})), greatest(max(hour_ms) + ${HOUR_MS}, (SELECT max(event.time_ms) + 1 FROM ${ARRIVED}))
FROM (SELECT event.hour_ms, sum(sum(event.events)) OVER (ORDER BY event.hour_ms DESC) - sum(event.events) AS newer FROM ${summed.from} WHERE ${text} GROUP BY event.hour_ms) AS hours WHERE newer < $${n + 1}::bigint`,
    [...values, exact === undefined ? Number.MAX_SAFE_INTEGER : limit],
  );
  const fromMs = typeof first === "number" ? first : untilMs;
  const beyondMs = typeof last === "number" ? Math.min(last, untilMs) : untilMs;
  return { fromMs, untilMs: beyondMs, isExact: exact !== undefined };
}
