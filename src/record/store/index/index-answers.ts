// Answers from the index: what `log-answers` says of every event, found without looking at all of them.
import { Failure } from "#base/failure.ts";
import type { Filter, WordMatch } from "../../index/filter.ts";
import {
  byKind,
  filterSql,
  hourlySql,
  isHourlyField,
  isTextFirst,
} from "../../index/filter-sql.ts";
import { isMarkField } from "../../index/log-answers.ts";
import { columnOf, type Found, type GroupField, type Table } from "../../index/question.ts";
import type { IndexFile } from "./opened-index.ts";

type Asked = Pick<IndexFile, "select" | "eventsWith">;

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
  const counts = by.every((field) => isHourlyField(field) || field === "hour" || field === "day")
    ? hourlySql(filter)
    : undefined;
  const cells = by.map((field) => cellSql(field, counts === undefined ? "event" : "hourly"));
  const order = inOrder
    ? cells.map((_, place) => place + 1)
    : [`${cells.length + 1} DESC`, ...cells.map((_, place) => place + 1)];
  const group =
    cells.length === 0 ? "" : ` GROUP BY ${cells.map((_, place) => place + 1).join(", ")}`;
  const sorted = order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`;
  const tail = `${group}${sorted} LIMIT ?`;
  const [text, values] =
    counts === undefined
      ? countEvents(index, filter, { by, cells, tail })
      : [
          `SELECT ${[...cells, "coalesce(sum(hourly.events), 0)"].join(", ")} FROM hourly WHERE ${counts.text}${tail}`,
          counts.values,
        ];
  const { rows } = index.select(text, [...values, limit + 1], limit + 1);
  // Without fields there is one row, and nothing to count is no row as for any other field.
  const counted = rows.filter((row) => row.at(-1) !== 0);
  const columns = [...by.map(columnOf), "events"];
  return { kind: "table", columns, rows: counted.slice(0, limit), isCut: counted.length > limit };
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
  const from =
    list === undefined
      ? query.from
      : `${query.from} JOIN mark AS counted ON counted.idx = event.idx JOIN word AS said ON said.number = counted.word AND said.field = ?`;
  return [
    `SELECT ${[...cells, "count(*)"].join(", ")} FROM ${from} WHERE ${query.where.text}${tail}`,
    [...(list === undefined ? [] : [list]), ...query.where.values],
  ];
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
