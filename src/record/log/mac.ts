// HMAC-SHA256 under one key, made of two one-shot hashes: node's own HMAC object costs three times as much for short messages.
import { createHmac, hash } from "node:crypto";
import { assert } from "#base/failure.ts";

/** Gives the 32 bytes of HMAC-SHA256 (RFC 2104) over the message that the parts make. */
export type Mac = (...parts: readonly Uint8Array[]) => Buffer;

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Longest message that is hashed at once; for longer ones the object's price no longer shows. */
const SHORT_BYTES_MAX = 1_024;

/** The MAC of one key of at most 64 bytes. */
export function createMac(key: Uint8Array): Mac {
  assert(key.length <= BLOCK_BYTES, "a key is at most one block");
  const inner = Buffer.alloc(BLOCK_BYTES + SHORT_BYTES_MAX);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    inner[at] = (key[at] ?? 0) ^ 0x36;
    outer[at] = (key[at] ?? 0) ^ 0x5c;
  }
  return (...parts) => {
    let end = BLOCK_BYTES;
    for (const part of parts) {
      if (end + part.length > inner.length) return longMac(key, parts);
      inner.set(part, end);
      end += part.length;
    }
    // WHY "binary": a string comes out of the native side at a third of the price of a buffer.
    outer.write(hash("sha256", inner.subarray(0, end), "binary"), BLOCK_BYTES, "binary");
    return Buffer.from(hash("sha256", outer, "binary"), "binary");
  };
}

function longMac(key: Uint8Array, parts: readonly Uint8Array[]): Buffer {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
