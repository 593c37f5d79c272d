// JSON as files of a project hold it: read where it is well formed, nothing otherwise.

/** A map of a JSON file. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value of a text; undefined where it is not well formed: the program that reads it stops there too. */
export function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Whether a value is a map. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
