// The readable part of an event as it is read back: its text, and lists of names. Total, whatever stands there; without the detectors that make it.
import { isObject } from "#base/json.ts";
import type { JsonObject } from "../log/leaf.ts";

/** Names of what effects are about, in the order in which they are shown. `changes`: paths that are written, deleted or tampered with. */
export const NAME_KINDS = [
  "reads",
  "changes",
  "hosts",
  "remotes",
  "branches",
  "packages",
  "servers",
] as const;
export type NameKind = (typeof NAME_KINDS)[number];

/** What a call or a prompt said, for those who hold the key; undefined where nothing is kept. */
export function saidIn(sealed: JsonObject | undefined): string | undefined {
  const text = partOf(sealed)["text"];
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

/** The names of one kind. */
export function namesIn(sealed: JsonObject | undefined, kind: NameKind): readonly string[] {
  const names = partOf(sealed)[kind];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

function partOf(sealed: JsonObject | undefined): Readonly<Record<string, unknown>> {
  const part = sealed?.["readable"];
  return isObject(part) ? part : {};
}
