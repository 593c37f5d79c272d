// Labels: words that say what the value behind them is, as prose, forms, code, JSON, markup and tables write them.
import { lazily } from "#base/lazily.ts";

/**
 * Words to look for in lower case, and the same words in all spellings: `date of birth`, `dateOfBirth`, `DATE_OF_BIRTH`. `ending`
 * is sticky and holds where one of them ends.
 */
export type Labels = {
  readonly keywords: readonly string[];
  readonly pattern: () => RegExp;
  readonly ending: () => RegExp;
  /** Pairs of characters in lower case of which one ends each of them; undefined where any may. */
  readonly lasts?: ReadonlySet<string>;
  /** Sticky: one of them begins there. */
  readonly beginning: () => RegExp;
};

/** Between the words of a label: nothing, a space, a dash, an underscore or a dot. */
const JOINT = "[ _.-]?";
const JOINTS = ["", " ", "_", "-"];

/**
 * Labels from phrases of lower-case words. `keywords` stand in for those of the phrases where a word is too short or too
 * frequent to open a window at each of its places; each phrase must hold one of them.
 */
export function labelsOf(phrases: readonly string[], keywords?: readonly string[]): Labels {
  const labels = labelsBy(
    asciiOf(keywords ?? phrases.flatMap((phrase) => written(phrase.split(" ")))),
    () => {
      // The longest first: `born on` before `born`, so that what is behind the label is the value.
      const longest = [...phrases].sort((one, other) => other.length - one.length);
      return longest.map((phrase) => spellings(phrase.split(" "))).join("|");
    },
  );
  const lasts = lastsOf(phrases);
  return lasts === undefined ? labels : { ...labels, lasts };
}

/** How phrases end, with a plural and as capitals spell them (`ß`). */
function lastsOf(phrases: readonly string[]): ReadonlySet<string> | undefined {
  if (phrases.some((phrase) => phrase.length < LAST_CHARS)) return undefined;
  const spelled = phrases.flatMap((phrase) => [phrase, phrase.toUpperCase().toLowerCase()]);
  return new Set(spelled.flatMap((one) => [one, `${one}s`]).map((one) => one.slice(-LAST_CHARS)));
}

/** Labels from keywords and the source of a pattern, compiled when the first of them stands in a text: a start needs none. */
export function labelsBy(keywords: readonly string[], source: () => string): Labels {
  return {
    keywords,
    pattern: lazily(() => new RegExp(source(), "g")),
    ending: lazily(() => new RegExp(`(?<=${source()})`, "y")),
    beginning: lazily(() => new RegExp(`(?:${source()})`, "y")),
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
  const any = words.map((word) => {
    const first = word.charAt(0);
    const upper = first.toUpperCase();
    return `(?:[${escaped(first)}${escaped(upper)}]${escaped(word.slice(1))}|${escaped(word.toUpperCase())})`;
  });
  const capital = words.map((word) => escaped(word.charAt(0).toUpperCase() + word.slice(1)));
  const upper = words.map((word) => escaped(word.toUpperCase()));
  return (
    `(?:(?<![A-Za-z])${any.join(JOINT)}|(?<=[a-z0-9])${capital.join("")})s?(?![a-z])` +
    // `^FD` begins a field of a label printer.
    `|(?:(?<![A-Z])|(?<=\\^FD))${upper.join(JOINT)}s?(?![A-Z])`
  );
}

function escaped(text: string): string {
  return text.replace(/[().*+?[\]{}|^$\\-]/g, "\\$&");
}

/** Characters before a value in which its label may begin. */
const REACH = 64;
/** Characters by which most words are told from the end of a label. */
const LAST_CHARS = 2;
/** Words between a label and its value that add nothing. */
const FILLERS: ReadonlySet<string> = new Set([
  ..."is are was no nr num number numbers id ids code value string the of new his her their my our de du on am as".split(
    " ",
  ),
  ..."datetime parse localdate dateonly fromisoformat moment carbon new this that with under".split(
    " ",
  ),
  ..."patient member type text td th dd span b strong nbsp n t r char varchar default date dt for".split(
    " ",
  ),
  // Markup, maps of types, comparisons in tests and queries, and what is asked for beside it.
  ..."input label div p li em field list nbr str s d f m age sex gender pt test in to between".split(
    " ",
  ),
  ..."changed updated set found shows reads record entry barcode like returns val iso dayjs luxon".split(
    " ",
  ),
  ..."tobe toequal equal equals eq timestamp naivedate ymd at op den dnia utc la le time from".split(
    " ",
  ),
]);
const SIGN = /[\s"'`:=#>.,;|([\]{}\\/*_?<~&!$%@：\u2010-\u2026\u2190-\u21ff№°º·•-]/;
const LETTER = /[A-Za-z]/;
const DIGIT = /[0-9]/;
/** Characters of what stands in brackets behind a label, as in `date of birth (DD/MM/YYYY)`. */
const ASIDE_MAX = 24;

/** How near a label has to be: `tight` directly before the value, `loose` anywhere before it in its line. */
export type Nearness = "tight" | "loose";

/** Whether one of the labels stands before `at`, in its line or at the end of the line before. */
export function isLabelled(labels: Labels, text: string, at: number, nearness: Nearness): boolean {
  return (
    isBehind(labels, text, at) ||
    (nearness === "loose" && isInLine(labels, text, at)) ||
    isAnswer(labels, text, at)
  );
}

/** Ends of lines between a label and its value: a heading, or the name of a part, may have an empty line below it. */
const LINES_MAX = 2;

/** Whether one of them ends at `end` of the text, and nothing else. */
export function labelEndsAt({ ending, lasts }: Labels, text: string, end: number): boolean {
  if (!mayEnd(lasts, text, end)) return false;
  const pattern = ending();
  pattern.lastIndex = end;
  return pattern.test(text);
}

/** WHY before the pattern: most words before a number end like no label, and the patterns cost as much as all else that is done with it. */
function mayEnd(lasts: Labels["lasts"], text: string, end: number): boolean {
  return lasts?.has(text.slice(Math.max(0, end - LAST_CHARS), end).toLowerCase()) !== false;
}

/** Whether between a label and `at` there is nothing but signs, fillers and at most `LINES_MAX` ends of lines. */
function isBehind({ ending, lasts }: Labels, text: string, at: number): boolean {
  const floor = Math.max(0, at - REACH);
  const pattern = ending();
  let end = at;
  let lines = 0;
  while (end > floor) {
    const last = text.charAt(end - 1);
    if (mayEnd(lasts, text, end)) {
      pattern.lastIndex = end;
      if (pattern.test(text)) return true;
    }
    if (last === "\n" && ++lines > LINES_MAX) return false;
    if (last === ")" || last === "]") end = beforeAside(text, end);
    else if (SIGN.test(last)) end -= 1;
    else if (DIGIT.test(last)) {
      // An index or an age, as in `mrn_1` and `mrn[0]`: two digits, no more.
      const start = DIGIT.test(text.charAt(end - 2)) ? end - 2 : end - 1;
      if (DIGIT.test(text.charAt(start - 1))) return false;
      end = start;
    } else {
      const start = fillerStart(text, floor, end);
      if (start === undefined) return false;
      end = start;
    }
  }
  return false;
}

/** Where the word begins that ends at `end` and adds nothing, be it the last of several (`mrnList`); undefined where it is none such. */
function fillerStart(text: string, floor: number, end: number): number | undefined {
  let start = end;
  let capital: number | undefined;
  while (start > floor && LETTER.test(text.charAt(start - 1))) {
    start -= 1;
    if (capital === undefined && /[A-Z]/.test(text.charAt(start))) capital = start;
  }
  if (start === end) return undefined;
  if (FILLERS.has(text.slice(start, end).toLowerCase())) return start;
  return capital !== undefined && FILLERS.has(text.slice(capital, end).toLowerCase())
    ? capital
    : undefined;
}

/** A label may itself stand in brackets: then only the bracket is passed over. */
function beforeAside(text: string, end: number): number {
  const before = text.slice(Math.max(0, end - ASIDE_MAX), end - 1);
  const inside = before.slice(Math.max(before.lastIndexOf("("), before.lastIndexOf("[")) + 1);
  const isAside =
    inside.length < before.length && /^[A-Za-z0-9 /.-]*[ /-][A-Za-z0-9 /.-]*$/.test(inside);
  return isAside ? end - inside.length - 2 : end - 1;
}

/** What may stand between a value and the label behind it: a comment, a bracket, or the second argument of a comparison. */
const REMARK = /["'`]?[);,\]]{0,3}[ \t]{0,8}(?:\/\/|\/\*|#|--|<!--|\(|\[)[ \t]{0,4}/y;
/** The same in words: `41852956 is the MRN`. */
const SAID =
  /["'`]?[ \t]{1,2}(?:is|was|are|ist|est)[ \t](?:(?:the|your|his|her|their|my|our|a|an)[ \t])?/y;
const COMPARED =
  /["'`],[ \t]{0,4}(?:[A-Za-z_]{1,40}\.){0,3}(?:get)?(?=[A-Za-z_]{1,40}(?:\(\))?(?:\)|[ \t]{0,4}(?:[\r\n]|$)))/y;
/** A column that SQL makes of it, with a form before or not: `DATE '1964-03-12' AS dob`. */
const COLUMN =
  /["'`](?:, ?["'][A-Za-z /-]{2,24}["'])?(?:[ \t]{1,2}(?:as|AS)[ \t]{1,2}(?:date|DATE|text|TEXT))?\)?(?:::[a-z]{1,12})?[ \t]{1,2}(?:(?:as|AS)|--)[ \t]{1,2}["'`]?/y;

/** Whether a label stands behind a value, as in `41852956 (MRN)`, `"41852956", // MRN` and `assertEquals("41852956", patient.getMrn())`. */
export function isLabelledBehind({ beginning }: Labels, text: string, end: number): boolean {
  return [REMARK, SAID, COMPARED, COLUMN].some((between) => {
    between.lastIndex = end;
    if (!between.test(text)) return false;
    const pattern = beginning();
    pattern.lastIndex = between.lastIndex;
    return pattern.test(text);
  });
}

function isInLine({ pattern }: Labels, text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - REACH), at);
  const line = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
  return line.search(pattern()) >= 0;
}

/** Characters of a question, and of who answers before the answer. */
const QUESTION_MAX = 120;
const SPEAKER_MAX = 40;

/** Whether the line before asks for it, as in a conversation: `Your date of birth?`, and below it `customer: ...`. */
function isAnswer({ pattern }: Labels, text: string, at: number): boolean {
  // INVARIANT: what is looked at is bounded; a text may have no line at all.
  const before = text.slice(Math.max(0, at - SPEAKER_MAX - QUESTION_MAX), at);
  const line = before.lastIndexOf("\n");
  if (line < 1 || before.length - line > SPEAKER_MAX) return false;
  const asked = before.charAt(line - 1) === "\r" ? line - 1 : line;
  if (before.charAt(asked - 1) !== "?") return false;
  const question = before.slice(0, asked);
  return question.slice(question.lastIndexOf("\n") + 1).search(pattern()) >= 0;
}
