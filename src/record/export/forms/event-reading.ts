// What exporters read in an event's clear metadata: words, lists and what kind of thing was done, total on any metadata.
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { JsonObject } from "../../log/leaf.ts";

const WORDS_MAX = 64;
const WORD_CHARS_MAX = 1_024;

/** A word of an event, or undefined. */
export function wordOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, WORD_CHARS_MAX) : undefined;
}

/** The words of a list. */
export function wordsOf(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, WORDS_MAX).flatMap((one) => wordOf(one) ?? []);
}

/** What a person calls the event: `decision deny Bash`, `delivery failing`. */
export function titleOf(metadata: JsonObject): string {
  const words = ["kind", "verdict", "outcome", "what", "phase", "event", "how", "tool"].flatMap(
    (name) => wordOf(metadata[name]) ?? [],
  );
  return words.join(" ") || "event";
}

/** 1 informational to 6 fatal, by kind and verdict; the numbers are OCSF's. */
export function severityOf(metadata: JsonObject): 1 | 2 | 3 | 4 | 5 {
  switch (wordOf(metadata["kind"])) {
    case "decision":
      if (metadata["verdict"] === "deny") return 4;
      return metadata["verdict"] === "ask" ? 3 : 1;
    case "off":
    case "discrepancy":
      return 5;
    case "drift":
      return metadata["how"] === "ran-refused" ? 5 : 4;
    case "fault":
    case "rejected":
    case "recovery":
    case "failure":
    case "lockdown":
      return 4;
    case "policy":
    case "config-change":
    case "exception":
    case "statement":
    case "approval":
    case "question":
    case "witness":
    case "delivery":
    case "log-key":
    case "pruned":
      return 3;
    case "hook":
    case "result":
    case "session":
    case "batch":
      return 1;
    default:
      return 2;
  }
}
