// Checkpoints (C2SP tlog-checkpoint): the signed statement of how many entries a log has and what their root is.
import { assert } from "#base/failure.ts";
import {
  checkNote,
  type NoteSigner,
  type NoteVerifier,
  parseNote,
  signNote,
  strictBase64,
} from "./note.ts";
import { HASH_BYTES } from "./tree.ts";

export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
};

/** Signs a checkpoint; the log's origin is the signer's key name. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  assert(checkpoint.origin === signer.verifier.name, "the origin equals the key name");
  assert(Number.isSafeInteger(checkpoint.size) && checkpoint.size >= 0, "a size is a safe integer");
  const root = Buffer.from(checkpoint.root).toString("base64");
  return signNote(`${checkpoint.origin}\n${checkpoint.size}\n${root}\n`, signer);
}

/** What came of reading a checkpoint. `body` is what it says even when the signature is not good. */
export type CheckpointReading =
  | { readonly kind: "signed"; readonly body: Checkpoint }
  | { readonly kind: "unknown-key" | "bad-signature"; readonly body: Checkpoint }
  | { readonly kind: "malformed"; readonly body: undefined };

/** Reads a checkpoint and judges its signature. Total. A checkpoint of another origin counts as another key's. */
export function readCheckpoint(bytes: Uint8Array, verifier: NoteVerifier): CheckpointReading {
  const note = parseNote(bytes);
  const body = note === undefined ? undefined : parseBody(note.text);
  if (note === undefined || body === undefined) return { kind: "malformed", body: undefined };
  const state = checkNote(note, verifier);
  if (state === "signed" && body.origin !== verifier.name) return { kind: "unknown-key", body };
  return { kind: state, body };
}

function parseBody(text: string): Checkpoint | undefined {
  const [origin, size, root, end, ...more] = text.split("\n");
  if (origin === undefined || size === undefined || root === undefined) return undefined;
  if (end !== "" || more.length > 0 || origin === "" || !/^(0|[1-9]\d{0,15})$/.test(size))
    return undefined;
  const hash = strictBase64(root);
  if (hash === undefined || hash.length !== HASH_BYTES || !Number.isSafeInteger(Number(size)))
    return undefined;
  return { origin, size: Number(size), root: hash };
}
