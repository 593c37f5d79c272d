// A filter as SQL over the index: conditions with parameters, never with text of the question in them.
import type { Filter, WordMatch } from "./filter.ts";
import { MARK_FIELDS, NUMBER_FIELDS } from "./indexed-event.ts";

/** A piece of SQL and the values of its `?`, in order. */
export type Sql = { readonly text: string; readonly values: readonly (string | number)[] };

/** A filter as a query: what it reads from, and which rows count. `event` is always among the tables. */
export type FilterQuery = { readonly from: string; readonly where: Sql };

/**
 * The rows of `event` that meet a filter. `isRare` says of members of a list that few events have them: then those events
 * are looked up, else each event is looked at. `isFew` says of a part that so few events meet it that looking for the text in
 * each of them takes less than going through all that hold it. INVARIANT: the same rows as `meets` says.
 */
export function filterSql(
  filter: Filter,
  isRare: Source["isRare"],
  isFew: (part: Filter) => boolean,
): FilterQuery {
  const parts = filter.kind === "all" ? filter.parts : [filter];
  const match = matchOfAll(parts);
  if (match === undefined)
    return { from: "event", where: condition(filter, { table: "event", isRare }) };
  const rest = parts.filter((part) => !isInMatch(part));
  const others = condition({ kind: "all", parts: rest }, { table: "event", isRare });
  if (rest.some(isFew))
    return {
      from: "event CROSS JOIN command ON command.rowid = event.idx",
      where: { text: `${others.text} AND command MATCH ?`, values: [...others.values, match] },
    };
  // WHY first among the tables: full text gives its rows newest first, so that fifty of them are found without the rest.
  return {
    from: "command CROSS JOIN event ON event.idx = command.rowid",
    where: { text: `command MATCH ? AND ${others.text}`, values: [match, ...others.values] },
  };
}

/** Whether a filter is found by full text first, whose rows come by `command.rowid`. */
export function isTextFirst(query: FilterQuery): boolean {
  return query.from.startsWith("command");
}

/** What the hourly counts know of their events. */
const HOURLY_FIELDS: ReadonlySet<string> = new Set([
  ...["kind", "verdict", "tool", "user", "class", "mode", "outcome", "what"],
  ...["enforced", "canary"],
]);
const HOUR_MS = 3_600_000;

/** Whether hourly counts have a field. */
export function isHourlyField(field: string): boolean {
  return HOURLY_FIELDS.has(field);
}

/** The rows of `hourly` that a filter counts; undefined when it asks for more than they know. */
export function hourlySql(filter: Filter): Sql | undefined {
  return isCountedBy(filter, isHourlyField)
    ? condition(filter, { table: "hourly", isRare: () => false })
    : undefined;
}

/** Whether counts by hour that know these fields say what meets a filter. */
export function isCountedBy(filter: Filter, knows: (field: string) => boolean): boolean {
  switch (filter.kind) {
    case "all":
    case "any":
      return filter.parts.every((part) => isCountedBy(part, knows));
    case "not":
      return isCountedBy(filter.part, knows);
    case "word":
    case "present":
    case "flag":
      return knows(filter.field);
    case "time":
      return filter.fromMs % HOUR_MS === 0 && filter.untilMs % HOUR_MS === 0;
    case "mark":
    case "number":
    case "id":
    case "text":
      return false;
    default:
      return filter satisfies never;
  }
}

type Source = {
  readonly table: "event" | "hourly";
  readonly isRare: (field: string, matches: readonly WordMatch[]) => boolean;
};

/** INVARIANT: never NULL, so that NOT means what it says. */
function condition(filter: Filter, source: Source): Sql {
  switch (filter.kind) {
    case "all":
      return join(filter.parts, " AND ", "1", source);
    case "any":
      return join(filter.parts, " OR ", "0", source);
    case "not": {
      const part = condition(filter.part, source);
      return { text: `NOT ${part.text}`, values: part.values };
    }
    case "word": {
      const met = matchSql(`${source.table}.${filter.field}`, filter.matches);
      return { text: `(${presence(filter.field, source)} AND ${met.text})`, values: met.values };
    }
    case "mark":
      return markSql(filter.field, filter.matches, source);
    case "present": {
      const { field } = filter;
      if (!(MARK_FIELDS as readonly string[]).includes(field))
        return { text: `(${presence(field, source)})`, values: [] };
      const words = "SELECT number FROM word WHERE field = ?";
      return { text: markedBy(words), values: [field] };
    }
    case "number": {
      const { field, compare, value } = filter;
      const name = (NUMBER_FIELDS as readonly string[]).includes(field) ? field : "idx";
      // WHY said twice: only so does the database see that the index of events with findings has all that are meant.
      const isSome = compare === ">" ? value >= 0 : compare === ">=" && value > 0;
      const some = name === "findings" && isSome ? " AND event.findings > 0" : "";
      return {
        text: `(event.${name} IS NOT NULL AND event.${name} ${compare} ?${some})`,
        values: [value],
      };
    }
    case "time": {
      const name = source.table === "event" ? "event.time_ms" : "hourly.hour_ms";
      return { text: `(${name} >= ? AND ${name} < ?)`, values: [filter.fromMs, filter.untilMs] };
    }
    case "flag":
      return { text: `(${source.table}.${filter.field} = ?)`, values: [filter.value ? 1 : 0] };
    case "id":
      return idSql(filter.id);
    case "text":
      return {
        text: "(event.idx IN (SELECT rowid FROM command WHERE command MATCH ?))",
        values: [matchOf(filter)],
      };
    default:
      return filter satisfies never;
  }
}

/** A word that is missing is NULL in `event` and an empty text in `hourly`, where it is part of the key. */
function presence(field: string, { table }: Source): string {
  return table === "event" ? `event.${field} IS NOT NULL` : `hourly.${field} <> ''`;
}

function markSql(field: string, matches: readonly WordMatch[], source: Source): Sql {
  const met = matchSql("value", matches);
  const words = `SELECT number FROM word WHERE field = ? AND ${met.text}`;
  const text = source.isRare(field, matches)
    ? `(event.idx IN (SELECT idx FROM mark WHERE word IN (${words})))`
    : markedBy(words);
  return { text, values: [field, ...met.values] };
}

function markedBy(words: string): string {
  return `(EXISTS (SELECT 1 FROM mark WHERE mark.idx = event.idx AND mark.word IN (${words})))`;
}

function join(parts: readonly Filter[], word: string, empty: string, source: Source): Sql {
  if (parts.length === 0) return { text: empty, values: [] };
  const sqls = parts.map((part) => condition(part, source));
  return {
    text: `(${sqls.map(({ text }) => text).join(word)})`,
    values: sqls.flatMap(({ values }) => values),
  };
}

function matchSql(name: string, matches: readonly WordMatch[]): Sql {
  const { whole, open, ends } = byKind(matches);
  const texts = [
    ...(whole.length === 0 ? [] : [`${name} IN (${whole.map(() => "?").join(", ")})`]),
    ...open.map(() => `substr(${name}, 1, ?) = ?`),
    ...ends.map(() => `substr(${name}, -?) = ?`),
  ];
  const counted = [...open, ...ends].flatMap((text) => [[...text].length, text]);
  const values = [...whole, ...counted];
  return { text: `(${texts.join(" OR ")})`, values };
}

/** Matches by how they are met: as they are, as a beginning, as an end. An empty end is what every word has: an empty beginning. */
export function byKind(matches: readonly WordMatch[]): {
  readonly whole: readonly string[];
  readonly open: readonly string[];
  readonly ends: readonly string[];
} {
  const kinds = { whole: [] as string[], open: [] as string[], ends: [] as string[] };
  for (const { text, isOpen, isEnd = false } of matches)
    (isOpen || (isEnd && text === "") ? kinds.open : isEnd ? kinds.ends : kinds.whole).push(text);
  return kinds;
}

function idSql(id: string): Sql {
  return { text: "(event.time_ms = ? AND event.id = ?)", values: [timeOfId(id), id] };
}

/** The time in an id, or -1. WHY: ids have no index of their own, and the first 48 bits of one are the event's time. */
export function timeOfId(id: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id)
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : -1;
}

/** A filter that full text search answers by itself: texts, and any or all of them. */
type TextFilter =
  | Extract<Filter, { readonly kind: "text" }>
  | { readonly kind: "all" | "any"; readonly parts: readonly TextFilter[] };

function isTextFilter(filter: Filter): filter is TextFilter {
  if (filter.kind === "text") return true;
  if (filter.kind !== "all" && filter.kind !== "any") return false;
  return filter.parts.length > 0 && filter.parts.every(isTextFilter);
}

/** Whether a part of a filter that begins with full text is answered there: texts, and texts that must not be. */
function isInMatch(part: Filter): boolean {
  return isTextFilter(part.kind === "not" ? part.part : part);
}

/**
 * The texts among the parts of a filter as one question of full text search; undefined without a text that must be there.
 * WHY one: it then goes from each row of the rarest word to the next and steps over the rows of the frequent ones, where a
 * question for each text reads all rows of each.
 */
function matchOfAll(parts: readonly Filter[]): string | undefined {
  const wanted = parts.filter(isTextFilter);
  if (wanted.length === 0) return undefined;
  const unwanted = parts.flatMap((part) =>
    part.kind === "not" && isTextFilter(part.part) ? [part.part] : [],
  );
  const match = matchOf({ kind: "all", parts: wanted });
  return unwanted.length === 0
    ? match
    : `${match} NOT ${matchOf({ kind: "any", parts: unwanted })}`;
}

/** Words hold letters and digits alone, so that none of the language of full text search can stand in them. */
function matchOf(filter: TextFilter): string {
  const parts =
    filter.kind === "text"
      ? filter.phrases.map(({ words, isOpen }) => `"${words.join(" ")}"${isOpen ? " *" : ""}`)
      : filter.parts.map(matchOf);
  return `(${parts.join(filter.kind === "all" ? " AND " : " OR ")})`;
}
