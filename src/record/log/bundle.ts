// Entry bundles (C2SP tlog-tiles): up to 256 entries in a row, each behind its length as a big-endian 16-bit number.
import { assert } from "#base/failure.ts";

/** Bytes of the largest entry that a bundle can hold. */
export const ENTRY_BYTES_MAX = 65_535;

/** Joins entries to a bundle. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const entry of entries) {
    assert(entry.length <= ENTRY_BYTES_MAX, "an entry is at most 65,535 bytes");
    size += 2 + entry.length;
  }
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const entry of entries) {
    at = bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}

/** What a bundle held: its entries in order, and whether bytes were left that make no whole entry. */
export type BundleContent = { readonly entries: readonly Uint8Array[]; readonly rest: number };

/** Splits a bundle; reads at most `max` entries. Total: damaged input gives the entries before the damage. */
export function decodeBundle(bytes: Uint8Array, max: number): BundleContent {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && entries.length < max) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length) break;
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return { entries, rest: bytes.length - at };
}

/** Whether the first bytes of a bundle hold its first `count` entries whole. */
export function holdsEntries(bytes: Uint8Array, count: number): boolean {
  let at = 0;
  for (let entry = 0; entry < count; entry += 1) {
    if (at + 2 > bytes.length) return false;
    at += 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  }
  return at <= bytes.length;
}
