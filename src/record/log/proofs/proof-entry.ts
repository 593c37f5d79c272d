// The entry that a proof file can carry, and with it the keys of single sections that somebody chose to reveal.
import { assert } from "#base/failure.ts";
import { ENTRY_BYTES_MAX } from "../bundle.ts";
import { type DecodedLeaf, type JsonObject, openSection } from "../leaf.ts";
import { createRevealed, SECTION_KEY_BYTES } from "../subject.ts";

const VERSION = 1;
const HEAD_BYTES = 5;

/** An entry as it lies in the log. A revealed key opens one section of this entry and nothing else. */
export type CarriedEntry = {
  readonly entry: Uint8Array;
  readonly revealed: readonly { readonly section: number; readonly key: Uint8Array }[];
};

/** version=0x01 | u32 length | entry | (u8 section, 32 bytes key)*; what stands behind `extra` in a proof file. */
export function encodeCarried({ entry, revealed }: CarriedEntry): Uint8Array {
  assert(entry.length <= ENTRY_BYTES_MAX, "an entry is at most 65,535 bytes");
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = VERSION;
  head.writeUInt32BE(entry.length, 1);
  return Buffer.concat([
    head,
    entry,
    ...revealed.flatMap(({ section, key }) => [Uint8Array.of(section), key]),
  ]);
}

/** Total: undefined for bytes that are no carried entry, with keys in ascending order of their sections. */
export function decodeCarried(bytes: Buffer): CarriedEntry | undefined {
  if (bytes[0] !== VERSION || bytes.length < HEAD_BYTES) return undefined;
  const end = HEAD_BYTES + bytes.readUInt32BE(1);
  if (end > bytes.length || end > HEAD_BYTES + ENTRY_BYTES_MAX) return undefined;
  const revealed: { section: number; key: Uint8Array }[] = [];
  const step = 1 + SECTION_KEY_BYTES;
  if ((bytes.length - end) % step !== 0) return undefined;
  for (let at = end; at < bytes.length; at += step) {
    const section = bytes[at] ?? 0;
    if (section <= (revealed.at(-1)?.section ?? -1)) return undefined;
    revealed.push({ section, key: bytes.subarray(at + 1, at + step) });
  }
  return { entry: bytes.subarray(HEAD_BYTES, end), revealed };
}

/**
 * What the revealed keys open, joined; `undefined` when one of them does not open its section. AES-GCM does not bind a key to
 * its ciphertext: that a section opens shows what the log's owner says it holds, the leaf shows when it was written.
 */
export function openRevealed(
  leaf: DecodedLeaf,
  revealed: CarriedEntry["revealed"],
): JsonObject | undefined {
  let opened: JsonObject = {};
  for (const { section, key } of revealed) {
    const content = openSection(leaf, section, createRevealed(key));
    if (content === undefined) return undefined;
    opened = { ...opened, ...content };
  }
  return opened;
}
