// Distinguished encoding rules (ITU-T X.690): the few forms that a certificate needs, written only, never read.
import { assert } from "#base/failure.ts";

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const BOOLEAN = 0x01;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;

/** A sequence of encoded parts. */
export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(SEQUENCE, ...parts);
}

/** A set of encoded parts; DER wants them sorted by their bytes. */
export function set(...parts: readonly Uint8Array[]): Buffer {
  return tagged(SET, ...[...parts].sort(Buffer.compare));
}

/** A non-negative integer, big-endian; leading zeros are dropped and one is added where the sign bit would be set. */
export function integer(value: Uint8Array | number): Buffer {
  const bytes = typeof value === "number" ? bigEndian(value) : Buffer.from(value);
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  assert(trimmed.length > 0, "an integer has at least one byte");
  const negative = ((trimmed[0] ?? 0) & 0x80) !== 0;
  return tagged(INTEGER, ...(negative ? [Buffer.of(0), trimmed] : [trimmed]));
}

export function boolean(value: boolean): Buffer {
  return tagged(BOOLEAN, Buffer.of(value ? 0xff : 0));
}

/** An object identifier in dotted form (`2.5.29.17`). */
export function objectIdentifier(dotted: string): Buffer {
  const arcs = dotted.split(".").map(Number);
  const [first, second, ...rest] = arcs;
  assert(
    first !== undefined && second !== undefined && arcs.every((arc) => Number.isSafeInteger(arc)),
    `\`${dotted}\` is an object identifier`,
  );
  assert(first <= 2 && second < 40 && arcs.every((arc) => arc >= 0), "the arcs are in range");
  return tagged(OBJECT_IDENTIFIER, Buffer.of(first * 40 + second), ...rest.map(base128));
}

export function octetString(bytes: Uint8Array): Buffer {
  return tagged(OCTET_STRING, bytes);
}

/** A bit string of whole bytes, or of named bits when `unusedBits` says how many of the last byte do not count. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  assert(unusedBits >= 0 && unusedBits < 8, "at most seven bits are unused");
  return tagged(BIT_STRING, Buffer.of(unusedBits), bytes);
}

export function utf8String(text: string): Buffer {
  return tagged(UTF8_STRING, Buffer.from(text, "utf8"));
}

/** A time in whole seconds, as certificates write it: UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(timeMs: number): Buffer {
  const digits = new Date(timeMs).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  assert(/^\d{14}Z$/.test(digits), "the time has a four-digit year");
  const short = Number(digits.slice(0, 4)) < 2050;
  return tagged(short ? UTC_TIME : GENERALIZED_TIME, Buffer.from(short ? digits.slice(2) : digits));
}

/** `[number]` around encoded parts (constructed). */
export function contextConstructed(number: number, ...parts: readonly Uint8Array[]): Buffer {
  return tagged(0xa0 | contextNumber(number), ...parts);
}

/** `[number]` in place of a primitive's own tag. */
export function contextPrimitive(number: number, content: Uint8Array): Buffer {
  return tagged(0x80 | contextNumber(number), content);
}

function contextNumber(number: number): number {
  assert(Number.isInteger(number) && number >= 0 && number < 31, "a context tag fits in one byte");
  return number;
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = bigEndian(length);
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function bigEndian(value: number): Buffer {
  assert(Number.isSafeInteger(value) && value >= 0, "the number is a natural one");
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
}

function base128(arc: number): Buffer {
  const septets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    septets.unshift((rest % 128) | 0x80);
  }
  return Buffer.from(septets);
}
