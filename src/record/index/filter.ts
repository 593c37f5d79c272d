// The filter over the log's events: what it is once read, and the test of one event that needs no index.
import { holdsPhrase } from "./command-words.ts";
import type { IndexedEvent, MarkField, NumberField, WordField } from "./indexed-event.ts";

/** A word to be met as it is, or with `isOpen` the beginning of one, or with `isEnd` the end of one. */
export type WordMatch = {
  readonly text: string;
  readonly isOpen: boolean;
  readonly isEnd?: boolean;
};

/** Words that stand one after the other; with `isOpen` the last may go on. */
export type Phrase = { readonly words: readonly string[]; readonly isOpen: boolean };

/** A filter. Ranges hold their beginning and not their end. */
export type Filter =
  | { readonly kind: "all" | "any"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | { readonly kind: "word"; readonly field: WordField; readonly matches: readonly WordMatch[] }
  | { readonly kind: "mark"; readonly field: MarkField; readonly matches: readonly WordMatch[] }
  | { readonly kind: "present"; readonly field: WordField | NumberField | MarkField }
  | {
      readonly kind: "number";
      readonly field: NumberField | "index";
      readonly compare: Compare;
      readonly value: number;
    }
  | { readonly kind: "time"; readonly fromMs: number; readonly untilMs: number }
  | { readonly kind: "flag"; readonly field: "enforced" | "canary"; readonly value: boolean }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "text"; readonly phrases: readonly Phrase[] };

export type Compare = "=" | "<" | "<=" | ">" | ">=";

/** Whether an event meets a filter. INVARIANT: the same as `filterSql`; a property test holds the two together. */
export function meets(event: IndexedEvent, filter: Filter): boolean {
  switch (filter.kind) {
    case "all":
      return filter.parts.every((part) => meets(event, part));
    case "any":
      return filter.parts.some((part) => meets(event, part));
    case "not":
      return !meets(event, filter.part);
    case "word":
      return meetsAny(event.word[filter.field], filter.matches);
    case "mark":
      return event.marks.some(
        ({ field, value }) => field === filter.field && meetsAny(value, filter.matches),
      );
    case "present":
      return isPresent(event, filter.field);
    case "number": {
      const { field, compare, value } = filter;
      const number = field === "index" ? event.index : event.number[field];
      return number !== undefined && compares(number, compare, value);
    }
    case "time":
      return event.timeMs >= filter.fromMs && event.timeMs < filter.untilMs;
    case "flag":
      return event[filter.field] === filter.value;
    case "id":
      return event.id === filter.id;
    case "text":
      return filter.phrases.some(({ words, isOpen }) => holdsPhrase(event.words, words, isOpen));
    default:
      return filter satisfies never;
  }
}

function isPresent(event: IndexedEvent, field: WordField | NumberField | MarkField): boolean {
  if (field in event.word) return event.word[field as WordField] !== undefined;
  if (field in event.number) return event.number[field as NumberField] !== undefined;
  return event.marks.some((mark) => mark.field === field);
}

function meetsAny(value: string | undefined, matches: readonly WordMatch[]): boolean {
  if (value === undefined) return false;
  return matches.some(({ text, isOpen, isEnd = false }) =>
    isOpen ? value.startsWith(text) : isEnd ? value.endsWith(text) : value === text,
  );
}

function compares(number: number, compare: Compare, value: number): boolean {
  switch (compare) {
    case "=":
      return number === value;
    case "<":
      return number < value;
    case "<=":
      return number <= value;
    case ">":
      return number > value;
    case ">=":
      return number >= value;
    default:
      return compare satisfies never;
  }
}

/** Parts that must all be met but those of time, and the one stretch of time that these leave, Unix milliseconds. */
export type SplitFilter = {
  readonly parts: readonly Filter[];
  readonly fromMs: number;
  readonly untilMs: number;
};

/** Takes the times of a filter out of it. */
export function splitTime(filter: Filter): SplitFilter {
  const all = partsOf(filter);
  const times = all.filter((part) => part.kind === "time");
  return {
    parts: all.filter((part) => part.kind !== "time"),
    fromMs: Math.max(0, ...times.map(({ fromMs }) => fromMs)),
    untilMs: Math.min(Number.MAX_SAFE_INTEGER, ...times.map(({ untilMs }) => untilMs)),
  };
}

function partsOf(filter: Filter): readonly Filter[] {
  return filter.kind === "all" ? filter.parts.flatMap(partsOf) : [filter];
}
