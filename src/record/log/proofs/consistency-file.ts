// The proof file of two checkpoints: that the older tree is the beginning of the newer one, checkable offline.
import { assert } from "#base/failure.ts";
import { checkConsistency } from "./proof.ts";
import { judgeCheckpoint, type ProofTrust, readHashes } from "./proof-file.ts";

const HEADER = "sallyport/consistency-proof@v1";
const PROOF_HASHES_MAX = 63;

/** Whether a text claims to be one. */
export function isConsistencyFile(text: string): boolean {
  return text.startsWith(`${HEADER}\n`);
}

/** Writes the file: header, hashes, older and newer checkpoint as they were published, with an empty line between. */
export function formatConsistencyFile(
  proof: readonly Uint8Array[],
  older: string,
  newer: string,
): string {
  assert(older.endsWith("\n") && newer.endsWith("\n"), "a checkpoint ends in a newline");
  const hashes = proof.map((item) => `${Buffer.from(item).toString("base64")}\n`).join("");
  return `${HEADER}\n${hashes}\n${older}\n${newer}`;
}

/** What a consistency file showed. */
export type ConsistencyCheck =
  | {
      readonly kind: "consistent";
      readonly older: number;
      readonly size: number;
      readonly witnesses: readonly string[];
    }
  | { readonly kind: "fault"; readonly reason: string };

/** Whether the file shows that its older checkpoint is the beginning of its newer one. Witnesses count on the newer. Total. */
export function checkConsistencyFile(text: string, trust: ProofTrust): ConsistencyCheck {
  // A checkpoint has exactly one empty line, between its text and its signatures.
  const [head = "", ...parts] = text.split("\n\n");
  const [olderText, olderLines, newerText, newerLines, ...more] = parts;
  const [header, ...lines] = head.split("\n");
  const hashes = readHashes(lines);
  if (header !== HEADER) return fault("not a consistency proof");
  if (hashes === undefined || lines.length > PROOF_HASHES_MAX || newerLines === undefined)
    return fault("malformed proof");
  if (more.length > 0) return fault("malformed proof");
  const older = judgeCheckpoint(`${olderText}\n\n${olderLines}\n`, {
    ...trust,
    quorum: 0,
  });
  if (older.kind === "fault") return fault(`older ${older.reason}`);
  const newer = judgeCheckpoint(`${newerText}\n\n${newerLines}`, trust);
  if (newer.kind === "fault") return fault(`newer ${newer.reason}`);
  const holds = checkConsistency({
    older: older.body.size,
    size: newer.body.size,
    olderRoot: older.body.root,
    root: newer.body.root,
    proof: hashes,
  });
  if (!holds) return fault("the older tree is not the beginning of the newer one");
  const witnesses = newer.witnesses.cosigned.map(({ name }) => name);
  return { kind: "consistent", older: older.body.size, size: newer.body.size, witnesses };
}

function fault(reason: string): { readonly kind: "fault"; readonly reason: string } {
  return { kind: "fault", reason };
}
