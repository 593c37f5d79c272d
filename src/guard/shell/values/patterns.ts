// Patterns of the shell that are matched against texts, as in `${x#...}`: to regular expressions, where they are known.
import { hasMagic } from "#base/glob.ts";
import type { Text } from "./text.ts";

export type PatternOptions = {
  /** Whether `@(...)` and its relatives are read. */
  readonly isExtended: boolean;
};

/**
 * A pattern as the source of a regular expression that is to be anchored at both ends. Undefined when it is not known, or
 * holds what is not worked out here.
 */
export function patternSource(pattern: Text, options: PatternOptions): string | undefined {
  let source = "";
  for (const piece of pattern) {
    if (piece.kind === "hole") return undefined;
    if (piece.kind === "text") source += escaped(piece.text);
    else {
      const part = globSource(piece.extended ?? piece.glob, options);
      if (part === undefined) return undefined;
      source += part;
    }
  }
  return source;
}

/** An unquoted value in the place of a pattern: its wildcards are live. */
export function livePattern(text: Text): Text {
  return text.flatMap((piece): Text => {
    if (piece.kind !== "text" || piece.quoted === true) return [piece];
    if (!hasMagic(piece.text) && !/[\\(]/.test(piece.text)) return [piece];
    return [{ kind: "glob", glob: piece.text }];
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, (found) => (found === "-" ? "\\x2d" : `\\${found}`));
}

/** The text of a pattern, without what quotes do to it. */
function globSource(glob: string, options: PatternOptions): string | undefined {
  let source = "";
  for (let at = 0; at < glob.length; ) {
    const character = glob[at] ?? "";
    if (options.isExtended && /[@?*+!]/.test(character) && glob[at + 1] === "(") {
      const group = readGroup(glob, at + 1);
      const part = group === undefined ? undefined : groupSource(character, group.items, options);
      // What is not there is only worked out where nothing follows.
      if (group === undefined || part === undefined) return undefined;
      if (character === "!" && group.end < glob.length) return undefined;
      source += part;
      at = group.end;
    } else if (character === "\\" && at + 1 < glob.length) {
      source += escaped(glob[at + 1] ?? "");
      at += 2;
    } else if (character === "[") {
      const found = readClass(glob, at);
      if (found === undefined) return undefined;
      source += found.source;
      at = found.end;
    } else {
      source += character === "*" ? "[^]*" : character === "?" ? "[^]" : escaped(character);
      at += 1;
    }
  }
  return source;
}

function groupSource(
  operator: string,
  items: readonly string[],
  options: PatternOptions,
): string | undefined {
  const sources = items.map((item) => globSource(item, options));
  if (sources.some((one) => one === undefined)) return undefined;
  const any = `(?:${sources.join("|")})`;
  if (operator === "!") return `(?!${any}$)[^]*`;
  return operator === "@" ? any : `${any}${operator}`;
}

function readGroup(glob: string, open: number): { items: string[]; end: number } | undefined {
  const items: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < glob.length; at += 1) {
    if (glob[at] === "\\") at += 1;
    else if (glob[at] === "(") depth += 1;
    else if (glob[at] === "|" && depth === 1) {
      items.push(glob.slice(from, at));
      from = at + 1;
    } else if (glob[at] === ")") {
      depth -= 1;
      if (depth === 0) return { items: [...items, glob.slice(from, at)], end: at + 1 };
    }
  }
  return undefined;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "\\p{L}",
  digit: "0-9",
  alnum: "\\p{L}\\p{N}",
  upper: "\\p{Lu}",
  lower: "\\p{Ll}",
  space: " \\t\\n\\v\\f\\r",
  blank: " \\t",
  xdigit: "0-9A-Fa-f",
  word: "\\p{L}\\p{N}_",
  punct: "!-\\/:-@\\[-`{-~",
};

function readClass(glob: string, start: number): { source: string; end: number } | undefined {
  let at = start + 1;
  const isNegated = glob[at] === "!" || glob[at] === "^";
  if (isNegated) at += 1;
  const first = at;
  let body = "";
  for (; at < glob.length; ) {
    const character = glob[at] ?? "";
    if (character === "]" && at > first)
      return { source: `[${isNegated ? "^" : ""}${body}]`, end: at + 1 };
    if (/^\[[.=]/.test(glob.slice(at, at + 2)) || (at > first && glob.startsWith("-[", at)))
      return undefined;
    const named = /^\[:([a-z]+):\]/.exec(glob.slice(at, at + 12));
    if (named !== null) {
      const letters = CLASSES[named[1] ?? ""];
      if (letters === undefined) return undefined;
      body += letters;
      at += named[0].length;
      continue;
    }
    if (character === "\\") at += 1;
    const range = /^([^\\\]])-([^\]\\[])/.exec(glob.slice(at, at + 3));
    if (character !== "\\" && range !== null) {
      // Letters and digits only: the order of others is the locale's.
      if (!/^(?:[a-z][a-z]|[A-Z][A-Z]|[0-9][0-9])$/.test(`${range[1]}${range[2]}`))
        return undefined;
      if ((range[1] ?? "") > (range[2] ?? "")) return undefined;
      body += range[0];
      at += 3;
      continue;
    }
    body += escaped(glob[at] ?? "");
    at += 1;
  }
  // Without its end it stands for itself.
  return { source: "\\[", end: start + 1 };
}

/** Longest value in which a pattern is looked for: two free stars over a long one take quadratic time. */
const VALUE_CHARS_MAX = 2_000;
/** As before, where every piece of the value is tried. */
const SEARCHED_CHARS_MAX = 400;

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`, "u");
  } catch {
    return undefined;
  }
}

/** `${x#pattern}` and its relatives. Undefined when the result is not worked out. */
export function withoutAffix(
  value: string,
  source: string,
  operator: "#" | "##" | "%" | "%%",
): string | undefined {
  const whole = value.length > VALUE_CHARS_MAX ? undefined : compiled(source);
  if (whole === undefined) return undefined;
  const isLongest = operator.length === 2;
  for (let step = 0; step <= value.length; step += 1) {
    const length = isLongest ? value.length - step : step;
    if (operator.startsWith("#")) {
      if (whole.test(value.slice(0, length))) return value.slice(length);
    } else if (whole.test(value.slice(value.length - length)))
      return value.slice(0, value.length - length);
  }
  return value;
}

/** What is looked for: the pattern, and its text where no wildcard stands in it. */
export type Wanted = { readonly source: string; readonly literal: string | undefined };

/**
 * `${x/pattern/replacement}` and its relatives: the longest match at the first place that has one. `replaced` gives what
 * comes in its place. Undefined when the result is not worked out, as with patterns that match nothing at all.
 */
export function withReplaced(
  value: string,
  wanted: Wanted,
  operator: "/" | "//" | "/#" | "/%",
  replaced: (match: string) => string,
): string | undefined {
  if (wanted.literal !== undefined)
    return literallyReplaced(value, wanted.literal, operator, replaced);
  const whole = value.length > SEARCHED_CHARS_MAX ? undefined : compiled(wanted.source);
  if (whole === undefined || value === "") return undefined;
  const isEmpty = whole.test("");
  if (operator === "/%") {
    for (let at = 0; at < value.length; at += 1)
      if (whole.test(value.slice(at))) return value.slice(0, at) + replaced(value.slice(at));
    return isEmpty ? undefined : value;
  }
  let result = "";
  for (let at = 0; at < value.length; ) {
    const end = longestMatch(value, at, whole);
    if (end === undefined) {
      if (isEmpty) return undefined;
      if (operator === "/#") return value;
      result += value[at];
      at += 1;
      continue;
    }
    result += replaced(value.slice(at, end));
    at = end;
    if (operator !== "//") return result + value.slice(at);
  }
  return result;
}

/** Where the longest match from a place ends; undefined when there is none that holds a character. */
function longestMatch(value: string, at: number, whole: RegExp): number | undefined {
  for (let end = value.length; end > at; end -= 1) if (whole.test(value.slice(at, end))) return end;
  return undefined;
}

/** Without a wildcard, in values of any length. */
function literallyReplaced(
  value: string,
  wanted: string,
  operator: "/" | "//" | "/#" | "/%",
  replaced: (match: string) => string,
): string | undefined {
  if (wanted === "") return undefined;
  switch (operator) {
    case "//":
      return value.split(wanted).join(replaced(wanted));
    case "/": {
      const at = value.indexOf(wanted);
      return at < 0
        ? value
        : value.slice(0, at) + replaced(wanted) + value.slice(at + wanted.length);
    }
    case "/#":
      return value.startsWith(wanted) ? replaced(wanted) + value.slice(wanted.length) : value;
    case "/%":
      return value.endsWith(wanted)
        ? value.slice(0, value.length - wanted.length) + replaced(wanted)
        : value;
    default:
      return operator satisfies never;
  }
}
