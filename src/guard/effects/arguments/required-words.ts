// Words that a search pattern requires: without one of them in a file, the search shows nothing of that file.
import { REQUIRED_WORDS_MAX } from "#base/limits.ts";
import { type Text, textOf } from "../../shell/values/text.ts";

/**
 * WHY letters alone, and four at least, or one sign of conflict markers over and over: what a search is told about a file that it may not show is whether such a word is
 * in it, and that must not add up to a secret, piece by piece.
 */
const WORD = /[A-Za-z]{4,}|<{4,}|={4,}|>{4,}/g;

/**
 * Words, lower case, of which every line that one of these patterns matches holds at least one, in either case; undefined
 * where that cannot be told. Both ways of writing groups and alternatives are understood at once.
 */
export function requiredWords(
  patterns: readonly Text[],
  isFixed: boolean,
): readonly string[] | undefined {
  const words = new Set<string>();
  for (const pattern of patterns) {
    const text = textOf(pattern);
    if (text === undefined || text.length > 512) return undefined;
    for (const line of text.split("\n")) {
      const ways = isFixed ? [[line]] : withoutGroups(line).map(alternativesOf);
      for (const alternative of ways.flatMap((one) => one ?? [""])) {
        const word = longest(alternative);
        if (word === undefined) return undefined;
        words.add(word.toLowerCase());
      }
    }
  }
  return words.size === 0 || words.size > REQUIRED_WORDS_MAX ? undefined : [...words];
}

/** A group of plain alternatives that must be there, in each way of writing it; none that holds a sign which parts more in the other. */
const GROUPS = [
  /(?<!\\)\(([^()\\[\]*?{]*)\)(?!\+*[*?{])/,
  /\\\(((?:[^()\\[\]*?{|]|\\\|)*)\\\)(?!(?:\\\+)*(?:\*|\\?[?{]))/,
];

/**
 * The expressions that one with groups stands for. WHY spaces around each alternative: in the other way of writing, the brackets stand
 * there as characters.
 */
function withoutGroups(pattern: string): readonly string[] {
  let all: readonly string[] = [pattern];
  for (const group of GROUPS)
    for (let some = all; all.length <= REQUIRED_WORDS_MAX; some = all) {
      all = some.flatMap((one) => {
        const [whole, inner = ""] = group.exec(one) ?? [];
        return whole === undefined
          ? [one]
          : inner.split(/\\?\|/).map((way) => one.replace(whole, () => ` ${way} `));
      });
      if (all.every((one, at) => one === some[at])) break;
    }
  return all.length > REQUIRED_WORDS_MAX ? [pattern] : all;
}

function longest(text: string): string | undefined {
  const words = text.match(WORD) ?? [];
  return words.reduce<string | undefined>(
    (best, word) => (best === undefined || word.length > best.length ? word : best),
    undefined,
  );
}

/** The alternatives of an expression in each way of writing groups in which it is one. */
function alternativesOf(pattern: string): readonly string[] | undefined {
  const found = [false, true].flatMap((isEscaped) => alternativesIn(pattern, isEscaped) ?? []);
  return found.length === 0 ? undefined : found;
}

/** The alternatives, each with a space in place of all that need not be there as it is written. `isEscaped`: brackets behind `\\` group. */
function alternativesIn(pattern: string, isEscaped: boolean): readonly string[] | undefined {
  // Modes, verbs, quoting, and characters by number or name change what the rest means.
  if (/\(\?|\(\*|\\[xucpPkgNoQEZKGRX0-9]/.test(pattern)) return undefined;
  const found: string[] = [""];
  let depth = 0;
  const add = (text: string): void => {
    if (depth === 0) found[found.length - 1] += text;
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const escaped = pattern[at] === "\\";
    if (escaped) at += 1;
    const character = pattern[at] ?? "";
    const isBracket = character === "(" || character === ")";
    if (isBracket && escaped !== isEscaped) add(" ");
    else if (character === "(") {
      add(" ");
      depth += 1;
    } else if (character === ")") depth = Math.max(0, depth - 1);
    else if (character === "|") {
      if (depth === 0) found.push("");
    } else if (character === "[" && !escaped) {
      const end = endOfClass(pattern, at);
      if (end === undefined) return undefined;
      at = end;
      add(" ");
    } else if (character === "*" || character === "?" || character === "{") {
      // What stands before it need not be there.
      if (depth === 0) found[found.length - 1] = (found.at(-1) ?? "").replace(MULTIPLE, "");
      const end = character === "{" ? pattern.indexOf("}", at) : at;
      if (end < 0) return undefined;
      at = end;
      add(TIMES);
    } else if (character === "+") add(TIMES);
    else add(escaped || !/[A-Za-z<=>]/.test(character) ? " " : character);
  }
  return depth === 0 ? found : undefined;
}

/** Stands for how often something comes, and what has it, as often as that is said. */
const TIMES = "+";
const MULTIPLE = /[^+]?\+*$/;

function endOfClass(pattern: string, start: number): number | undefined {
  // A bracket at the beginning of a class is one of its characters.
  let at = start + 1;
  if (pattern[at] === "^") at += 1;
  if (pattern[at] === "]") at += 1;
  const end = pattern.indexOf("]", at);
  return end < 0 || pattern.slice(at, end).includes("[") ? undefined : end;
}

/** Nothing but white space, line ends and how often: what it finds says nothing of the characters of a file. */
const BLANK = /^(?:[\^$+*?\s]|\\[strn]|\[\[:(?:space|blank):\]\])*$/;

/** Whether these patterns ask for nothing but white space, or for any line. */
export function asksOnlyForSpace(patterns: readonly Text[]): boolean {
  return patterns.every((pattern) => BLANK.test(textOf(pattern) ?? "?"));
}
