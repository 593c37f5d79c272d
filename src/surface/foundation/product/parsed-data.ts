// Files of `data` that the build parsed ahead and held to their schemas: YAML takes a hundred times longer to read than JSON.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { FamilySchema } from "#assure/posture/check-data.ts";
import { lazily } from "#base/lazily.ts";
import { PartSchema } from "#govern/settings/catalogue.ts";

/** Folders below `data` whose files are parsed ahead, and the file beside `dist` parts that holds them. */
export const PARSED_AHEAD = [
  { kind: "checks", schema: () => FamilySchema },
  { kind: "client", schema: () => PartSchema },
] as const;
export const PARSED_FILE = "parsed-data.json";

/** Digest of the file as the build wrote it; nothing when running from source. */
declare const PARSED_DIGEST: string | undefined;

/**
 * Values by the digest of their text, each as its schema gave it; empty where nothing was built.
 * INVARIANT: they are not held to the schema again, so that a file which is not what was built counts as none.
 */
export const readParsed = lazily((): ReadonlyMap<string, unknown> => {
  if (typeof PARSED_DIGEST === "undefined") return new Map();
  try {
    const text = readFileSync(new URL(`../../../${PARSED_FILE}`, import.meta.url), "utf8");
    if (textDigest(text) !== PARSED_DIGEST) return new Map();
    return new Map(Object.entries(JSON.parse(text) as Readonly<Record<string, unknown>>));
  } catch {
    return new Map();
  }
});

/** By what a text is found. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
