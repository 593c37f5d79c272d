// Checkpoints (C2SP tlog-checkpoint): the signed statement of how many entries a log has and what their root is.
import { assert } from "#base/failure.ts";
import { judgeNote, type KeyHistory, oneKey } from "./key-history.ts";
import { type NoteSigner, type NoteVerifier, parseNote, signNote, strictBase64 } from "./note.ts";
import { HASH_BYTES } from "./tree.ts";

export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
};

/** Signs a checkpoint under the keys in force, mostly one; the log's origin is their name. */
export function signCheckpoint(checkpoint: Checkpoint, ...signers: NoteSigner[]): string {
  for (const { verifier } of signers)
    assert(checkpoint.origin === verifier.name, "the origin equals the key name");
  assert(Number.isSafeInteger(checkpoint.size) && checkpoint.size >= 0, "a size is a safe integer");
  const root = Buffer.from(checkpoint.root).toString("base64");
  return signNote(`${checkpoint.origin}\n${checkpoint.size}\n${root}\n`, ...signers);
}

/**
 * What came of reading a checkpoint. `body` is what it says even when the signature is not good. `foreign`: the log signed
 * it, and a line of somebody else stands on it.
 */
export type CheckpointReading =
  | { readonly kind: "signed"; readonly body: Checkpoint }
  | {
      readonly kind: "unknown-key" | "bad-signature" | "foreign";
      readonly body: Checkpoint;
    }
  | { readonly kind: "malformed"; readonly body: undefined };

/**
 * Reads a checkpoint and judges its signature by the log's key, or by all its keys. Total. A checkpoint of another origin
 * counts as another key's. With `exact` it may carry no line but the log's own: the file that the log itself writes.
 */
export function readCheckpoint(
  bytes: Uint8Array,
  keys: NoteVerifier | KeyHistory,
  { exact = false }: { readonly exact?: boolean } = {},
): CheckpointReading {
  const note = parseNote(bytes);
  const body = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || body === undefined) return { kind: "malformed", body: undefined };
  const history = "keysAt" in keys ? keys : oneKey(keys);
  const kind = judgeNote(note, history, { size: body.size, exact });
  if (kind === "signed" && body.origin !== history.name) return { kind: "unknown-key", body };
  return { kind, body };
}

/** What the text of a note says as a checkpoint, whoever signed it; undefined when it is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, size, root, end, ...more] = text.split("\n");
  if (origin === undefined || size === undefined || root === undefined) return undefined;
  if (end !== "" || more.length > 0 || origin === "" || !/^(0|[1-9]\d{0,15})$/.test(size))
    return undefined;
  const hash = strictBase64(root);
  if (hash === undefined || hash.length !== HASH_BYTES || !Number.isSafeInteger(Number(size)))
    return undefined;
  return { origin, size: Number(size), root: hash };
}
