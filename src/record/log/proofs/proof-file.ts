// The proof file of one entry (C2SP tlog-proof): index, inclusion proof and signed checkpoint, checkable offline.
import { type Checkpoint, readCheckpoint } from "../checkpoint.ts";
import { type CosignatureCount, countCosignatures, type WitnessVerifier } from "../cosignature.ts";
import type { KeyHistory } from "../key-history.ts";
import { type Note, type NoteVerifier, parseNote, strictBase64 } from "../note.ts";
import { checkInclusion } from "./proof.ts";
import { type CarriedEntry, decodeCarried, encodeCarried } from "./proof-entry.ts";
import { HASH_BYTES, hashLeaf } from "../tree.ts";
import { inOrder } from "../witnessed.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const PROOF_HASHES_MAX = 63;

/** Writes a proof file; `checkpoint` is the signed note as published. With `carried` the file holds the entry itself. */
export function formatProofFile(
  index: number,
  proof: readonly Uint8Array[],
  checkpoint: string,
  carried?: CarriedEntry,
): string {
  const extra =
    carried === undefined
      ? ""
      : `extra ${Buffer.from(encodeCarried(carried)).toString("base64")}\n`;
  const hashes = proof.map((item) => `${Buffer.from(item).toString("base64")}\n`).join("");
  return `${HEADER}\n${extra}index ${index}\n${hashes}\n${checkpoint}`;
}

/** What a proof file showed. `carried` is the entry that it holds itself, when it holds one. */
export type ProofCheck =
  | {
      readonly kind: "included";
      readonly index: number;
      readonly size: number;
      readonly carried: CarriedEntry | undefined;
      readonly witnesses: CosignatureCount;
    }
  | { readonly kind: "fault"; readonly reason: string };

/** By whose keys a proof is judged, and how many witnesses it must carry. */
export type ProofTrust = {
  readonly keys: NoteVerifier | KeyHistory;
  readonly witnesses?: readonly WitnessVerifier[];
  readonly quorum?: number;
};

/**
 * Whether a proof file shows that an entry is in the log: the one given, else the one that the file carries. Total; the
 * reason says what is wrong.
 */
export function checkProofFile(
  text: string,
  entry: Uint8Array | undefined,
  trust: ProofTrust,
): ProofCheck {
  const split = text.indexOf("\n\n");
  const [header, ...rest] = text.slice(0, Math.max(0, split)).split("\n");
  if (header !== HEADER) return fault("not a proof file");
  const extra = rest[0]?.startsWith("extra ") === true ? rest.shift()?.slice(6) : undefined;
  const [indexLine = "", ...lines] = rest;
  const carriedBytes = extra === undefined ? undefined : strictBase64(extra);
  const carried = carriedBytes === undefined ? undefined : decodeCarried(carriedBytes);
  if (extra !== undefined && carried === undefined) return fault("malformed entry");
  if (lines.length > PROOF_HASHES_MAX) return fault("too many hashes");
  const index = /^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1];
  const proof = readHashes(lines);
  if (index === undefined || proof === undefined) return fault("malformed proof");
  const proven = entry ?? carried?.entry;
  if (proven === undefined)
    return fault("the file does not hold the entry, and none was given to compare");
  const judged = judgeCheckpoint(text.slice(split + 2), trust);
  if (judged.kind === "fault") return judged;
  const { size, root } = judged.body;
  const leafHash = hashLeaf(proven);
  if (!checkInclusion({ index: Number(index), size, leafHash, proof, root }))
    return fault("entry is not included");
  if (carried !== undefined && !Buffer.from(carried.entry).equals(proven))
    return fault("the file holds another entry than the one given");
  return { kind: "included", index: Number(index), size, carried, witnesses: judged.witnesses };
}

/** The hashes of lines of base64; undefined when one of them is none. */
export function readHashes(lines: readonly string[]): Uint8Array[] | undefined {
  const hashes: Uint8Array[] = [];
  for (const line of lines) {
    const item = strictBase64(line);
    if (item?.length !== HASH_BYTES) return undefined;
    hashes.push(item);
  }
  return hashes;
}

type JudgedCheckpoint =
  | { readonly kind: "good"; readonly body: Checkpoint; readonly witnesses: CosignatureCount }
  | { readonly kind: "fault"; readonly reason: string };

/** A checkpoint that the log signed and enough witnesses cosigned, or why not. */
export function judgeCheckpoint(text: string, trust: ProofTrust): JudgedCheckpoint {
  const { keys, witnesses = [], quorum = witnesses.length > 0 ? 1 : 0 } = trust;
  const bytes = Buffer.from(text, "utf8");
  const reading = readCheckpoint(bytes, keys);
  const note = parseNote(bytes);
  if (reading.kind !== "signed" || note === undefined)
    return fault(`checkpoint is ${reading.kind}`);
  if (!isOrdered(note, reading.body.origin)) return fault("its signatures are in another order");
  const count = countCosignatures(note, witnesses);
  if (count.invalid.length > 0) return fault("a cosignature does not hold");
  if (count.cosigned.length < quorum)
    return fault(`${count.cosigned.length} of the witnesses cosigned it, ${quorum} are demanded`);
  return { kind: "good", body: reading.body, witnesses: count };
}

/** Whether the log's own lines stand first, then each cosignature once in the one order: a line that was moved shows. */
function isOrdered({ signatures }: Note, origin: string): boolean {
  const others = signatures.slice(signatures.filter(({ name }) => name === origin).length);
  return others.every((line, place) => {
    const before = others[place - 1];
    return line.name !== origin && (before === undefined || inOrder(before, line) < 0);
  });
}

function fault(reason: string): { readonly kind: "fault"; readonly reason: string } {
  return { kind: "fault", reason };
}
