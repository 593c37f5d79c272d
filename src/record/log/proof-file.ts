// The proof file of one entry (C2SP tlog-proof): index, inclusion proof and signed checkpoint, checkable offline.
import { readCheckpoint } from "./checkpoint.ts";
import { type NoteVerifier, strictBase64 } from "./note.ts";
import { checkInclusion } from "./proof.ts";
import { HASH_BYTES, hashLeaf } from "./tree.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const PROOF_HASHES_MAX = 63;

/** Writes a proof file; `checkpoint` is the signed note as published. */
export function formatProofFile(
  index: number,
  proof: readonly Uint8Array[],
  checkpoint: string,
): string {
  const hashes = proof.map((item) => `${Buffer.from(item).toString("base64")}\n`).join("");
  return `${HEADER}\nindex ${index}\n${hashes}\n${checkpoint}`;
}

/** Whether a proof file shows that `entry` is in the log of `verifier`. Total; the reason says what is wrong. */
export function checkProofFile(
  text: string,
  entry: Uint8Array,
  verifier: NoteVerifier,
):
  | { readonly kind: "included"; readonly index: number; readonly size: number }
  | { readonly kind: "fault"; readonly reason: string } {
  const split = text.indexOf("\n\n");
  const [header, indexLine, ...lines] = text.slice(0, Math.max(0, split)).split("\n");
  if (header !== HEADER || indexLine === undefined)
    return { kind: "fault", reason: "not a proof file" };
  if (lines.length > PROOF_HASHES_MAX) return { kind: "fault", reason: "too many hashes" };
  const index = /^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1];
  const proof: Uint8Array[] = [];
  for (const line of lines) {
    const item = strictBase64(line);
    if (item?.length === HASH_BYTES) proof.push(item);
  }
  if (index === undefined || proof.length !== lines.length)
    return { kind: "fault", reason: "malformed proof" };
  const checkpoint = readCheckpoint(Buffer.from(text.slice(split + 2), "utf8"), verifier);
  if (checkpoint.kind !== "signed")
    return { kind: "fault", reason: `checkpoint is ${checkpoint.kind}` };
  const { size, root } = checkpoint.body;
  const holds = checkInclusion({
    index: Number(index),
    size,
    leafHash: hashLeaf(entry),
    proof,
    root,
  });
  return holds
    ? { kind: "included", index: Number(index), size }
    : { kind: "fault", reason: "entry is not included" };
}
