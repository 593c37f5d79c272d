// The certificate of an erasure: what was destroyed and what was not, about nobody who can be named, signed by the log.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { canonicalJson } from "../log/canonical.ts";
import { judgeNote, type KeyHistory } from "../log/key-history.ts";
import { type NoteSigner, parseNote, signNote } from "../log/note.ts";

const HEADER = "sallyport/erasure-certificate@v1";
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(128));

const schema = v.strictObject({
  /** Of this erasure; the event in the log has it too. */
  id: word,
  /** A stand-in for the person under the key that was destroyed: nobody can make it again. */
  person: word,
  /** Ids of the subjects whose keys were destroyed; each commits to its key. */
  subjects: v.pipe(v.array(word), v.maxLength(1_000)),
  timeMs: count,
  /** Entries of the log before the erasure, and the root of their tree in base64. */
  size: count,
  root: word,
  /** Entries whose sealed part nobody can open any more. */
  events: count,
  /** What was done in each place: how many files or databases were removed, rewritten, or could not be reached. */
  stores: v.pipe(
    v.array(v.strictObject({ store: word, removed: count, rewritten: count, left: count })),
    v.maxLength(256),
  ),
  /** Files of the data directory that still held a name or session id when it was searched afterwards. */
  residue: count,
});
/** What a certificate says. */
export type ErasureCertificate = v.InferOutput<typeof schema>;

/** Writes and signs it. */
export function formatCertificate(
  origin: string,
  certificate: ErasureCertificate,
  signers: readonly NoteSigner[],
): string {
  const text = canonicalJson(v.parse(schema, certificate));
  return signNote(`${HEADER}\n${origin}\n${text}\n`, ...signers);
}

/** Reads one and judges its signature by the keys of the log; undefined when it is not what the log signed. Total. */
export function readCertificate(
  bytes: Uint8Array,
  history: KeyHistory,
): ErasureCertificate | undefined {
  const note = parseNote(bytes);
  const [header, origin, json, end] = note?.text.split("\n") ?? [];
  if (note === undefined || header !== HEADER || origin !== history.name || end !== "")
    return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), json);
  if (!parsed.success) return undefined;
  const { size } = parsed.output;
  return judgeNote(note, history, { size, exact: true }) === "signed" ? parsed.output : undefined;
}

/** Hex SHA-256 by which the log knows a certificate. */
export function certificateDigest(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
