// Bytes between programs: what is no text of the shell's, but known to the last byte, so that another program can decode it.
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import type { DataSource, UnknownReason } from "../../vocabulary/effect.ts";
import {
  type Hole,
  hole,
  literal,
  type Piece,
  sourcesOf,
  type Text,
  type TextSet,
} from "./text.ts";
import { union } from "./text-sets.ts";

/** The bytes of a text, one character (up to 0xff) for each; undefined where some of it is not known. */
export function binaryOf(text: Text): string | undefined {
  let binary = "";
  for (const piece of text) {
    const bytes =
      piece.kind === "text"
        ? binaryOfString(piece.text)
        : piece.kind === "hole"
          ? piece.bytes
          : undefined;
    if (bytes === undefined) return undefined;
    binary += bytes;
  }
  return binary;
}

/** The UTF-8 bytes of a string, one character for each; undefined for half of a surrogate pair. */
export function binaryOfString(text: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  if (/\p{Surrogate}/u.test(text)) return undefined;
  return binaryOfBytes(new TextEncoder().encode(text));
}

/** Bytes, one character for each. */
export function binaryOfBytes(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return binary;
}

/** The bytes for which the characters stand. */
export function bytesOfBinary(binary: string): Uint8Array {
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** The string that bytes are in UTF-8; undefined when they are none, or hold NUL, which shells and files treat differently. */
export function stringOfBinary(binary: string): string | undefined {
  if (binary.includes("\0")) return undefined;
  if (/^[\0-\x7f]*$/.test(binary)) return binary;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOfBinary(binary));
  } catch {
    return undefined;
  }
}

/** Bytes as text. What is no text is a hole like any other, which only remembers its bytes. */
export function textOfBinary(
  binary: string,
  reason: UnknownReason,
  sources: readonly DataSource[] = [],
): Text {
  const text = stringOfBinary(binary);
  if (text !== undefined) return literal(text);
  return [hole(reason, { sources, ...(binary.length > TEXT_CHARS_MAX ? {} : { bytes: binary }) })];
}

/** Applies a function on bytes where a text is known to the last byte, and makes a hole of the rest. */
export function mapBinary(
  set: TextSet,
  change: (binary: string) => string | undefined,
  reason: UnknownReason,
): TextSet {
  return union(
    set.map((text) => {
      const binary = binaryOf(text);
      const changed = binary === undefined ? undefined : change(binary);
      const sources = sourcesOf([text]);
      return changed === undefined
        ? [hole(reason, { sources })]
        : textOfBinary(changed, reason, sources);
    }),
  );
}

/** The texts without the bytes that holes remember: what a shell takes into a variable loses some of them. */
export function withoutBytes(set: TextSet): TextSet {
  if (!set.some((text) => text.some(holdsBytes))) return set;
  return set.map((text) =>
    text.map((piece) => {
      if (!holdsBytes(piece)) return piece;
      const { bytes: _, packed: _packed, ...rest } = piece;
      return rest;
    }),
  );
}

function holdsBytes(piece: Piece): piece is Hole {
  return piece.kind === "hole" && (piece.bytes !== undefined || piece.packed !== undefined);
}

/** What a program that packs makes of these texts: bytes that are not worked out, of which it is known what comes out again. */
export function packedBy(by: string, set: TextSet): TextSet {
  return union(
    set.map((text) => {
      const bytes = binaryOf(text);
      const sources = sourcesOf([text]);
      return bytes === undefined || bytes.length > TEXT_CHARS_MAX
        ? [hole("unmodelled", { sources })]
        : [hole("unmodelled", { sources, packed: { by, bytes } })];
    }),
  );
}

/** The bytes that a program unpacks from a text that it packed itself; undefined where that is not known. */
export function packedIn(text: Text, by: string): string | undefined {
  const [only, ...others] = text;
  if (only?.kind !== "hole" || others.length > 0) return undefined;
  return only.packed?.by === by ? only.packed.bytes : undefined;
}
