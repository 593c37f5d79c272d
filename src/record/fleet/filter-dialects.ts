// A filter as SQL over the stores for many machines: conditions with parameters, the same rows as the index of one machine gives.
import type { Filter, Phrase, WordMatch } from "../index/filter.ts";
import { timeOfId } from "../index/filter-sql.ts";
import { MARK_FIELDS, NUMBER_FIELDS } from "../index/indexed-event.ts";

/** What differs between the databases: names, and how values stand in a statement. */
type Dialect<Values> = {
  readonly column: (name: string) => string;
  readonly text: (value: string) => string;
  readonly whole: (value: number) => string;
  readonly real: (value: number) => string;
  readonly startsWith: (text: string, beginning: string) => string;
  readonly endsWith: (text: string, end: string) => string;
  /** Whether some member of a list of the event has the field and, where there are any, meets one of the matches. */
  readonly marked: (field: string, matches: readonly WordMatch[] | undefined) => string;
  readonly phrase: (phrase: Phrase) => string;
  readonly values: () => Values;
};

type PostgresValue = string | number | readonly (string | number)[];
/** Numbers of the words that matches of a mark meet, as far as they were looked up. */
export type WordNumbers = ReadonlyMap<readonly WordMatch[], readonly number[]>;

/**
 * A condition over `sallyport.event` of PostgreSQL, whose `$1`, `$2` stand for `values`: those that were given, and its own after them.
 * WHY numbers of words where they are known: only then does the planner see how many events have one of them.
 */
export function postgresFilter(
  filter: Filter,
  {
    values = [],
    words = new Map(),
  }: { readonly values?: PostgresValue[]; readonly words?: WordNumbers } = {},
): {
  readonly text: string;
  readonly values: readonly PostgresValue[];
} {
  const dialect = postgres(values, words);
  const text = condition(filter, dialect);
  return { text, values: dialect.values() };
}

/** The numbers of the words that a mark of a filter names. */
export function postgresWords({ field, matches }: Extract<Filter, { readonly kind: "mark" }>): {
  readonly text: string;
  readonly values: readonly PostgresValue[];
} {
  const dialect = postgres([], new Map());
  const text = dialect.wordsSql(field, matches);
  return { text, values: dialect.values() };
}

/** A condition over `event` of a tenant's database in ClickHouse, whose `{p1:Type}` stand for `values`. */
export function clickhouseFilter(filter: Filter): {
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
} {
  const dialect = clickhouse();
  const text = condition(filter, dialect);
  return { text, values: dialect.values() };
}

const NEVER = "(1 = 0)";

/** INVARIANT: never NULL, so that NOT means what it says; the same rows as `filterSql` of the index. */
function condition<Values>(filter: Filter, dialect: Dialect<Values>): string {
  const { column } = dialect;
  switch (filter.kind) {
    case "all":
      return joined(filter.parts, " AND ", "(1 = 1)", dialect);
    case "any":
      return joined(filter.parts, " OR ", NEVER, dialect);
    case "not":
      return `(NOT ${condition(filter.part, dialect)})`;
    case "word": {
      const name = column(filter.field);
      return `(${name} <> '' AND ${matched(name, filter.matches, dialect)})`;
    }
    case "mark":
      return dialect.marked(filter.field, filter.matches);
    case "present": {
      const { field } = filter;
      if (includes(MARK_FIELDS, field)) return dialect.marked(field, undefined);
      return includes(NUMBER_FIELDS, field)
        ? `(${column(field)} IS NOT NULL)`
        : `(${column(field)} <> '')`;
    }
    case "number": {
      const { field, compare, value } = filter;
      const name = column(includes(NUMBER_FIELDS, field) ? field : "place");
      return `(${name} IS NOT NULL AND ${name} ${compare} ${dialect.real(value)})`;
    }
    case "time": {
      const name = column("time_ms");
      return `(${name} >= ${dialect.whole(filter.fromMs)} AND ${name} < ${dialect.whole(filter.untilMs)})`;
    }
    case "flag":
      return `(${column(filter.field)} = ${filter.value ? 1 : 0})`;
    case "id":
      return `(${column("time_ms")} = ${dialect.whole(timeOfId(filter.id))} AND ${column("id")} = ${dialect.text(filter.id)})`;
    case "text":
      return `(${filter.phrases.map((phrase) => (phrase.words.length === 0 ? NEVER : dialect.phrase(phrase))).join(" OR ")})`;
    default:
      return filter satisfies never;
  }
}

function joined<Values>(
  parts: readonly Filter[],
  word: string,
  empty: string,
  dialect: Dialect<Values>,
): string {
  if (parts.length === 0) return empty;
  return `(${parts.map((part) => condition(part, dialect)).join(word)})`;
}

function matched(
  name: string,
  matches: readonly WordMatch[],
  { text, startsWith, endsWith }: Pick<Dialect<unknown>, "text" | "startsWith" | "endsWith">,
): string {
  const each = matches.map((match) => {
    const value = text(match.text);
    if (match.isOpen) return startsWith(name, value);
    return match.isEnd === true ? endsWith(name, value) : `${name} = ${value}`;
  });
  return each.length === 0 ? NEVER : `(${each.join(" OR ")})`;
}

function includes(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

/** Words as they are held against a command's, between spaces: none of them holds one. */
function needleOf({ words, isOpen }: Phrase): string {
  return ` ${words.join(" ")}${isOpen ? "" : " "}`;
}

function postgres(
  values: PostgresValue[],
  words: WordNumbers,
): Dialect<readonly PostgresValue[]> & {
  readonly wordsSql: (field: string, matches: readonly WordMatch[] | undefined) => string;
} {
  const add = (value: PostgresValue, type: string): string => {
    values.push(value);
    return `$${values.length}::${type}`;
  };
  // WHY without NUL: PostgreSQL takes none in a text, and no event holds one.
  const text = (value: string): string => add(value.replaceAll("\0", "\ufffd"), "text");
  const startsWith = (name: string, beginning: string): string =>
    `starts_with(${name}, ${beginning})`;
  const endsWith = (name: string, end: string): string => `right(${name}, length(${end})) = ${end}`;
  const wordsSql = (field: string, matches: readonly WordMatch[] | undefined): string => {
    const met =
      matches === undefined
        ? ""
        : ` AND ${matched("word.value", matches, { text, startsWith, endsWith })}`;
    return `SELECT word.number FROM sallyport.word WHERE word.field = ${text(field)}${met}`;
  };
  return {
    text,
    startsWith,
    endsWith,
    wordsSql,
    values: () => values,
    column: (name) => `event."${name}"`,
    whole: (value) => add(value, "bigint"),
    real: (value) => add(value, "double precision"),
    marked(field, matches) {
      const known = matches === undefined ? undefined : words.get(matches);
      if (known !== undefined) return `(event.marks && ${add(known, "integer[]")})`;
      // An array of the words' numbers, made once: the index over marks finds the events.
      return `(event.marks && ARRAY(${wordsSql(field, matches)}))`;
    },
    phrase(phrase) {
      const whole = phrase.isOpen ? phrase.words.slice(0, -1) : phrase.words;
      const found = `strpos(' ' || array_to_string(event.words, ' ') || ' ', ${text(needleOf(phrase))}) > 0`;
      return whole.length === 0
        ? `(${found})`
        : `(event.words @> ${add(whole, "text[]")} AND ${found})`;
    },
  };
}

function clickhouse(): Dialect<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  const add = (value: string, type: string): string => {
    const name = `p${Object.keys(values).length + 1}`;
    values[name] = value;
    return `{${name}:${type}}`;
  };
  // WHY in hex: a backslash in a value of a statement says something of what follows it.
  const text = (value: string): string =>
    `unhex(${add(Buffer.from(value, "utf8").toString("hex"), "String")})`;
  const startsWith = (name: string, beginning: string): string =>
    `startsWith(${name}, ${beginning})`;
  const endsWith = (name: string, end: string): string => `endsWith(${name}, ${end})`;
  return {
    text,
    startsWith,
    endsWith,
    values: () => values,
    column: (name) => `\`${name}\``,
    whole: (value) => add(String(value), "Int64"),
    real: (value) => add(String(value), Number.isSafeInteger(value) ? "Int64" : "Float64"),
    marked(field, matches) {
      const met =
        matches === undefined ? "1" : matched("value", matches, { text, startsWith, endsWith });
      return `arrayExists((field, value) -> field = ${text(field)} AND ${met}, mark_fields, mark_values)`;
    },
    phrase: (phrase) => `(position(concat(' ', \`words\`, ' '), ${text(needleOf(phrase))}) > 0)`,
  };
}
