// What one proof file shows, in words and as JSON: that an event is in the log, or that one checkpoint follows another.
import { printable } from "#base/printable.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { describeEvent } from "#record/event/describe.ts";
import { checkConsistencyFile, isConsistencyFile } from "#record/log/proofs/consistency-file.ts";
import { decodeLeaf, type JsonObject } from "#record/log/leaf.ts";
import { type CarriedEntry, openRevealed } from "#record/log/proofs/proof-entry.ts";
import { checkProofFile, type ProofTrust } from "#record/log/proofs/proof-file.ts";

/** The outcome, for a person and for a program. */
export type ProofSaying = {
  readonly isGood: boolean;
  readonly lines: readonly string[];
  readonly said: JsonObject;
};

/** Judges a proof file of either kind. */
export function checkProof(text: string, trust: ProofTrust): ProofSaying {
  if (isConsistencyFile(text)) {
    const check = checkConsistencyFile(text, trust);
    if (check.kind === "fault") return faulty(check.reason);
    const { older, size, witnesses } = check;
    const line = `the first ${older} of ${size} entries are the same: nothing was changed between the two checkpoints`;
    return {
      isGood: true,
      lines: [line, ...cosignedText(witnesses)],
      said: { good: true, kind: "consistency", older, size, witnesses },
    };
  }
  const check = checkProofFile(text, undefined, trust);
  if (check.kind === "fault") return faulty(check.reason);
  const { index, size, carried } = check;
  const witnesses = check.witnesses.cosigned.map(({ name }) => name);
  const said = { good: true, kind: "inclusion", index, size, witnesses };
  const line = `entry ${index} of ${size} is in the log`;
  const shown = carried === undefined ? { lines: [], said: {} } : showEntry(carried);
  if (shown === undefined) return faulty("a revealed key does not open its section");
  return {
    isGood: true,
    lines: [line, ...cosignedText(witnesses), ...shown.lines],
    said: { ...said, ...shown.said },
  };
}

function faulty(reason: string): ProofSaying {
  return {
    isGood: false,
    lines: [`fault: ${printable(reason)}`],
    said: { good: false, fault: printable(reason) },
  };
}

function cosignedText(witnesses: readonly string[]): readonly string[] {
  return witnesses.map((name) => `cosigned by ${printable(name)}`);
}

function showEntry({
  entry,
  revealed,
}: CarriedEntry): { readonly lines: readonly string[]; readonly said: JsonObject } | undefined {
  const leaf = decodeLeaf(entry);
  if (leaf.kind === "fault")
    return { lines: [`it is not an event of this version: ${leaf.reason}`], said: {} };
  const opened = openRevealed(leaf, revealed);
  if (opened === undefined) return undefined;
  const sealed = revealed.length === 0 ? undefined : opened;
  const rows = Object.entries(sealed ?? {}).map(([name, value]) => `  ${fieldText(name, value)}`);
  const still = leaf.sections.length - revealed.length;
  return {
    lines: [
      describeEvent(leaf, sealed),
      `id: ${leaf.id}`,
      ...(rows.length === 0 ? [] : ["revealed:", ...rows]),
      ...(still > 0 ? [`sealed: ${still} section${still === 1 ? "" : "s"}`] : []),
    ],
    said: { id: leaf.id, timeMs: leaf.timeMs, metadata: leaf.metadata, sealed: sealed ?? null },
  };
}

function fieldText(name: string, value: Json): string {
  return `${printable(name)}: ${printable(typeof value === "string" ? value : JSON.stringify(value))}`;
}
