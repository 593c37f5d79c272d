// Bounds on what enters an event: known words stay, names keep to a plain alphabet, lists are cut and the rest counted.
import type { JsonObject } from "../log/leaf.ts";

/** Characters of a reason that a person or a rule gives. */
export const REASON_CHARS_MAX = 400;
/** Characters of a path in an event. */
export const PATH_CHARS_MAX = 1_024;
/** Characters of an identifier in clear metadata. */
const NAME_CHARS_MAX = 128;
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/;

/** `text` when it is a short plain identifier, else undefined: nothing free-form enters clear metadata. */
export function plainName(text: string): string | undefined {
  return text.length <= NAME_CHARS_MAX && PLAIN_NAME.test(text) ? text : undefined;
}

/** `text` when it is one of `known`, else `other`. */
export function knownWord(text: string, known: readonly string[]): string {
  return known.includes(text) ? text : "other";
}

/** `text` cut to `charsMax` UTF-16 units and made well formed. */
export function cutText(text: string, charsMax: number): string {
  return text.slice(0, charsMax).replaceAll(/\p{Surrogate}/gu, "\ufffd");
}

/**
 * The first `max` items under `name`, each as `show` records it, and under `<name>Omitted` how many were left out, when
 * any were. No items, no members.
 */
export function boundedList<Item>(
  name: string,
  items: readonly Item[],
  max: number,
  show: (item: Item) => string | JsonObject,
): JsonObject {
  if (items.length === 0) return {};
  const kept = { [name]: items.slice(0, max).map(show) };
  return items.length <= max ? kept : { ...kept, [`${name}Omitted`]: items.length - max };
}

/** A count or duration as a safe whole number; anything else becomes 0. */
export function wholeNumber(value: number): number {
  return Number.isFinite(value)
    ? Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value)))
    : 0;
}

/** A duration in milliseconds with two decimals; judging often takes less than one. */
export function milliseconds(value: number): number {
  return Number.isFinite(value) ? wholeNumber(Math.min(value, 1e12) * 100) / 100 : 0;
}
