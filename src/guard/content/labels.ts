// Labels: words that say what the value behind them is, as prose, forms, code, JSON, markup and tables write them.
import { lazily } from "#base/lazily.ts";

/** Words to look for in lower case, and the same words in all spellings: `date of birth`, `dateOfBirth`, `DATE_OF_BIRTH`. */
export type Labels = { readonly keywords: readonly string[]; readonly pattern: () => RegExp };

/** Between the words of a label: nothing, a space, a dash, an underscore or a dot. */
const JOINT = "[ _.-]?";
const JOINTS = ["", " ", "_", "-"];

/**
 * Labels from phrases of lower-case words. `keywords` stand in for those of the phrases where a word is too short or too
 * frequent to open a window at each of its places; each phrase must hold one of them.
 */
export function labelsOf(phrases: readonly string[], keywords?: readonly string[]): Labels {
  return {
    keywords: asciiOf(keywords ?? phrases.flatMap((phrase) => written(phrase.split(" ")))),
    // Compiled when the first of them stands in a text: a start needs none.
    pattern: lazily(() => {
      // The longest first: `born on` before `born`, so that what is behind the label is the value.
      const longest = [...phrases].sort((one, other) => other.length - one.length);
      const sources = longest.map((phrase) => spellings(phrase.split(" ")));
      return new RegExp(sources.join("|"), "g");
    }),
  };
}

/**
 * Keywords are ASCII: of a word with other letters the longest part without them stands for it. What has none, as words in other
 * scripts, opens no window of its own.
 */
function asciiOf(words: readonly string[]): readonly string[] {
  const parts = words.map((word) => {
    const runs = word.split(/[^ -~]+/).sort((one, other) => other.length - one.length);
    return runs[0] ?? "";
  });
  return [...new Set(parts.filter((part) => part.trim().length >= 3))];
}

/** A phrase of many words is found by its first two: the rest is asked of the pattern. */
function written(words: readonly string[]): readonly string[] {
  const [first = "", second] = words;
  return second === undefined ? [first] : JOINTS.map((joint) => first + joint + second);
}

function spellings(words: readonly string[]): string {
  const any = words.map(
    (word) =>
      `(?:[${word.charAt(0).toUpperCase()}${word.charAt(0)}]${word.slice(1)}|${word.toUpperCase()})`,
  );
  const capital = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const upper = words.map((word) => word.toUpperCase());
  return (
    `(?:(?<![A-Za-z])${any.join(JOINT)}|(?<=[a-z0-9])${capital.join("")})s?(?![a-z])` +
    `|(?<![A-Z])${upper.join(JOINT)}s?(?![A-Z])`
  );
}

/** Characters before a value in which its label may begin. */
const REACH = 64;
/** What may stand between a label and its value: signs, and words that add nothing; at most one line break. */
const TIGHT =
  /^(?:[\s"'`:=#>.,;|()[\]{}\\/*_?<~&-]|(?<![A-Za-z])(?:is|are|was|no|nr|num|number|id|ids|code|value|string|the|of|new|his|her|their|my|our|de|du|patient|member|type|text|td|th|dd|span|b|strong|nbsp|n|t|CHAR|VARCHAR|DEFAULT)(?![A-Za-z]))*$/i;
/** As above with other words between, in one line. */
const LOOSE = /^[^\n\r]*$/;

/** How near a label has to be: `tight` directly before the value, `loose` anywhere before it in its line. */
export type Nearness = "tight" | "loose";

/** Whether one of the labels stands before `at`; the one nearest to it counts. */
export function isLabelled(
  { pattern }: Labels,
  text: string,
  at: number,
  nearness: Nearness,
): boolean {
  const before = text.slice(Math.max(0, at - REACH), at);
  let end = -1;
  for (const { 0: label, index } of before.matchAll(pattern())) end = index + label.length;
  if (end < 0) return false;
  const between = before.slice(end);
  if (TIGHT.test(between)) return (between.match(/\n|\\n/g)?.length ?? 0) <= 1;
  return nearness === "loose" && LOOSE.test(between);
}
