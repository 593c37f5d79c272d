// Signed notes (C2SP signed-note) with Ed25519: what a checkpoint is wrapped in.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";
import { assert } from "#base/failure.ts";

/** Bytes of the largest note that is read. */
export const NOTE_BYTES_MAX = 64 * 1024;
const SIGNATURES_MAX = 64;
const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_ED25519 = Buffer.from("302a300506032b6570032100", "hex");
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be in a note.
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f]/;

/** Checks signatures of one key. `text` is the form in which keys are handed out: `name+keyid+base64`. */
export type NoteVerifier = {
  readonly name: string;
  readonly keyId: number;
  readonly text: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
};

/** Signs notes under one key. */
export type NoteSigner = { readonly verifier: NoteVerifier; sign(message: Uint8Array): Uint8Array };

/** A note before its signatures are judged. `text` ends in a newline. */
export type Note = {
  readonly text: string;
  readonly signatures: readonly {
    readonly name: string;
    readonly keyId: number;
    readonly signature: Uint8Array;
  }[];
};

/** The signer of a 32-byte Ed25519 seed. */
export function createSigner(name: string, seed: Uint8Array): NoteSigner {
  const key = privateKeyOf(seed);
  const verifier = createVerifier(name, rawPublicKey(createPublicKey(key)));
  return { verifier, sign: (message) => signBytes(null, message, key) };
}

/** The Ed25519 private key of a 32-byte seed. */
export function privateKeyOf(seed: Uint8Array): KeyObject {
  assert(seed.length === KEY_BYTES, "an ed25519 seed has 32 bytes");
  const der = Buffer.concat([PKCS8_ED25519, seed]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** The key object of a raw Ed25519 public key. */
export function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([SPKI_ED25519, publicKey]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
}

/** The raw public key of an Ed25519 seed. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return rawPublicKey(createPublicKey(privateKeyOf(seed)));
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return key.export({ format: "der", type: "spki" }).subarray(SPKI_ED25519.length);
}

function createVerifier(name: string, publicKey: Uint8Array): NoteVerifier {
  assert(isKeyName(name), "a key name has no spaces, no plus sign and no control characters");
  const key = publicKeyObject(publicKey);
  return {
    ...nameKey(name, ED25519, publicKey),
    verify: (message, signature) =>
      signature.length === SIGNATURE_BYTES && verifyBytes(null, message, key, signature),
  };
}

/** How a key is called in notes: its name, its key id, and the text in which it is handed out. */
export function nameKey(
  name: string,
  type: number,
  publicKey: Uint8Array,
): Pick<NoteVerifier, "name" | "keyId" | "text"> {
  const typed = Buffer.concat([Uint8Array.of(type), publicKey]);
  const keyId = createHash("sha256").update(`${name}\n`).update(typed).digest().readUInt32BE(0);
  const text = `${name}+${keyId.toString(16).padStart(8, "0")}+${typed.toString("base64")}`;
  return { name, keyId, text };
}

/** The parts of a verifier key of one type (`name+<8 hex>+<base64>`); undefined when it is none or its key id does not fit. */
export function parseKeyText(
  text: string,
  type: number,
): { readonly name: string; readonly publicKey: Uint8Array } | undefined {
  const whole = text.trim();
  const [name, keyId, ...rest] = whole.split("+");
  if (name === undefined || keyId === undefined || !isKeyName(name)) return undefined;
  const typed = strictBase64(rest.join("+"));
  if (typed === undefined || typed.length !== 1 + KEY_BYTES || typed[0] !== type) return undefined;
  const publicKey = typed.subarray(1);
  return nameKey(name, type, publicKey).text === whole ? { name, publicKey } : undefined;
}

/** Reads a verifier key (`name+<8 hex>+<base64>`); undefined when it is none or its key id does not fit. */
export function parseVerifier(text: string): NoteVerifier | undefined {
  const key = parseKeyText(text, ED25519);
  return key === undefined ? undefined : createVerifier(key.name, key.publicKey);
}

/** Whether `name` may name a key: no spaces, no plus sign, no control characters. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= 256 && !/[\s+\p{Cc}]/u.test(name);
}

/** Signs `text`, which must end in a newline, under each of the keys. */
export function signNote(text: string, ...signers: readonly NoteSigner[]): string {
  assert(
    text.endsWith("\n") && !FORBIDDEN.test(text),
    "a note is lines of text without control characters",
  );
  const message = Buffer.from(text, "utf8");
  return `${text}\n${signers.map(({ verifier, sign }) => signatureLine(verifier, sign(message))).join("")}`;
}

/** One line of a note's signatures, with its newline. */
export function signatureLine(
  key: Pick<NoteVerifier, "name" | "keyId">,
  signature: Uint8Array,
): string {
  const keyId = Buffer.alloc(4);
  keyId.writeUInt32BE(key.keyId);
  return `\u2014 ${key.name} ${Buffer.concat([keyId, signature]).toString("base64")}\n`;
}

/** Splits a note. Total: undefined for bytes that are no well-formed note. */
export function parseNote(bytes: Uint8Array): Note | undefined {
  if (bytes.length > NOTE_BYTES_MAX) return undefined;
  const whole = strictText(bytes);
  if (whole === undefined || FORBIDDEN.test(whole) || !whole.endsWith("\n")) return undefined;
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) return undefined;
  const lines = whole.slice(split + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) return undefined;
  const signatures = [];
  for (const line of lines) {
    const match = SIGNATURE_LINE.exec(line);
    const decoded = match?.[2] === undefined ? undefined : strictBase64(match[2]);
    if (match?.[1] === undefined || decoded === undefined || decoded.length < 5) return undefined;
    signatures.push({
      name: match[1],
      keyId: decoded.readUInt32BE(0),
      signature: decoded.subarray(4),
    });
  }
  return { text: whole.slice(0, split + 1), signatures };
}

/**
 * Judges a note by one trusted key. Signatures of other keys are ignored; a signature that claims the trusted key and
 * fails rejects the note, whatever else it carries.
 */
export function checkNote(
  note: Note,
  verifier: NoteVerifier,
): "signed" | "unknown-key" | "bad-signature" {
  const ours = note.signatures.filter(
    (item) => item.name === verifier.name && item.keyId === verifier.keyId,
  );
  if (ours.length === 0) return "unknown-key";
  const message = Buffer.from(note.text, "utf8");
  return ours.every((item) => verifier.verify(message, item.signature))
    ? "signed"
    : "bad-signature";
}

/** Decodes standard base64 in its one right spelling; undefined for any other. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

function strictText(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : undefined;
}
