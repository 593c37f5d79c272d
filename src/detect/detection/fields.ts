// The fields of events that a detection may name, and how the values of one are read from an event's clear metadata.
import { isObject } from "#base/json.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** A single value of a field; nothing else is compared. */
export type Scalar = string | number | boolean;

/** `effects`, `detectors` and `content` give the names that are counted; docs/design/audit-log.md says which event has which field. */
export const FIELDS: readonly string[] = [
  "kind",
  "product",
  "submitter",
  "session",
  "agent",
  "call",
  "doubts",
  "tool",
  "verdict",
  "class",
  "rules",
  "policy.id",
  "policy.layer",
  "policy.digest",
  "effects",
  "exceptions",
  "exception",
  "statement",
  "programs",
  "detectors",
  "content",
  "redacted",
  "scan",
  "ended",
  "findings",
  "mode",
  "interactive",
  "enforced",
  "observed",
  "canary",
  "off",
  "outcome",
  "background",
  "calls",
  "malformed",
  "certain",
  "unjudgedCount",
  "source",
  "why",
  "event",
  "how",
  "judged",
  "now",
  "code",
  "where",
  "answer",
  "cause",
  "count",
  "phase",
  "scope",
  "what",
  "layer",
  "before",
  "entries",
  "tornBytes",
  "refused",
  "went",
  "provider",
  "fault",
];

/** The values that an event has for a field; none when it does not have the field. Total. */
export function valuesOf(metadata: JsonObject, field: string): readonly Scalar[] {
  let value: unknown = metadata;
  for (const name of field.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return [];
    value = value[name];
  }
  if (Array.isArray(value)) return value.filter(isScalar);
  if (isObject(value)) return Object.keys(value);
  return isScalar(value) ? [value] : [];
}

function isScalar(value: unknown): value is Scalar {
  return ["string", "number", "boolean"].includes(typeof value);
}
