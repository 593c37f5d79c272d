// Rewritings of source text by which a program comes out as what it probably is: the words that all languages share.

/** One rewriting of the source. The groups of the pattern come first, texts with their quotes. */
export type Folding = readonly [
  pattern: RegExp,
  rewritten: (...groups: string[]) => string | undefined,
];

/** A text without computed parts, in either kind of quotes. */
export const TEXT = String.raw`(?:'[^'\\\n]{0,400}'|"[^"\\\n$#{}]{0,400}")`;
export const LIST = String.raw`[[(]\s*((?:${TEXT}|\d{1,7})(?:\s*,\s*(?:${TEXT}|\d{1,7})){0,255})\s*,?\s*[\])]`;
export const NUMBERS = String.raw`(\d{1,7}(?:\s*,\s*\d{1,7}){0,255})`;
export const NAME = String.raw`[A-Za-z_]\w{0,40}`;

/** A rewriting; TEXT and NAME in the pattern stand for any. */
export function of(pattern: string, rewritten: Folding[1], flags = "g"): Folding {
  return [new RegExp(pattern.replaceAll("TEXT", TEXT).replaceAll("NAME", NAME), flags), rewritten];
}

/** A text without its quotes. */
export function bare(text: string): string {
  return text.slice(1, -1);
}

/** A text in quotes that it does not hold. */
export function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

/** The text whose characters have these numbers. */
export function fromNumbers(list: string): string {
  return quoted(
    String.fromCodePoint(
      ...list
        .split(",")
        .map(Number)
        .filter((one) => one < 0x10ffff),
    ),
  );
}

/** `tr/a-z/n-za-m/`: each character of the first list becomes the one at its place in the second; undefined for other forms. */
export function transliterated(text: string, from: string, to: string): string | undefined {
  const [before, after] = [charactersOf(from), charactersOf(to)];
  if (before === undefined || after === undefined || after.length === 0) return undefined;
  return [...text]
    .map((one) => {
      const at = before.indexOf(one);
      return at < 0 ? one : (after[Math.min(at, after.length - 1)] ?? one);
    })
    .join("");
}

/** Characters of a list that are told apart. */
const CHARACTERS_MAX = 512;

function charactersOf(list: string): readonly string[] | undefined {
  if (/[\\^]/.test(list)) return undefined;
  const found: string[] = [];
  for (const [, first = "", last] of list.matchAll(/(.)(?:-(.))?/gs)) {
    const [start, end] = [first.charCodeAt(0), (last ?? first).charCodeAt(0)];
    if (end < start || found.length + end - start > CHARACTERS_MAX) return undefined;
    for (let code = start; code <= end; code += 1) found.push(String.fromCharCode(code));
  }
  return found;
}
