// What a named question is: what it takes, which events it reads, and the table that it answers with.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";

/** What a named question may be given beside its time. */
export const ASKED_FOR = ["session", "path", "branch", "package", "prompt", "text"] as const;
export type AskedFor = (typeof ASKED_FOR)[number];
export type Given = Partial<Readonly<Record<AskedFor, string>>>;

/** One value that a question takes. Without `isNeeded` the question says itself what it takes in its place. */
export type Taken = {
  readonly about: string;
  readonly example: string;
  readonly isNeeded: boolean;
};

/** A column: `key` names it in JSON and CSV, `title` for people. Values of a key that ends in `_ms` are Unix milliseconds, in `_s` seconds. */
export type AnswerColumn = {
  readonly key: string;
  readonly title: string;
  /** For people it stands under the row, not in it; without a title it is in JSON and CSV alone. */
  readonly isBelow?: boolean;
};
/** A word of an answer and what it means. It counts as said where a cell is it, begins with it or holds it, as `where` says. */
export type AnswerWord = {
  readonly word: string;
  readonly means: string;
  readonly where?: "cell" | "begin" | "within";
};
export type AnswerCell = string | number | null;

/** An answer. Rows are in the order of the columns. `notCovered`: what the reader must not take it for. */
export type NamedAnswer = {
  readonly title: string;
  readonly summary: string;
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly AnswerCell[])[];
  /** How the rows are ordered, as a sentence. */
  readonly order: string;
  /** What words of the rows mean; those that no shown row says are left out for people. */
  readonly words: readonly AnswerWord[];
  readonly notCovered: string;
};

/** What an answer is made of: events in the order of the log, and the time that was asked for, Unix milliseconds. */
export type Asked = {
  readonly events: readonly StoryEvent[];
  readonly given: Given;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Why a rule is there, in its own words; undefined for one that no policy at hand has. */
  readonly ruleWords: (rule: string) => string | undefined;
};

export type NamedQuestion = {
  readonly id: string;
  readonly title: string;
  /** What stands in a row, for the list and the reference. */
  readonly about: string;
  readonly takes: Partial<Readonly<Record<AskedFor, Taken>>>;
  /** Milliseconds back from now where no time is given; undefined: the whole record. */
  readonly defaultMs: number | undefined;
  /** Whether the whole record has to be read, because the time bounds the answer and not what it is made of. */
  readonly isOfWhole?: boolean;
  /** The events to begin with, as a filter. */
  begins(given: Given): string;
  /** Also these events of the calls that were found, or of their whole sessions, from a day before the first of them on. */
  readonly follows?: Follows;
  answer(asked: Asked): NamedAnswer;
};

/** Events of these kinds that belong to those found. */
export type Follows = { readonly kinds: readonly string[]; readonly of: "calls" | "sessions" };

const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;
const VALUE_CHARS_MAX = 500;

/** Columns from `key: title` pairs; those of `below` stand under the row. */
export function columns(
  titles: Readonly<Record<string, string>>,
  below: Readonly<Record<string, string>> = {},
): readonly AnswerColumn[] {
  return [
    ...Object.entries(titles).map(([key, title]) => ({ key, title })),
    ...Object.entries(below).map(([key, title]) => ({ key, title, isBelow: true })),
  ];
}

/** A value as one word of a filter, whatever it holds. */
export function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, (char) => `\\${char}`)}"`;
}

/**
 * Checks what a question was given. A Failure `usage` that names the option: one that it does not take, one that is missing, one
 * that is empty, too long or holds what no name has.
 */
export function checkGiven({ id, takes }: NamedQuestion, given: Given): Given {
  const known = ASKED_FOR.filter((name) => takes[name] !== undefined);
  for (const name of ASKED_FOR) {
    const value = given[name];
    const taken = takes[name];
    if (value === undefined) {
      if (taken?.isNeeded === true)
        throw new Failure(
          "usage",
          `\`${id}\` needs \`--${name}\`, ${taken.about}: \`sallyport log query ${id} --${name} ${taken.example}\``,
        );
      continue;
    }
    if (taken === undefined)
      throw new Failure(
        "usage",
        `\`${id}\` takes no \`--${name}\`: ${known.length === 0 ? "leave it out" : `use ${known.map((one) => `\`--${one}\``).join(", ")}`}`,
      );
    if (value.trim() === "" || value.length > VALUE_CHARS_MAX || /\p{Cc}/u.test(value))
      throw new Failure(
        "usage",
        `\`--${name}\` is \`${printable(value.slice(0, 40))}\`: give ${taken.about} in 1 to ${VALUE_CHARS_MAX} characters on one line, such as \`${taken.example}\``,
      );
    if (name === "session" && !/^[\w.:-]{1,128}$/.test(value))
      throw new Failure("usage", `\`${printable(value)}\` is no id of a session`);
  }
  return given;
}

/** Whether an event lies in the time that was asked for. */
export function isInTime({ sinceMs, untilMs }: Asked, timeMs: number): boolean {
  return timeMs >= sinceMs && timeMs < untilMs;
}

/** Groups items by the text of a key, in order of first sight. */
export function groupBy<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly [Item, ...Item[]]> {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
