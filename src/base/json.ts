// Parsed JSON of outside, looked at without trust: a value of another kind counts as nothing there.

/** An object as JSON holds it. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value of a text; undefined where it is not well formed. */
export function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object that is no list. */
export function isObject(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value that is a list, and an empty list for every other. */
export function arrayOrEmpty<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? value : [];
}

/** A value that is a string, and the empty string for every other. */
export function stringOrEmpty(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A value that is a string with something in it; undefined for every other. */
export function filledString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What an object has under a key of its own; undefined for every other value. */
export function memberOf(value: unknown, key: string | number): unknown {
  if (!isObject(value)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

/** Whether a value is a list of strings alone. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** A value that is a finite number; undefined for every other. */
export function finiteNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
