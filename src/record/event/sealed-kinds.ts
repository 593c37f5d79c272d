// Events that are never without a sealed part: one that has none lost it after it was written.
import type { DecodedLeaf } from "../log/leaf.ts";

/** Kinds that always name somebody or a place, sealed, whether or not they belong to a session. */
const ALWAYS: ReadonlySet<unknown> = new Set([
  "decision",
  "change",
  "off",
  "lockdown",
  "exception",
  "statement",
  "approval",
]);

/** What the client's telemetry makes: a session's stand-in, and of names at most those of plugins, skills and agents. */
const OF_CLIENT: ReadonlySet<unknown> = new Set(["telemetry", "discrepancy"]);

/**
 * Whether an event lacks the part that its kind has sealed. WHY this must be asked: who cuts every section off leaves clear
 * metadata that nothing authenticates any more. Every event of ours that names its session seals who it was.
 */
export function lacksSealed({ metadata, sections }: DecodedLeaf): boolean {
  if (sections.length > 0) return false;
  // What the client told of itself is believed of nobody, and most of it names nothing that is sealed.
  if (OF_CLIENT.has(metadata["kind"])) return false;
  return ALWAYS.has(metadata["kind"]) || typeof metadata["session"] === "string";
}
