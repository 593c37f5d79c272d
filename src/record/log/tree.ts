// The Merkle tree of RFC 6962: leaf and node hashes, roots, and a frontier that takes leaves one by one.
import { hash } from "node:crypto";
import { assert } from "#base/failure.ts";
import { ENTRY_BYTES_MAX } from "./bundle.ts";

/** Bytes of one hash (SHA-256). */
export const HASH_BYTES = 32;

/** Where what is hashed is put together: a new piece of memory for each hash costs as much as a short one. */
const leafInput = Buffer.alloc(1 + ENTRY_BYTES_MAX);
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES);
nodeInput[0] = 1;

/** Hash of an entry: SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array): Uint8Array {
  if (entry.length > ENTRY_BYTES_MAX) return sha256(Buffer.concat([Uint8Array.of(0), entry]));
  leafInput.set(entry, 1);
  return sha256(leafInput.subarray(0, 1 + entry.length));
}

/** Hash of two subtrees: SHA-256(0x01 || left || right). */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    return sha256(Buffer.concat([Uint8Array.of(1), left, right]));
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Root of the tree without entries: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

// WHY through a string: one call into the native side, and a buffer that it makes costs more than all of a short hash.
function sha256(input: Uint8Array): Uint8Array {
  return Buffer.from(hash("sha256", input, "binary"), "binary");
}

/** Hashes that `rootOfRow` takes at most: those of a full tile. */
const ROW_WIDTH_MAX = 256;
/** For each height of a row's tree the inputs of its nodes, one after the other, as bytes and as views into them. */
const rows = Array.from({ length: Math.log2(ROW_WIDTH_MAX) }, (_, height) => {
  const bytes = Buffer.alloc((ROW_WIDTH_MAX / 2 ** (height + 1)) * nodeInput.length);
  const inputs: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += nodeInput.length) {
    bytes[start] = 1;
    inputs.push(bytes.subarray(start, start + nodeInput.length));
  }
  return { bytes, inputs };
});

/**
 * Root over hashes that lie one after the other, a power of two of them and at most 256. Gives what `rootOf` gives, in
 * two thirds of its time: each hash is written to where the next one is taken, and no memory is made meanwhile.
 */
export function rootOfRow(hashes: Uint8Array): Uint8Array {
  let width = hashes.length / HASH_BYTES;
  assert(
    width <= ROW_WIDTH_MAX && Number.isInteger(Math.log2(width)),
    "a row has 1, 2, 4 ... 256 hashes",
  );
  if (width === 1) return hashes;
  const [first] = rows;
  for (let place = 0; place < width; place += 2) {
    const start = place * HASH_BYTES;
    first?.bytes.set(hashes.subarray(start, start + 2 * HASH_BYTES), placeInRow(place));
  }
  let root = "";
  for (const [height, { inputs }] of rows.entries()) {
    width /= 2;
    if (width < 1) break;
    const above = rows[height + 1]?.bytes;
    for (let place = 0; place < width; place += 1) {
      const input = inputs[place];
      assert(input !== undefined, "a row has an input for each of its nodes");
      root = hash("sha256", input, "binary");
      above?.write(root, placeInRow(place), "binary");
    }
  }
  return Buffer.from(root, "binary");
}

/** Where the hash at `place` of a height stands among the inputs of the height above. */
function placeInRow(place: number): number {
  return (place >> 1) * nodeInput.length + 1 + (place & 1) * HASH_BYTES;
}

/** Root over a list of leaf hashes, or of subtree hashes of one height. */
export function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const frontier = createFrontier();
  for (const item of hashes) frontier.add(item);
  return frontier.root();
}

/** A growing tree that keeps only the roots of its complete subtrees: at most 53 hashes at any size. */
export type Frontier = {
  /** Adds the next leaf hash, or the next subtree of the common height. */
  add(hash: Uint8Array): void;
  size(): number;
  root(): Uint8Array;
};

export function createFrontier(): Frontier {
  // Roots of complete subtrees from the largest to the smallest: one for each bit that is set in `size`.
  const peaks: Uint8Array[] = [];
  let size = 0;
  return {
    add(item) {
      assert(item.length === HASH_BYTES, "a hash has 32 bytes");
      let node = item;
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
        const left = peaks.pop();
        assert(left !== undefined, "each bit of the size has its peak");
        node = hashNode(left, node);
      }
      peaks.push(node);
      size += 1;
    },
    size: () => size,
    root: () => peaks.reduceRight<Uint8Array | undefined>(joinPeaks, undefined) ?? emptyRoot(),
  };
}

function joinPeaks(right: Uint8Array | undefined, left: Uint8Array): Uint8Array {
  return right === undefined ? left : hashNode(left, right);
}

/**
 * Root of a tree given by its right edge in tiles: `levels[n]` holds the hashes of height 8n that stand in the partial
 * tile of that level.
 */
export function rootOfEdge(levels: readonly (readonly Uint8Array[])[]): Uint8Array {
  return (
    levels
      .toReversed()
      .flatMap(peaksOf)
      .reduceRight<Uint8Array | undefined>(joinPeaks, undefined) ?? emptyRoot()
  );
}

/** Roots of the complete subtrees over a list, the largest first. */
function peaksOf(hashes: readonly Uint8Array[]): Uint8Array[] {
  const peaks: Uint8Array[] = [];
  let start = 0;
  for (let width = 2 ** Math.floor(Math.log2(Math.max(1, hashes.length))); width >= 1; width /= 2) {
    if (start + width > hashes.length) continue;
    peaks.push(rootOf(hashes.slice(start, start + width)));
    start += width;
  }
  return peaks;
}

/** Whether two hashes are equal. Hashes are public, so the time it takes may tell. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
