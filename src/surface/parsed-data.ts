// Files of `data` that the build parsed ahead: YAML takes a hundred times longer to read than JSON.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as v from "valibot";

/** Folders below `data` whose files are parsed ahead, and the file beside `dist` parts that holds them. */
export const PARSED_AHEAD = ["checks", "checklists", "client"] as const;
export const PARSED_FILE = "parsed-data.json";

const parsedSchema = v.record(v.string(), v.unknown());

/** Values by the digest of their text; empty where nothing was built, such as when running from source. */
export function readParsed(): ReadonlyMap<string, unknown> {
  try {
    const text = readFileSync(new URL(`../${PARSED_FILE}`, import.meta.url), "utf8");
    return new Map(Object.entries(v.parse(parsedSchema, JSON.parse(text))));
  } catch {
    return new Map();
  }
}

/** By what a text is found. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
