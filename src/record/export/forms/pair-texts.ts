// Values of an entry as texts for forms of `key=value` pairs, cut to the length that a form gives them.
import { printableJson } from "#base/printable.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { JsonObject } from "../../log/leaf.ts";
import type { JoinKeys } from "./exporter.ts";

/** Characters of a sentence and of a word, as security monitoring takes them. */
export const MSG_CHARS_MAX = 1_023;
export const WORD_CHARS_MAX = 63;

/** Metadata that a pair of its own tells. */
const TOLD: readonly string[] = [
  "kind",
  "product",
  "verdict",
  "outcome",
  "tool",
  "rules",
  "session",
  "call",
  "submitter",
  "doubts",
  "effects",
  "enforced",
];

/** What no other pair says, as JSON: the phase of a time off, the cause of a recovery, keys to join by. Cut where it is long. */
export function restText(metadata: JsonObject, join: JoinKeys): string {
  const all = { ...metadata, ...restOf(join) };
  const rest = Object.entries(all).filter(([name]) => !TOLD.includes(name));
  return rest.length === 0 ? "" : cut(printableJson(Object.fromEntries(rest)), MSG_CHARS_MAX);
}

/** Keys that these forms have no field for. */
function restOf({ repository, branch, commit, job }: JoinKeys): JsonObject {
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(branch === undefined ? {} : { branch }),
    ...(commit === undefined ? {} : { commit }),
    ...(job === undefined ? {} : { job }),
  };
}

/** A list with commas, anything else as `word`. */
export function listText(value: Json | undefined): string {
  return Array.isArray(value) ? value.map(word).join(",") : word(value);
}

/** A text as it is, nothing of nothing, anything else as JSON. */
export function word(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : printableJson(value);
}

export function cut(value: string, charsMax: number): string {
  return value.slice(0, charsMax);
}
