// The leaf: the bytes of one event in the log. FINAL: docs/design/audit-log.md has the layout, a golden test guards it.
import { isUtf8 } from "node:buffer";
import { assert } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { ENTRY_BYTES_MAX } from "./bundle.ts";
import { canonicalJson, isPlainlyCanonical } from "./canonical.ts";
import { isPlainCanonicalObject, writeCanonicalJson } from "./canonical-bytes.ts";
import {
  NONCE_BYTES,
  type SectionOpener,
  type Subject,
  SUBJECT_ID_BYTES,
  TAG_BYTES,
} from "./subject.ts";

/** The only version of the format that exists. */
export const LEAF_VERSION = 1;

const ID_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES + 4;
const SECTION_HEAD_BYTES = SUBJECT_ID_BYTES + NONCE_BYTES + 4;
const SECTIONS_MAX = 255;
/** Sealed content is padded to a multiple of this, so that its length does not tell a name or a command. */
const PADDING_BYTES = 128;
const CONTEXT = Buffer.from("sallyport/leaf/v1\0", "latin1");

export type JsonObject = { readonly [key: string]: Json };

/** What goes into a leaf: `id` is a UUIDv7 in its usual spelling, `metadata` stays readable, sections are sealed. */
export type LeafContent = {
  readonly id: string;
  readonly metadata: JsonObject;
  readonly sections: readonly { readonly subject: Subject; readonly content: JsonObject }[];
};

/** Encodes an event. Throws when the leaf would not fit a bundle. */
export type LeafEncoder = (leaf: LeafContent) => Uint8Array;

/** Builds an encoder, which has room for one leaf of its own; `nonce` gives 12 fresh random bytes. */
export function createLeafEncoder(nonce: () => Uint8Array): LeafEncoder {
  // Twice the largest leaf: what is bound to a section, then the section's plaintext.
  const scratch = Buffer.allocUnsafe(2 * ENTRY_BYTES_MAX);
  return (leaf) => {
    assert(leaf.sections.length <= SECTIONS_MAX, "a leaf has at most 255 sections");
    const eventId = idBytes(leaf.id);
    const timeMs = idTimeMs(eventId);
    const prefixEnd = writePrefix(leaf, eventId, scratch);
    const boundEnd = prefixEnd + 1 + SUBJECT_ID_BYTES;
    const additional = scratch.subarray(0, boundEnd);
    let length = prefixEnd - CONTEXT.length;
    const sections = leaf.sections.map(({ subject, content }, index) => {
      const locator = subject.locator(timeMs);
      const fresh = nonce();
      assert(fresh.length === NONCE_BYTES, "a nonce has 12 bytes");
      scratch[prefixEnd] = index;
      scratch.set(locator, prefixEnd + 1);
      const plaintext = writePadded(content, scratch, boundEnd);
      const sealed = subject.seal({ eventId, index, additional }, fresh, plaintext);
      length += SECTION_HEAD_BYTES + sealed.length;
      return { locator, fresh, sealed };
    });
    assert(length <= ENTRY_BYTES_MAX, TOO_LONG);
    const bytes = Buffer.allocUnsafe(length);
    let at = scratch.copy(bytes, 0, CONTEXT.length, prefixEnd);
    for (const { locator, fresh, sealed } of sections) {
      bytes.set(locator, at);
      bytes.set(fresh, at + SUBJECT_ID_BYTES);
      bytes.writeUInt32BE(sealed.length, at + SUBJECT_ID_BYTES + NONCE_BYTES);
      bytes.set(sealed, at + SECTION_HEAD_BYTES);
      at += SECTION_HEAD_BYTES + sealed.length;
    }
    return bytes;
  };
}

const TOO_LONG = "a leaf is at most 65,535 bytes";

/** Writes the start of `additionalData`, in which the leaf's own prefix stands behind the context; returns its end. */
function writePrefix(leaf: LeafContent, eventId: Uint8Array, target: Buffer): number {
  target.set(CONTEXT);
  target[CONTEXT.length] = LEAF_VERSION;
  target.set(eventId, CONTEXT.length + 1);
  const start = CONTEXT.length + HEAD_BYTES;
  const end = writeCanonicalJson(leaf.metadata, target, start);
  assert(end - CONTEXT.length < ENTRY_BYTES_MAX, TOO_LONG);
  target.writeUInt32BE(end - start, start - 4);
  target[end] = leaf.sections.length;
  return end + 1;
}

/** Writes a section's plaintext: its length, its JSON, and zeros that hide how long it is. */
function writePadded(content: JsonObject, target: Buffer, at: number): Uint8Array {
  const jsonEnd = writeCanonicalJson(content, target, at + 4);
  const end = at + Math.ceil((jsonEnd - at) / PADDING_BYTES) * PADDING_BYTES;
  assert(end <= target.length, TOO_LONG);
  target.writeUInt32BE(jsonEnd - at - 4, at);
  target.fill(0, jsonEnd, end);
  return target.subarray(at, end);
}

/** Everything before the first section, then the number and the subject of this one. */
function additionalData(prefix: Uint8Array, index: number, locator: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(CONTEXT.length + prefix.length + 1 + locator.length);
  bytes.set(CONTEXT);
  bytes.set(prefix, CONTEXT.length);
  bytes[CONTEXT.length + prefix.length] = index;
  bytes.set(locator, CONTEXT.length + prefix.length + 1);
  return bytes;
}

/** One section as it stands in a leaf, still sealed. */
export type SealedSection = {
  readonly locator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
  readonly additional: Uint8Array;
};

/** A decoded leaf. `timeMs` is the time inside the id. */
export type DecodedLeaf = {
  readonly kind: "leaf";
  readonly id: string;
  readonly timeMs: number;
  readonly metadata: JsonObject;
  readonly sections: readonly SealedSection[];
};

/** Why bytes are no leaf. */
export type LeafFault = {
  readonly kind: "fault";
  readonly reason: "version" | "truncated" | "metadata" | "trailing";
};

/** Decodes only what stays readable. The same bytes are a fault here and there; this takes two thirds of the time. */
export function decodeMetadata(
  bytes: Uint8Array,
):
  | { readonly kind: "metadata"; readonly timeMs: number; readonly metadata: JsonObject }
  | LeafFault {
  const head = decodeHead(bytes);
  if (head.kind === "fault") return head;
  const { buffer, metadata, metadataEnd } = head;
  const reason = walkSections(buffer, metadataEnd);
  if (reason !== undefined) return { kind: "fault", reason };
  return { kind: "metadata", timeMs: buffer.readUIntBE(1, 6), metadata };
}

/** Decodes a leaf. Total: hostile bytes give a fault. Metadata that is not in canonical form is a fault, too. */
export function decodeLeaf(bytes: Uint8Array): DecodedLeaf | LeafFault {
  const head = decodeHead(bytes);
  if (head.kind === "fault") return head;
  const { buffer, metadata, metadataEnd } = head;
  const prefix = buffer.subarray(0, metadataEnd + 1);
  const sections: SealedSection[] = [];
  const reason = walkSections(buffer, metadataEnd, (at, length) => {
    const nonceAt = at + SUBJECT_ID_BYTES;
    const locator = buffer.subarray(at, nonceAt);
    sections.push({
      locator,
      nonce: buffer.subarray(nonceAt, nonceAt + NONCE_BYTES),
      sealed: buffer.subarray(at + SECTION_HEAD_BYTES, at + SECTION_HEAD_BYTES + length),
      additional: additionalData(prefix, sections.length, locator),
    });
  });
  if (reason !== undefined) return { kind: "fault", reason };
  const eventId = buffer.subarray(1, 1 + ID_BYTES);
  return { kind: "leaf", id: idText(eventId), timeMs: idTimeMs(eventId), metadata, sections };
}

type LeafHead = {
  readonly kind: "head";
  readonly buffer: Buffer;
  readonly metadata: JsonObject;
  readonly metadataEnd: number;
};

function decodeHead(bytes: Uint8Array): LeafHead | LeafFault {
  if (bytes[0] !== LEAF_VERSION) return { kind: "fault", reason: "version" };
  if (bytes.length < HEAD_BYTES + 1) return { kind: "fault", reason: "truncated" };
  const buffer = viewOf(bytes);
  const metadataEnd = HEAD_BYTES + buffer.readUInt32BE(1 + ID_BYTES);
  if (metadataEnd >= bytes.length) return { kind: "fault", reason: "truncated" };
  const metadata = parseCanonical(buffer.subarray(HEAD_BYTES, metadataEnd));
  if (metadata === undefined) return { kind: "fault", reason: "metadata" };
  return { kind: "head", buffer, metadata, metadataEnd };
}

/** Goes through the sections behind their count, telling where each begins and how long its sealed bytes are; says what is wrong. */
function walkSections(
  buffer: Buffer,
  countAt: number,
  each?: (at: number, length: number) => void,
): "truncated" | "trailing" | undefined {
  let at = countAt + 1;
  for (let index = 0; index < (buffer[countAt] ?? 0); index += 1) {
    const sealedAt = at + SECTION_HEAD_BYTES;
    if (sealedAt > buffer.length) return "truncated";
    const length = buffer.readUInt32BE(sealedAt - 4);
    if (length < TAG_BYTES || sealedAt + length > buffer.length) return "truncated";
    each?.(at, length);
    at = sealedAt + length;
  }
  return at === buffer.length ? undefined : "trailing";
}

/** Opens section `index`; undefined when the subject's key is not the right one or the section was altered. */
export function openSection(
  leaf: DecodedLeaf,
  index: number,
  subject: SectionOpener,
): JsonObject | undefined {
  const section = leaf.sections[index];
  if (section === undefined) return undefined;
  const eventId = section.additional.subarray(CONTEXT.length + 1, CONTEXT.length + 1 + ID_BYTES);
  const place = { eventId, index, additional: section.additional };
  const padded = subject.open(place, section.nonce, section.sealed);
  if (padded === undefined || padded.length < 4) return undefined;
  const buffer = Buffer.from(padded.buffer, padded.byteOffset, padded.length);
  // WHY not held to canonical form: who could write these bytes has the key, and could have written any others.
  return parseObject(
    buffer.toString("utf8", 4, 4 + Math.min(buffer.readUInt32BE(0), buffer.length - 4)),
  );
}

/** The key that opens section `index` of this leaf alone; undefined when it has no such section. */
export function sectionKeyOf(
  leaf: DecodedLeaf,
  index: number,
  subject: Subject,
): Uint8Array | undefined {
  if (leaf.sections[index] === undefined) return undefined;
  return subject.sectionKey({ eventId: idBytes(leaf.id), index });
}

function parseCanonical(bytes: Buffer): JsonObject | undefined {
  const text = bytes.toString("utf8");
  const value = parseObject(text);
  if (value === undefined || isPlainCanonicalObject(bytes)) return value;
  if (isUtf8(bytes) && isPlainlyCanonical(value, text)) return value;
  try {
    return Buffer.from(canonicalJson(value), "utf8").equals(bytes) ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the outcome of JSON.parse is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The event id inside a leaf that may be damaged otherwise; undefined when not even its head is there. */
export function peekId(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== LEAF_VERSION || bytes.length < HEAD_BYTES) return undefined;
  return idText(bytes.subarray(1, 1 + ID_BYTES));
}

/** Characters of a UUID in its usual spelling. */
const ID_CHARS = 36;

// WHY digit by digit: this runs for every event, and a pattern with five slices takes some ten times as long.
function idBytes(id: string): Buffer {
  const bytes = Buffer.allocUnsafe(ID_BYTES);
  let digits = 0;
  for (let at = 0; at < ID_CHARS; at += 1) {
    const unit = id.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      assert(unit === 0x2d, NO_ID);
      continue;
    }
    const digit = unit <= 0x39 ? unit - 0x30 : unit >= 0x61 ? unit - 0x57 : -1;
    assert(digit >= 0 && digit < 16, NO_ID);
    const place = digits >> 1;
    bytes[place] = digits % 2 === 0 ? digit << 4 : (bytes[place] ?? 0) | digit;
    digits += 1;
  }
  assert(id.length === ID_CHARS, NO_ID);
  return bytes;
}

const NO_ID = "an event id is a lower-case uuid";

function idText(id: Uint8Array): string {
  const hex = viewOf(id).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function idTimeMs(id: Uint8Array): number {
  return viewOf(id).readUIntBE(0, 6);
}

/** The time inside an event id, in Unix milliseconds. */
export function eventTimeMs(id: string): number {
  return idTimeMs(idBytes(id));
}

/** The same bytes with a buffer's methods. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A UUIDv7 (RFC 9562) of a moment; `random` is 10 random bytes. */
export function makeEventId(timeMs: number, random: Uint8Array): string {
  assert(random.length === 10, "an event id takes 10 random bytes");
  const id = Buffer.alloc(ID_BYTES);
  id.writeUIntBE(Math.max(0, Math.floor(timeMs)), 0, 6);
  id.set(random, 6);
  id[6] = 0x70 | ((random[0] ?? 0) & 0x0f);
  id[8] = 0x80 | ((random[2] ?? 0) & 0x3f);
  return idText(id);
}
