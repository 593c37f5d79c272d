// Inclusion and consistency proofs (RFC 6962, RFC 9162): made from tiles, checked from hashes alone.
import { assert } from "#base/failure.ts";
import { TILE_WIDTH, type Tile, widthAt } from "../layout.ts";
import { HASH_BYTES, hashNode, rootOf, rootOfRow, sameBytes } from "../tree.ts";

/** Gives the hashes of a tile, one after the other; throws when they are not there. */
export type TileSource = (tile: Tile) => Promise<Uint8Array>;

/** Keeps hashes of subtrees above single leaves between proofs of one tree. */
export type SubtreeCache = {
  get(key: string): Uint8Array | undefined;
  set(key: string, hash: Uint8Array): void;
};

/** Hashes from the leaf's sibling up to the root's child, for entry `index` of a tree of `size` entries. */
export async function proveInclusion(
  index: number,
  size: number,
  tiles: TileSource,
  cache?: SubtreeCache,
): Promise<Uint8Array[]> {
  assert(index >= 0 && index < size, "an entry must lie inside the tree");
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    const goesLeft = index < middle;
    const [from, until] = goesLeft ? [middle, end] : [start, middle];
    proof.unshift(await cachedHash(from, until, { size, tiles, cache }));
    if (goesLeft) end = middle;
    else start = middle;
  }
  return proof;
}

/** Hashes that show that the tree of `older` entries is the beginning of the tree of `size` entries. */
export async function proveConsistency(
  older: number,
  size: number,
  tiles: TileSource,
): Promise<Uint8Array[]> {
  assert(older >= 0 && older <= size, "a tree grows");
  if (older === 0 || older === size) return [];
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  let wholeTree = true;
  while (older - start !== end - start) {
    const middle = start + splitPoint(end - start);
    if (older <= middle) {
      proof.unshift(await rangeHash(middle, end, size, tiles));
      end = middle;
    } else {
      proof.unshift(await rangeHash(start, middle, size, tiles));
      start = middle;
      wholeTree = false;
    }
  }
  return wholeTree ? proof : [await rangeHash(start, end, size, tiles), ...proof];
}

/** Largest power of two below `count`. */
function splitPoint(count: number): number {
  let point = 1;
  while (point * 2 < count) point *= 2;
  return point;
}

function isPowerOfTwo(count: number): boolean {
  return count === 1 || splitPoint(count) * 2 === count;
}

/** As `rangeHash`; what stands above whole tiles is asked for again and again, a range inside one tile hardly ever. */
async function cachedHash(
  start: number,
  end: number,
  tree: {
    readonly size: number;
    readonly tiles: TileSource;
    readonly cache: SubtreeCache | undefined;
  },
): Promise<Uint8Array> {
  const { size, tiles, cache } = tree;
  if (cache === undefined || end - start < TILE_WIDTH) return rangeHash(start, end, size, tiles);
  const key = `${start}-${end}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const hash = await rangeHash(start, end, size, tiles);
  cache.set(key, hash);
  return hash;
}

/** Hash of the entries from `start` to `end`, a range that a recursive split of the tree produces. */
async function rangeHash(
  start: number,
  end: number,
  size: number,
  tiles: TileSource,
): Promise<Uint8Array> {
  const count = end - start;
  if (!isPowerOfTwo(count)) {
    const middle = start + splitPoint(count);
    return hashNode(
      await rangeHash(start, middle, size, tiles),
      await rangeHash(middle, end, size, tiles),
    );
  }
  let level = 0;
  while (TILE_WIDTH ** (level + 1) <= count) level += 1;
  const unit = TILE_WIDTH ** level;
  const first = start / unit;
  const index = Math.floor(first / TILE_WIDTH);
  const bytes = await tiles({ level, index, width: widthAt(level, index, size) });
  const place = first - index * TILE_WIDTH;
  return rootOfRow(bytes.subarray(place * HASH_BYTES, (place + count / unit) * HASH_BYTES));
}

/** Whether `proof` shows that a leaf hash is entry `index` of the tree of `size` entries with this root. Total. */
export function checkInclusion(claim: {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}): boolean {
  const { index, size, leafHash, proof, root } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leafHash;
  for (const item of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = hashNode(item, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = hashNode(hash, item);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && sameBytes(hash, root);
}

/** Whether `proof` shows that the tree (`older`, `olderRoot`) is the beginning of the tree (`size`, `root`). Total. */
export function checkConsistency(claim: {
  readonly older: number;
  readonly size: number;
  readonly olderRoot: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { older, size, olderRoot, root, proof } = claim;
  if (!isCount(older) || !isCount(size) || older > size) return false;
  if (older === size) return proof.length === 0 && sameBytes(olderRoot, root);
  if (older === 0) return proof.length === 0 && sameBytes(olderRoot, rootOf([]));
  const path = isPowerOfTwo(older) ? [olderRoot, ...proof] : proof;
  let [node, last] = [older - 1, size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [oldHash, newHash] = [path[0], path[0]];
  for (const item of path.slice(1)) {
    if (last === 0 || oldHash === undefined || newHash === undefined) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = hashNode(item, oldHash);
      newHash = hashNode(item, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      newHash = hashNode(newHash, item);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || oldHash === undefined || newHash === undefined) return false;
  return sameBytes(oldHash, olderRoot) && sameBytes(newHash, root);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
