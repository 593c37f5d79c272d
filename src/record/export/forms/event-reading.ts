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

/** Techniques of MITRE ATT&CK among the tags of an alert: `attack.t1552.001` is `T1552.001`. */
export function techniquesOf(metadata: JsonObject): readonly string[] {
  return wordsOf(metadata["tags"]).flatMap((tag) => {
    const [, id] = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag) ?? [];
    return id === undefined ? [] : [id.toUpperCase()];
  });
}
