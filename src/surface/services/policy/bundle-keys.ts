// Keys of policy bundles: the private one of whoever signs, and the public ones that a machine goes by.
import { randomBytes } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import {
  createSigner,
  type NoteSigner,
  type NoteVerifier,
  parseVerifier,
  strictBase64,
} from "#record/log/note.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";

/** Keys that a machine goes by at once: the one in use, the next, and room for a mistake. */
const PINNED_MAX = 8;
const PINNED_CHARS_MAX = 16_384;
const SEED_BYTES = 32;
const ED25519 = 0x01;
const KEY_NAME = /^[A-Za-z0-9._/@-]{1,128}$/;

/** Name and id by which a bundle names the key that it is signed with. */
export function keyLabel({ name, keyId }: Pick<NoteVerifier, "name" | "keyId">): string {
  return `${name}+${keyId.toString(16).padStart(8, "0")}`;
}

/** Makes a key in a new file of mode 0600. Throws a Failure where there is a file, or where the name is none. */
export function createKeyFile(file: string, name: string): NoteVerifier {
  if (!KEY_NAME.test(name))
    throw new Failure("usage", "a key's name is letters, digits and `.` `_` `/` `@` `-`");
  const seed = randomBytes(SEED_BYTES);
  const { verifier } = createSigner(name, seed);
  const typed = Buffer.concat([Uint8Array.of(ED25519), seed]);
  const text = `PRIVATE+KEY+${keyLabel(verifier)}+${typed.toString("base64")}\n`;
  if (createPrivateFile(file, text)) return verifier;
  throw new Failure("bundle-key-file", `\`${file}\` exists: a key is never written over`);
}

/** Reads the file of a private key. Throws a Failure that never quotes it. */
export function readKeyFile(file: string): NoteSigner {
  const content = readPrivateFile(file, { secret: true });
  if (content === undefined)
    throw new Failure("bundle-key-file", `there is no key \`${file}\``, { at: { file } });
  const [first, second, name = "", id, ...rest] = content.trim().split("+");
  const typed = strictBase64(rest.join("+"));
  const isKey = first === "PRIVATE" && second === "KEY" && KEY_NAME.test(name);
  if (isKey && typed?.length === SEED_BYTES + 1 && typed[0] === ED25519) {
    const signer = createSigner(name, typed.subarray(1));
    if (keyLabel(signer.verifier) === `${name}+${id ?? ""}`) return signer;
  }
  const how = "make one with `sallyport policy bundle key`";
  throw new Failure("bundle-key-file", `\`${file}\` holds no key of bundles: ${how}`, {
    at: { file },
  });
}

/** The keys in the text of a file of pinned keys. Throws a Failure `bundle-keys` with the line that is none. */
export function parsePinnedKeys(text: string, file: string): readonly NoteVerifier[] {
  const refuse = (why: string, line?: number): never => {
    throw new Failure("bundle-keys", why, {
      at: line === undefined ? { file } : { file, line, column: 1 },
    });
  };
  if (text.length > PINNED_CHARS_MAX) refuse("there are too many pinned keys");
  const keys: NoteVerifier[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const key = parseVerifier(line);
    if (key === undefined)
      return refuse("this line is no public key: copy what `policy bundle key` printed", index + 1);
    if (keys.some((one) => keyLabel(one) === keyLabel(key)))
      refuse(`the key \`${printable(keyLabel(key))}\` is pinned twice`, index + 1);
    keys.push(key);
  }
  if (keys.length > PINNED_MAX) refuse(`at most ${PINNED_MAX} keys are pinned at once`);
  return keys;
}

/** The text of a file of pinned keys. */
export function formatPinnedKeys(keys: readonly NoteVerifier[]): string {
  const head = "# Keys whose policy bundles this machine takes.\n";
  return head + keys.map(({ text }) => `${text}\n`).join("");
}
