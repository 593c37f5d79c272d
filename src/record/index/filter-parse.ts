// Reading a filter: `verdict:deny (tool:Bash OR effect:egress) -user:ada time:-24h "git push"`.
import { nearNames } from "#base/edit-distance.ts";
import { FILTER_DEPTH_MAX, FILTER_TERMS_MAX } from "#base/limits.ts";
import { wordsOf } from "./command-words.ts";
import type { NameKind } from "../event/readable-part.ts";
import { namePhrase, ranWord, type StandIn, textWords } from "./readable-words.ts";
import type { Compare, Filter, Phrase, WordMatch } from "./filter.ts";
import { FILTER_FIELDS, type FilterField, fieldNamed } from "./filter-fields.ts";
import { filterFailure, lexFilter, type Token } from "./filter-lexer.ts";
import { readTimes } from "./filter-time.ts";
import type { WordField } from "./indexed-event.ts";

/** What a filter needs to know of the installation: stand-ins for names, which only the holder of the keys can make. */
export type Names = {
  /** Every stand-in that an id or name may have in the log. */
  pseudonyms(domain: "session" | "agent" | "call" | "user", text: string): readonly string[];
  /** The digest by which a literal word of a command is recorded. */
  wordDigest(text: string): string;
  /** The digest by which the name of a program that ran is recorded; undefined where the key is not here. */
  ranDigest?(name: string): string | undefined;
  /** The stand-in for a word of a readable text; undefined where the key is not here. */
  readonly standIn?: StandIn | undefined;
};

/** Reads a filter; an empty one is met by every event. A Failure `filter` names the column. */
export function parseFilter(
  text: string,
  context: { readonly nowMs: number; readonly names: Names },
): Filter {
  const reader = createReader(lexFilter(text));
  const filter = reader.peek().kind === "end" ? emptyFilter() : parseAny(reader, context, 0);
  const rest = reader.peek();
  if (rest.kind !== "end")
    throw filterFailure(
      rest.column,
      rest.kind === "close" ? "this `)` closes nothing" : "this is not understood here",
    );
  return filter;
}

type Context = { readonly nowMs: number; readonly names: Names };
type Reader = { peek(): Token; next(): Token; countTerm(column: number): void };

const END: Token = { kind: "end", text: "", isQuoted: false, column: 1, isGlued: false };

function emptyFilter(): Filter {
  return { kind: "all", parts: [] };
}

function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  let terms = 0;
  return {
    peek: () => tokens[at] ?? END,
    next: () => tokens[at++] ?? END,
    countTerm(column) {
      terms += 1;
      if (terms > FILTER_TERMS_MAX)
        throw filterFailure(column, `a filter has at most ${FILTER_TERMS_MAX} terms`);
    },
  };
}

function parseAny(reader: Reader, context: Context, depth: number): Filter {
  const parts = [parseAll(reader, context, depth)];
  while (reader.peek().kind === "or") {
    reader.next();
    parts.push(parseAll(reader, context, depth));
  }
  return joined("any", parts);
}

function parseAll(reader: Reader, context: Context, depth: number): Filter {
  const parts = [parseOne(reader, context, depth)];
  for (;;) {
    const { kind } = reader.peek();
    if (kind === "end" || kind === "or" || kind === "close") return joined("all", parts);
    if (kind === "and") reader.next();
    parts.push(parseOne(reader, context, depth));
  }
}

function joined(kind: "all" | "any", parts: readonly Filter[]): Filter {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : { kind, parts };
}

function parseOne(reader: Reader, context: Context, depth: number): Filter {
  const token = reader.next();
  if (depth > FILTER_DEPTH_MAX)
    throw filterFailure(
      token.column,
      `parentheses and negations go ${FILTER_DEPTH_MAX} deep at most`,
    );
  switch (token.kind) {
    case "not":
    case "minus":
      return { kind: "not", part: parseOne(reader, context, depth + 1) };
    case "open": {
      const inside = parseAny(reader, context, depth + 1);
      if (reader.next().kind !== "close")
        throw filterFailure(token.column, "this `(` is never closed");
      return inside;
    }
    case "word":
      reader.countTerm(token.column);
      return reader.peek().kind === "operator" && reader.peek().isGlued && !token.isQuoted
        ? parseField(token, reader, context)
        : textFilter(token, context);
    case "close":
      throw filterFailure(token.column, "there is nothing before this `)`");
    case "end":
      throw filterFailure(token.column, "the filter ends where a term should stand");
    case "and":
    case "or":
      throw filterFailure(token.column, `there is no term before \`${token.text}\``);
    case "operator":
      throw filterFailure(token.column, `there is no field before \`${token.text}\``);
    default:
      return token.kind satisfies never;
  }
}

function parseField(name: Token, reader: Reader, context: Context): Filter {
  const field = fieldNamed(name.text);
  if (field === undefined) {
    const names = FILTER_FIELDS.map((one) => one.name);
    const [near] = nearNames(name.text, names);
    throw filterFailure(
      name.column,
      `there is no field \`${name.text}\`${near === undefined ? "" : `, did you mean \`${near}\``}: use ${names.join(", ")}, or quote the text to search for it`,
    );
  }
  const operator = reader.next();
  const value = reader.next();
  if (
    value.kind === "end" ||
    !value.isGlued ||
    value.text === "" ||
    value.kind === "close" ||
    value.kind === "open"
  )
    throw filterFailure(
      operator.column,
      `\`${name.text}\` has no value: write \`${field.example}\``,
    );
  const isNegated = operator.text === "!=";
  const compare = compareOf(operator.text);
  if (compare !== "=" && field.is.kind !== "number" && field.is.kind !== "time")
    throw filterFailure(
      operator.column,
      `\`${name.text}\` cannot be compared by \`${operator.text}\`: use \`:\``,
    );
  const met = fieldFilter(field, compare, value, context);
  return isNegated ? { kind: "not", part: met } : met;
}

function compareOf(operator: string): Compare {
  const bare = operator.replace(/^:/, "");
  return bare === "<" || bare === "<=" || bare === ">" || bare === ">=" ? bare : "=";
}

function fieldFilter(field: FilterField, compare: Compare, value: Token, context: Context): Filter {
  const { is } = field;
  switch (is.kind) {
    case "word":
      return wordFilter(is.field, value, context.names);
    case "mark": {
      if (isAnything(value)) return { kind: "present", field: is.field };
      const matches = matchesOf(value);
      // `effect:read` is every class of it; `effect:read/home` is that one.
      const wide = (match: WordMatch): WordMatch =>
        is.field === "effect" && !match.isOpen && !match.text.includes("/") && match.text !== "more"
          ? { text: `${match.text}/`, isOpen: true }
          : match;
      const met: Filter = {
        kind: "mark",
        field: is.field,
        matches: is.field === "rule" ? matches.flatMap(anyPolicys) : matches.map(wide),
      };
      return is.field === "program" ? withUnmodelled(met, matches, context.names) : met;
    }
    case "scope": {
      const kinds = ["read", "write", "delete", "egress"];
      const matches = matchesOf(value).flatMap(({ text, isOpen }) =>
        kinds.map((kind) => ({ text: `${kind}/${text}`, isOpen })),
      );
      return { kind: "mark", field: "effect", matches };
    }
    case "number":
      return numberFilter(is.field, compare, value);
    case "flag":
      if (value.text !== "true" && value.text !== "false")
        throw filterFailure(value.column, `\`${field.name}\` is \`true\` or \`false\``);
      return { kind: "flag", field: is.field, value: value.text === "true" };
    case "time": {
      const times = readTimes(value.text, compare, context.nowMs);
      if (typeof times === "string") throw filterFailure(value.column, times);
      return { kind: "time", ...times };
    }
    case "id":
      return { kind: "id", id: value.text.toLowerCase() };
    case "text":
      return textFilter(value, context);
    case "name":
      return nameFilter(is.of, value, context);
    default:
      return is satisfies never;
  }
}

/** A rule by its end, as exceptions name it, is the rule of that name in every policy: a record says `layer:policy/` before it. */
function anyPolicys(match: WordMatch): readonly WordMatch[] {
  const { text, isOpen } = match;
  if (isOpen || text.includes(":")) return [match];
  return [
    match,
    ...["/", ":"].map((before) => ({ text: before + text, isOpen: false, isEnd: true })),
  ];
}

/** WHY both: only programs that a model knows stand in clear; of the others the digests of their names are sealed. */
function withUnmodelled(met: Filter, matches: readonly WordMatch[], names: Names): Filter {
  const phrases = matches.flatMap(({ text, isOpen }): Phrase[] => {
    const digest = isOpen ? undefined : names.ranDigest?.(text);
    return digest === undefined ? [] : [{ words: [ranWord(digest)], isOpen: false }];
  });
  return phrases.length === 0 ? met : { kind: "any", parts: [met, { kind: "text", phrases }] };
}

function isAnything(value: Token): boolean {
  return value.text === "*" && !value.isQuoted;
}

/** Commas separate words of which one is enough; a `*` at the end takes all that begin so. Quoted, neither means anything. */
function matchesOf(value: Token): readonly WordMatch[] {
  if (value.isQuoted) return [{ text: value.text, isOpen: false }];
  return value.text.split(",").map((text) => {
    if (text === "" || text === "*")
      throw filterFailure(value.column, `a word is missing in \`${value.text}\``);
    return text.endsWith("*") ? { text: text.slice(0, -1), isOpen: true } : { text, isOpen: false };
  });
}

/** Whether a text is a name as the log has it: 128 bits as base64url, of whose last character two bits count. */
function isPseudonym(text: string): boolean {
  return /^[A-Za-z0-9_-]{21}[AQgw]$/.test(text);
}

const NAMED: ReadonlySet<WordField> = new Set(["session", "agent", "call", "user"]);

function wordFilter(field: WordField, value: Token, names: Names): Filter {
  if (isAnything(value)) return { kind: "present", field };
  const matches = matchesOf(value);
  if (!NAMED.has(field)) return { kind: "word", field, matches };
  const domain = field as "session" | "agent" | "call" | "user";
  const found = matches.flatMap((match) => {
    if (match.isOpen)
      throw filterFailure(
        value.column,
        `\`${field}\` is recorded under a pseudonym and has no beginning: write it in full`,
      );
    // WHY: names of a hundred calls under the keys of a thousand people are a hundred thousand.
    if (isPseudonym(match.text)) return [match];
    return [
      match,
      ...names.pseudonyms(domain, match.text).map((text) => ({ text, isOpen: false })),
    ];
  });
  return { kind: "word", field, matches: found };
}

function numberFilter(
  field: Extract<Filter, { kind: "number" }>["field"],
  compare: Compare,
  value: Token,
): Filter {
  if (isAnything(value) && field !== "index") return { kind: "present", field };
  const number = (text: string): number => {
    if (!/^\d{1,15}(?:\.\d{1,6})?$/.test(text))
      throw filterFailure(value.column, `\`${value.text}\` is no number`);
    return Number(text);
  };
  const range = /^(.*)\.\.(.*)$/.exec(value.text);
  if (range === null || compare !== "=")
    return { kind: "number", field, compare, value: number(value.text) };
  return {
    kind: "all",
    parts: [
      { kind: "number", field, compare: ">=", value: number(range[1] ?? "") },
      { kind: "number", field, compare: "<=", value: number(range[2] ?? "") },
    ],
  };
}

/** Names that the readable part of an event holds; commas separate those of which one is enough. */
function nameFilter(kind: NameKind, value: Token, { names }: Context): Filter {
  const { standIn } = names;
  if (standIn === undefined)
    throw filterFailure(
      value.column,
      "names are sealed, and the key of this log is not here: ask where the log was written",
    );
  const wanted = value.isQuoted ? [value.text] : value.text.split(",");
  const phrases = wanted.map((name) => {
    const words = namePhrase(kind, name, standIn);
    if (words.length === 0 || (name !== "*" && name.endsWith("*")))
      throw filterFailure(
        value.column,
        `\`${name}\` cannot be searched for: names are under keyed stand-ins and have no beginning, so write whole parts, or \`*\` for any`,
      );
    return { words, isOpen: false };
  });
  return { kind: "text", phrases };
}

/** Words of a command; a literal stands there as the digest of its text. */
function textFilter(value: Token, { names }: Context): Filter {
  const isOpen = !value.isQuoted && value.text.endsWith("*");
  const words = wordsOf(value.text);
  const { standIn } = names;
  const said = isOpen || standIn === undefined ? [] : textWords(value.text, standIn);
  if (words.length === 0 && said.length === 0)
    throw filterFailure(value.column, `\`${value.text}\` holds no letter or digit to search for`);
  const phrases: Phrase[] = words.length === 0 ? [] : [{ words, isOpen }];
  if (said.length > 0) phrases.push({ words: said, isOpen: false });
  const digest = isOpen ? "" : names.wordDigest(value.text);
  // WHY not without its key: `word` alone would stand for every literal of every command.
  if (digest !== "") phrases.push({ words: ["word", ...wordsOf(digest)], isOpen });
  return { kind: "text", phrases };
}
