// The signature of an evidence pack: a signed note by the log's own keys over the digest of the manifest.
import { judgeNote, type KeyHistory } from "#record/log/key-history.ts";
import { type NoteSigner, parseNote, signNote } from "#record/log/note.ts";

const HEADER = "sallyport/evidence-pack@v1";

/** `size`: entries of the log when it was signed, which says whose keys had to sign. `digest`: hex SHA-256 of the manifest. */
export type SignedManifest = { readonly size: number; readonly digest: string };

/** Writes and signs it. */
export function signManifest(
  origin: string,
  { size, digest }: SignedManifest,
  signers: readonly NoteSigner[],
): string {
  return signNote(`${HEADER}\n${origin}\n${size}\n${digest}\n`, ...signers);
}

/** What was signed, and whether the log's keys signed it; undefined for what is no such note. Total. */
export function readSignature(
  bytes: Uint8Array,
  history: KeyHistory,
): (SignedManifest & { readonly isGood: boolean }) | undefined {
  const note = parseNote(bytes);
  const [header, origin, size, digest, end, ...more] = note?.text.split("\n") ?? [];
  if (note === undefined || header !== HEADER || end !== "" || more.length > 0) return undefined;
  if (!/^(0|[1-9]\d{0,14})$/.test(size ?? "") || !/^[0-9a-f]{64}$/.test(digest ?? ""))
    return undefined;
  const signed = { size: Number(size), digest: digest ?? "" };
  const isGood =
    origin === history.name &&
    judgeNote(note, history, { size: signed.size, exact: true }) === "signed";
  return { ...signed, isGood };
}
