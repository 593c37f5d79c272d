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

/**
 * Whether an event lacks the part that its kind has sealed. WHY this must be asked: who cuts every section off leaves clear
 * metadata that nothing authenticates any more. Every event that names its session seals who it was.
 */
export function lacksSealed({ metadata, sections }: DecodedLeaf): boolean {
  if (sections.length > 0) return false;
  return ALWAYS.has(metadata["kind"]) || typeof metadata["session"] === "string";
}
