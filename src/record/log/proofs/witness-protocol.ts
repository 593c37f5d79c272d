// The add-checkpoint call of a witness (C2SP tlog-witness): its text, and what a witness answers to it.
import { type Checkpoint, parseCheckpoint } from "../checkpoint.ts";
import type { Cosigner } from "../cosignature.ts";
import { checkNote, type Note, type NoteVerifier, parseNote, signNote } from "../note.ts";
import { checkConsistency } from "./proof.ts";
import { readHashes } from "./proof-file.ts";
import { sameBytes } from "../tree.ts";

/** Hashes that a consistency proof may have. */
const PROOF_HASHES_MAX = 63;
/** The media type of a size that a witness answers with. */
export const SIZE_MEDIA_TYPE = "text/x.tlog.size";

/** What a log asks its witness to cosign: a checkpoint, and that the tree of `old` entries is its beginning. */
export type AddCheckpoint = {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  /** The signed note, as the log published it. */
  readonly checkpoint: string;
};

/** The body of the call. */
export function formatAddCheckpoint({ old, proof, checkpoint }: AddCheckpoint): string {
  const hashes = proof.map((item) => `${Buffer.from(item).toString("base64")}\n`).join("");
  return `old ${old}\n${hashes}\n${checkpoint}`;
}

/** Reads the body of the call. Total: undefined when it is none. */
export function parseAddCheckpoint(bytes: Uint8Array): AddCheckpoint | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  const split = text.indexOf("\n\n");
  const [oldLine = "", ...lines] = text.slice(0, Math.max(0, split)).split("\n");
  const old = /^old (0|[1-9]\d{0,14})$/.exec(oldLine)?.[1];
  const proof = readHashes(lines);
  if (old === undefined || proof === undefined || lines.length > PROOF_HASHES_MAX) return undefined;
  return { old: Number(old), proof, checkpoint: text.slice(split + 2) };
}

/** The last checkpoint of an origin that a witness cosigned. */
export type WitnessState = { readonly size: number; readonly root: Uint8Array };

/** What a witness answers. With 200 it keeps `note` before it answers with `lines`. */
export type WitnessAnswer =
  | {
      readonly status: 200;
      readonly lines: string;
      readonly note: string;
      readonly state: WitnessState;
    }
  /** `why` is for the witness's own record; the answer's body is `size` alone where one is given. */
  | {
      readonly status: 400 | 403 | 404 | 422;
      readonly why: string;
      readonly size?: undefined;
    }
  | { readonly status: 409; readonly why: string; readonly size: number };

/** Judges a call. `logKeys` are the keys that the witness trusts, `last` what it cosigned last of this origin. Total. */
export function judgeAddCheckpoint(
  asked: AddCheckpoint,
  known: {
    readonly logKeys: readonly NoteVerifier[];
    readonly lastOf: (origin: string) => WitnessState | undefined;
    readonly cosigner: Cosigner;
    readonly timeS: number;
  },
): WitnessAnswer {
  const note = parseNote(Buffer.from(asked.checkpoint, "utf8"));
  const body = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || body === undefined) return { status: 400, why: "not a checkpoint" };
  const keys = known.logKeys.filter(({ name }) => name === body.origin);
  if (keys.length === 0) return { status: 404, why: "unknown log" };
  const signers = keys.filter((key) => checkNote(note, key) === "signed");
  if (signers.length === 0) return { status: 403, why: "not signed by a key that is trusted" };
  if (asked.old > body.size) return { status: 400, why: "the old size is beyond the checkpoint" };
  const last = known.lastOf(body.origin);
  const size = last?.size ?? 0;
  if (asked.old !== size)
    return { status: 409, why: body.size < size ? "rolled back" : "another old size", size };
  const refusal = refuse(asked, body, last);
  if (refusal !== undefined) return refusal;
  const lines = known.cosigner.cosign(note.text, known.timeS);
  return {
    status: 200,
    lines,
    note: ownLines(note, signers) + lines,
    state: { size: body.size, root: body.root },
  };
}

function refuse(
  { old, proof }: AddCheckpoint,
  body: Checkpoint,
  last: WitnessState | undefined,
): WitnessAnswer | undefined {
  if (old === 0 && proof.length > 0) return { status: 422, why: "a proof from nothing is empty" };
  if (last === undefined || old === 0) return undefined;
  if (old === body.size && !sameBytes(last.root, body.root))
    return { status: 409, why: "fork: another tree of the same size", size: old };
  const { size, root } = body;
  const holds = checkConsistency({ older: old, size, olderRoot: last.root, root, proof });
  return holds ? undefined : { status: 422, why: "fork: the proof does not hold" };
}

/** The note with the lines of the log's trusted keys only: what others wrote on it is not kept. */
function ownLines(note: Note, keys: readonly NoteVerifier[]): string {
  const signers = keys.map((verifier) => ({
    verifier,
    sign: () =>
      note.signatures.find(({ name, keyId }) => name === verifier.name && keyId === verifier.keyId)
        ?.signature ?? new Uint8Array(0),
  }));
  return signNote(note.text, ...signers);
}
