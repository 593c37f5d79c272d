// Answers from the index: what `log-answers` says of every event, found without looking at all of them.
import { Failure } from "#base/failure.ts";
import { type Filter, splitTime, type WordMatch } from "../../index/filter.ts";
import {
  byKind,
  filterSql,
  hourlySql,
  isCountedBy,
  isHourlyField,
  isTextFirst,
} from "../../index/filter-sql.ts";
import type { MarkField } from "../../index/indexed-event.ts";
import { isMarkField } from "../../index/log-answers.ts";
import { columnOf, type Found, type GroupField, type Table } from "../../index/question.ts";
import { COUNTED_LISTS } from "./mark-hours.ts";
import type { IndexFile } from "./opened-index.ts";

type Asked = Pick<IndexFile, "select" | "eventsWith"> & {
  readonly markHours: Pick<IndexFile["markHours"], "isWhole">;
};

const HOUR_MS = 3_600_000;
/** Events with a member of a list that are looked up rather than met on the way, however few events there are. */
const RARE_EVENTS_MAX = 50_000;
/** Of so many events one may have it, and it is looked up yet: looking up takes some times as long as passing by. */
const RARE_SHARE = 32;
/** Events in each of which a text is looked for, at up to 40 us, rather than among all that hold the text. */
const FEW_EVENTS_MAX = 1_000;
/** Fields by which the events of a word are found without reading others. */
const INDEXED_FIELDS: ReadonlySet<string> = new Set(["session", "kind", "verdict"]);
/** Events that are ranked; a search that meets more has to name a shorter time. */
const RANKED_EVENTS_MAX = 100_000;

/** The newest `limit` events that meet a filter, or the best ones. */
export function searchIndex(
  index: Asked,
  filter: Filter,
  {
    limit,
    before,
    byRank,
  }: { readonly limit: number; readonly before: number | null; readonly byRank: boolean },
): Found {
  // WHY all by text when ranked: a rank counts the words of the whole log, once for each search that is begun.
  const query = filterSql(filter, rarity(index, limit), byRank ? () => false : fewness(index));
  const place = isTextFirst(query) ? "command.rowid" : "event.idx";
  if (byRank) return rank(index, query, limit);
  const end =
    before === null ? { text: "", values: [] } : { text: ` AND ${place} < ?`, values: [before] };
  const { rows } = index.select(
    `SELECT event.idx FROM ${query.from} WHERE ${query.where.text}${end.text} ORDER BY ${place} DESC LIMIT ?`,
    [...query.where.values, ...end.values, limit + 1],
    limit + 1,
  );
  const places = rows.slice(0, limit).map(([idx]) => Number(idx));
  return { kind: "found", places, next: rows.length > limit ? (places.at(-1) ?? null) : null };
}

function rank(index: Asked, query: ReturnType<typeof filterSql>, limit: number): Found {
  if (!isTextFirst(query))
    throw new Failure(
      "usage",
      "there is no text to rank by: search for words, or leave `--rank` out",
    );
  const met = `SELECT event.idx FROM ${query.from} WHERE ${query.where.text} LIMIT ${RANKED_EVENTS_MAX + 1}`;
  const count = Number(
    index.select(`SELECT count(*) FROM (${met})`, query.where.values, 1).rows[0]?.[0] ?? 0,
  );
  if (count > RANKED_EVENTS_MAX)
    throw new Failure(
      "usage",
      `more than ${RANKED_EVENTS_MAX} events hold these words: name a shorter time with \`--since\` to rank them`,
    );
  const { rows } = index.select(
    `SELECT event.idx FROM ${query.from} WHERE ${query.where.text} ORDER BY bm25(command), event.idx DESC LIMIT ?`,
    [...query.where.values, limit],
    limit,
  );
  return { kind: "found", places: rows.map(([idx]) => Number(idx)), next: null };
}

/** How many events meet a filter, by fields: from the hourly counts where they know enough. */
export function countIndex(
  index: Asked,
  filter: Filter,
  {
    by,
    limit,
    inOrder,
  }: { readonly by: readonly GroupField[]; readonly limit: number; readonly inOrder: boolean },
): Table {
  const isByHours = by.every((one) => isHourlyField(one) || one === "hour" || one === "day");
  const counts = isByHours ? hourlySql(filter) : undefined;
  const order = inOrder
    ? by.map((_, place) => place + 1)
    : [`${by.length + 1} DESC`, ...by.map((_, place) => place + 1)];
  const group = by.length === 0 ? "" : ` GROUP BY ${by.map((_, place) => place + 1).join(", ")}`;
  const sorted = order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`;
  const tail = `${group}${sorted} LIMIT ?`;
  const mixed =
    isByHours && counts === undefined
      ? countHours(filter, by, tail)
      : countMarkHours(index, filter, { by, tail });
  const [text, values] =
    mixed ??
    (counts === undefined
      ? countEvents(index, filter, { by, cells: cellsOf(by, "event"), tail })
      : [
          `SELECT ${[...cellsOf(by, "hourly"), "coalesce(sum(hourly.events), 0)"].join(", ")} FROM hourly WHERE ${counts.text}${tail}`,
          counts.values,
        ]);
  const { rows } = index.select(text, [...values, limit + 1], limit + 1);
  // Without fields there is one row, and nothing to count is no row as for any other field.
  const counted = rows.filter((row) => row.at(-1) !== 0);
  const columns = [...by.map(columnOf), "events"];
  return { kind: "table", columns, rows: counted.slice(0, limit), isCut: counted.length > limit };
}

/** Times of at least so many hours are taken apart: of less the events are looked at as soon. */
const HOURS_MIN = 3;

/**
 * Whole hours from the counts, and the hours in which a time begins and ends from the events. Undefined where the counts know nothing of the
 * rest of the filter, or the time is short.
 */
function countHours(
  filter: Filter,
  by: readonly GroupField[],
  tail: string,
): readonly [string, readonly (string | number)[]] | undefined {
  const { parts: rest, fromMs, untilMs } = splitTime(filter);
  const firstMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  const lastMs = Math.floor(untilMs / HOUR_MS) * HOUR_MS;
  if (!(lastMs - firstMs >= HOURS_MIN * HOUR_MS)) return undefined;
  const whole = hourlySql({
    kind: "all",
    parts: [...rest, { kind: "time", fromMs: firstMs, untilMs: lastMs }],
  });
  if (whole === undefined) return undefined;
  const edges = [
    { fromMs, untilMs: firstMs },
    { fromMs: lastMs, untilMs },
  ].filter((edge) => edge.fromMs < edge.untilMs);
  const named = (table: "event" | "hourly"): string =>
    cellsOf(by, table)
      .map((cell, place) => `${cell} AS cell${place}, `)
      .join("");
  const ofEdges = edges.map((edge) =>
    filterSql(
      { kind: "all", parts: [...rest, { kind: "time", ...edge }] },
      () => false,
      () => false,
    ),
  );
  const sources = [
    `SELECT ${named("hourly")}hourly.events AS n FROM hourly WHERE ${whole.text}`,
    ...ofEdges.map(
      ({ from, where }) => `SELECT ${named("event")}1 AS n FROM ${from} WHERE ${where.text}`,
    ),
  ];
  const cells = by.map((_, place) => `cell${place}`);
  return [
    `SELECT ${[...cells, "coalesce(sum(n), 0)"].join(", ")} FROM (${sources.join(" UNION ALL ")})${tail}`,
    [...whole.values, ...ofEdges.flatMap(({ where }) => where.values)],
  ];
}

/** What the counts of lists by hour know of their events. */
const MARK_HOUR_FIELDS: ReadonlySet<string> = new Set(["kind", "verdict", "canary", "hour", "day"]);

/** The same for members of a list that are counted by hour: whole hours of these counts, the others of the events. */
function countMarkHours(
  index: Asked,
  filter: Filter,
  { by, tail }: { readonly by: readonly GroupField[]; readonly tail: string },
): readonly [string, readonly (string | number)[]] | undefined {
  const list = by.find(isMarkField);
  const knows = (field: string): boolean => field === list || MARK_HOUR_FIELDS.has(field);
  if (list === undefined || !COUNTED_LISTS.has(list) || !by.every(knows)) return undefined;
  const { parts: rest, fromMs, untilMs } = splitTime(filter);
  const firstMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  const lastMs = Math.floor(untilMs / HOUR_MS) * HOUR_MS;
  const isKnown = rest.every((part) => isCountedBy(part, (one) => knows(one) && one !== list));
  if (!isKnown || !(lastMs - firstMs >= HOURS_MIN * HOUR_MS) || !index.markHours.isWhole())
    return undefined;
  const timed = (from: number, until: number): Filter => ({
    kind: "all",
    parts: [...rest, { kind: "time", fromMs: from, untilMs: until }],
  });
  const whole = hourlySql(timed(firstMs, lastMs));
  if (whole === undefined) return undefined;
  const named = (table: "event" | "hourly"): string =>
    cellsOf(by, table)
      .map((cell, place) => `${cell} AS cell${place}, `)
      .join("");
  const words = "FROM word AS said CROSS JOIN";
  const edges = [[fromMs, firstMs] as const, [lastMs, untilMs] as const].flatMap(
    ([from, until]) => {
      if (from >= until) return [];
      // WHY the places too: members of lists are found by them, and events of a time lie close together.
      const ofTime = "FROM event WHERE time_ms >= ? AND time_ms < ?";
      const { where } = filterSql(
        timed(from, until),
        () => false,
        () => false,
      );
      return [
        {
          text: `SELECT ${named("event")}1 AS n ${words} mark AS counted ON counted.word = said.number AND counted.idx >= (SELECT min(idx) ${ofTime}) AND counted.idx <= (SELECT max(idx) ${ofTime}) CROSS JOIN event ON event.idx = counted.idx WHERE said.field = ? AND ${where.text}`,
          values: [from, until, from, until, list, ...where.values],
        },
      ];
    },
  );
  const counted = `SELECT ${named("hourly")}hourly.events AS n ${words} mark_hour AS hourly ON hourly.word = said.number WHERE said.field = ? AND ${whole.text}`;
  const cells = by.map((_, place) => `cell${place}`);
  return [
    `SELECT ${[...cells, "coalesce(sum(n), 0)"].join(", ")} FROM (${[counted, ...edges.map(({ text }) => text)].join(" UNION ALL ")})${tail}`,
    [list, ...whole.values, ...edges.flatMap(({ values }) => values)],
  ];
}

function cellsOf(by: readonly GroupField[], table: "event" | "hourly"): readonly string[] {
  return by.map((field) => cellSql(field, table));
}

function countEvents(
  index: Asked,
  filter: Filter,
  {
    by,
    cells,
    tail,
  }: {
    readonly by: readonly GroupField[];
    readonly cells: readonly string[];
    readonly tail: string;
  },
): readonly [string, readonly (string | number)[]] {
  const query = filterSql(filter, rarity(index, Number.POSITIVE_INFINITY), fewness(index));
  const list = by.find(isMarkField);
  const isPlain = query.from === "event";
  const select = `SELECT ${[...cells, "count(*)"].join(", ")} FROM`;
  const { text, values } = query.where;
  if (list === undefined) {
    const from = isPlain ? (byRareVerdict(index, filter, list) ?? "event") : query.from;
    return [`${select} ${from} WHERE ${text}${tail}`, values];
  }
  // WHY crossed: only so does the database keep to the order, which it does not know to be the shorter one.
  if (isPlain && isRareList(index, list))
    return [
      `${select} word AS said CROSS JOIN mark AS counted ON counted.word = said.number CROSS JOIN event ON event.idx = counted.idx WHERE said.field = ? AND ${text}${tail}`,
      [list, ...values],
    ];
  const byVerdict = isPlain ? byRareVerdict(index, filter, list) : undefined;
  const from =
    byVerdict === undefined
      ? `${query.from} JOIN mark AS counted ON counted.idx = event.idx JOIN word AS said ON said.number = counted.word AND said.field = ?`
      : `${byVerdict} CROSS JOIN word AS said ON said.field = ? CROSS JOIN mark AS counted ON counted.word = said.number AND counted.idx = event.idx`;
  return [`${select} ${from} WHERE ${text}${tail}`, [list, ...values]];
}

/** Of so many events one may have a member of a list, and the list is gone through rather than the events. */
const LIST_SHARE = 16;

function isRareList(index: Asked, list: MarkField): boolean {
  const { rows } = index.select(
    "SELECT (SELECT coalesce(sum(events), 0) FROM word WHERE field = ?), (SELECT max(idx) FROM event)",
    [list],
    1,
  );
  const [marks, last] = (rows[0] ?? []).map(Number);
  return (marks ?? 0) * LIST_SHARE <= (last ?? 0);
}

/** So many times rarer than the events of the time are those of a verdict that are looked up by it. */
const RARER = 3;

/**
 * The events of a filter by their verdict, where that is rare; undefined where it is not, or where the events of all words of a list are as few.
 * WHY said: the planner knows figures of generated sessions, where each verdict is as frequent as the other, and would go through all events of
 * the time.
 */
function byRareVerdict(
  index: Asked,
  filter: Filter,
  list: MarkField | undefined,
): string | undefined {
  const { parts, fromMs, untilMs } = splitTime(filter);
  const [matches] = parts.flatMap((part) =>
    part.kind === "word" && part.field === "verdict" ? [part.matches] : [],
  );
  if (matches === undefined || matches.some(({ isOpen, isEnd }) => isOpen || isEnd === true))
    return undefined;
  const first = (sql: string, values: readonly (string | number)[]): readonly number[] =>
    (index.select(sql, values, 1).rows[0] ?? []).map(Number);
  const events = "SELECT coalesce(sum(events), 0) FROM hourly WHERE";
  const texts = matches.map(({ text }) => text);
  const [rare = 0] = first(`${events} verdict IN (${texts.map(() => "?").join(", ")})`, texts);
  const [met = 0] = first(`${events} hour_ms >= ? AND hour_ms < ?`, [fromMs - HOUR_MS, untilMs]);
  if (RARER * rare > met) return undefined;
  const found = "event INDEXED BY event_verdict";
  if (list === undefined) return found;
  const [words = 0, marks = 0] = first(
    "SELECT count(*), coalesce(sum(events), 0) FROM word WHERE field = ?",
    [list],
  );
  return RARER * rare * words > marks ? undefined : found;
}

function cellSql(field: GroupField, table: "event" | "hourly"): string {
  const time = table === "event" ? "event.time_ms" : "hourly.hour_ms";
  if (field === "hour") return `${time} / 3600000 * 3600000`;
  if (field === "day") return `${time} / 86400000 * 86400000`;
  if (isMarkField(field)) return "said.value";
  return table === "event" ? `coalesce(event.${field}, '')` : `hourly.${field}`;
}

/**
 * Whether events with a member of a list are looked up, all of them, for `limit` that are wanted. WHY the root: who passes by all
 * events meets `limit` of them after that share of all, which is as many as are looked up where both take as long.
 */
function rarity(index: Asked, limit: number) {
  const events = Number(index.select("SELECT max(idx) FROM event", [], 1).rows[0]?.[0] ?? 0);
  const most = Math.min(Math.sqrt(limit * events), events / RARE_SHARE);
  return (field: string, matches: readonly WordMatch[]): boolean =>
    eventsWith(index, field, matches) <= Math.max(RARE_EVENTS_MAX, most);
}

/** Whether a part of a filter is met by few events, and these are found without reading others. */
function fewness(index: Asked) {
  return (part: Filter): boolean => {
    if (part.kind === "id") return true;
    if (part.kind === "mark") return eventsWith(index, part.field, part.matches) <= FEW_EVENTS_MAX;
    if (part.kind !== "word" || !INDEXED_FIELDS.has(part.field)) return false;
    if (part.matches.some(({ isOpen, isEnd }) => isOpen || isEnd === true)) return false;
    const marks = part.matches.map(() => "?").join(", ");
    const { rows } = index.select(
      `SELECT count(*) FROM (SELECT 1 FROM event WHERE ${part.field} IN (${marks}) LIMIT ${FEW_EVENTS_MAX + 1})`,
      part.matches.map(({ text }) => text),
      1,
    );
    return Number(rows[0]?.[0]) <= FEW_EVENTS_MAX;
  };
}

function eventsWith(index: Asked, field: string, matches: readonly WordMatch[]): number {
  return index.eventsWith(field, byKind(matches));
}
