// What differs between the databases that detections are converted for.

/** A field of an event, and the column that one of its values gets. */
export type Spread = { readonly field: string; readonly as: string };

/** One value of a field as SQL; what is of another type is NULL. `any` is the value as a text, whatever it is. */
export type ValueCells = {
  readonly text: string;
  readonly number: string;
  /** `'true'` or `'false'`. */
  readonly boolean: string;
  readonly any: string;
};

/** Every part is SQL. `e.m` is the clear metadata of an event, as JSON. */
export type Dialect = {
  /** Columns `id`, `idx`, `t` (Unix milliseconds) and `m` of `sallyport_event`, each event once. */
  readonly entry: string;
  /** A literal that stands for exactly these characters. */
  readonly text: (value: string) => string;
  /** Whether some value of a field meets a condition. Never NULL. */
  readonly some: (field: string, condition: (cells: ValueCells) => string) => string;
  /** Rows of `inner` (`id`, `idx`, `t`, `m`) for every combination of values, each as JSON text; without `m`. */
  readonly spread: (inner: string, fields: readonly Spread[]) => string;
  /** The number that a JSON text is, else NULL. */
  readonly numberOf: (json: string) => string;
  readonly replace: (text: string, from: string, to: string) => string;
  /** Lower case of the letters of ASCII, and of no others. */
  readonly lower: (text: string) => string;
  readonly contains: (text: string, part: string) => string;
  readonly startsWith: (text: string, beginning: string, chars: number) => string;
  readonly endsWith: (text: string, end: string, chars: number) => string;
  /** The same value, of a type that has NULL: a window without rows gives it. */
  readonly nullable: (value: string) => string;
};

/** The name of a field or alias as a part of a path, which it can never end. */
export function pathOf(field: string): readonly string[] {
  return field.split(".");
}
