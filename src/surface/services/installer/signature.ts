// The detached signature of an installer: a note that names the file, its size and its digest, under a key of policy bundles.
import { createHash } from "node:crypto";
import {
  checkNote,
  type NoteSigner,
  type NoteVerifier,
  parseNote,
  signNote,
} from "#record/log/note.ts";

const PURPOSE = "sallyport/installer/v1";

/** A file whose signature is looked at. */
export type SignedFile = { readonly name: string; readonly bytes: Uint8Array };

/** The text of the signature. */
export function signInstaller(file: SignedFile, signer: NoteSigner): string {
  return signNote(statement(file), signer);
}

/** Whether one of the keys signed exactly this file; `key` is its name. `renamed`: the signature is of a file of another name. */
export type InstallerVerdict =
  | { readonly isSigned: true; readonly key: string }
  | {
      readonly isSigned: false;
      readonly why: "no-signature" | "unknown-key" | "changed" | "renamed";
    };

/** Looks at a signature. Total: any bytes are taken. */
export function verifyInstaller(
  file: SignedFile,
  signature: Uint8Array,
  keys: readonly NoteVerifier[],
): InstallerVerdict {
  const note = parseNote(signature);
  if (note === undefined || !note.text.startsWith(`${PURPOSE}\n`))
    return { isSigned: false, why: "no-signature" };
  const signed = keys.map((key) => ({ key, found: checkNote(note, key) }));
  if (signed.some(({ found }) => found === "bad-signature"))
    return { isSigned: false, why: "changed" };
  const by = signed.find(({ found }) => found === "signed");
  if (by === undefined) return { isSigned: false, why: "unknown-key" };
  if (note.text === statement(file)) return { isSigned: true, key: by.key.name };
  const name = note.text.split("\n")[1] ?? "";
  const isOther = note.text === statement({ ...file, name });
  return { isSigned: false, why: isOther ? "renamed" : "changed" };
}

function statement({ name, bytes }: SignedFile): string {
  const digest = createHash("sha256").update(bytes).digest("hex");
  return [PURPOSE, name, `size ${bytes.length}`, `sha256 ${digest}`, ""].join("\n");
}
