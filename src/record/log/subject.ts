// A subject: whose data a sealed section holds, and all that is derived from that subject's one key.
import { createCipheriv, createDecipheriv } from "node:crypto";
import { assert } from "#base/failure.ts";
import { createMac } from "./mac.ts";

/** Bytes of a subject key. */
export const SUBJECT_KEY_BYTES = 32;
/** Bytes of a subject id, of a locator and of a pseudonym. */
export const SUBJECT_ID_BYTES = 16;
/** Bytes of the key of one section. */
export const SECTION_KEY_BYTES = 32;
/** Bytes of the nonce of a section. */
export const NONCE_BYTES = 12;
/** Bytes of the tag that ends a ciphertext. */
export const TAG_BYTES = 16;

const DAY_MS = 86_400_000;
const SEAL_PURPOSE = Buffer.from("sallyport/seal/v1\0", "latin1");

/**
 * One subject. Everything follows from the key: destroy it and sections cannot be opened, pseudonyms cannot be made
 * again, and leaves of different days cannot be told to be of one subject.
 */
export type Subject = {
  /** Hex id of the key; it commits to the key and stays in the key store, never in the log. */
  readonly id: string;
  /** What marks a section as this subject's on the UTC day of `timeMs`. */
  locator(timeMs: number): Uint8Array;
  /** A stable stand-in for `text`, 128 bits as base64url; `domain` keeps different uses apart. */
  pseudonym(domain: string, text: string): string;
  /** AES-256-GCM under a key of this one section: ciphertext followed by the tag. */
  seal(place: SectionPlace, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The key of one section, to be handed to somebody who may read that section and nothing else. */
  sectionKey(place: Pick<SectionPlace, "eventId" | "index">): Uint8Array;
  /** The subject that this key and another of 32 bytes make together: without either of the two nobody can make it again. */
  within(key: Uint8Array): Subject;
} & SectionOpener;

/** What opens sections. */
export type SectionOpener = {
  /** The plaintext, or undefined when the section was altered or belongs to another key. */
  open(place: SectionPlace, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
};

/** Opens the one section that a revealed key is for. */
export function createRevealed(key: Uint8Array): SectionOpener {
  return { open: (place, nonce, sealed) => openUnder(key, place, nonce, sealed) };
}

/** Where a section stands: the event, its number in the leaf, and the data that is bound to it. */
export type SectionPlace = {
  readonly eventId: Uint8Array;
  readonly index: number;
  readonly additional: Uint8Array;
};

/** The subject that a key makes. */
export function createSubject(key: Uint8Array): Subject {
  assert(key.length === SUBJECT_KEY_BYTES, "a subject key has 32 bytes");
  const derive = createDeriver(key);
  const mac = createMac(key);
  // WHY: a key per section, not one key and random nonces: no number of events wears the key out.
  const sectionKey: Subject["sectionKey"] = (place) =>
    mac(SEAL_PURPOSE, place.eventId, Uint8Array.of(place.index));
  const locators = new Map<number, Uint8Array>();
  return {
    id: derive("sallyport/subject/v1").subarray(0, SUBJECT_ID_BYTES).toString("hex"),
    locator(timeMs) {
      const day = Math.floor(timeMs / DAY_MS);
      const known = locators.get(day);
      if (known !== undefined) return known;
      const number = Buffer.alloc(4);
      number.writeUInt32BE(day);
      const made = derive("sallyport/locator/v1", number).subarray(0, SUBJECT_ID_BYTES);
      if (locators.size >= 64) locators.clear();
      locators.set(day, made);
      return made;
    },
    pseudonym(domain, text) {
      const made = derive(`sallyport/pseudonym/v1/${domain}`, Buffer.from(text, "utf8"));
      return made.subarray(0, SUBJECT_ID_BYTES).toString("base64url");
    },
    seal(place, nonce, plaintext) {
      const cipher = createCipheriv("aes-256-gcm", sectionKey(place), nonce);
      cipher.setAAD(place.additional);
      const sealed = Buffer.allocUnsafe(plaintext.length + TAG_BYTES);
      sealed.set(cipher.update(plaintext));
      // In this mode nothing is left over at the end.
      cipher.final();
      sealed.set(cipher.getAuthTag(), plaintext.length);
      return sealed;
    },
    sectionKey,
    within(key) {
      assert(key.length === SUBJECT_KEY_BYTES, "a subject key has 32 bytes");
      return createSubject(derive("sallyport/within/v1", key));
    },
    open: (place, nonce, sealed) => openUnder(sectionKey(place), place, nonce, sealed),
  };
}

function openUnder(
  key: Uint8Array,
  place: SectionPlace,
  nonce: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(place.additional);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    // In this mode nothing is left over at the end.
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
}

/** HMAC-SHA256 under one key over a purpose, a zero byte and the parts. Each purpose has parts of one fixed shape. */
export type Deriver = (purpose: string, ...parts: readonly Uint8Array[]) => Buffer;

/** The deriver of a key of at most 64 bytes. */
export function createDeriver(key: Uint8Array): Deriver {
  const mac = createMac(key);
  return (purpose, ...parts) => mac(Buffer.from(`${purpose}\0`, "utf8"), ...parts);
}
