// Making many inclusion proofs of one log: tiles are read once, and what lies above the leaves is hashed once.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { openFlags } from "#platform/open-flags.ts";
import { TILE_WIDTH, type Tile, tilePath, widthAt } from "../log/layout.ts";
import { proveInclusion, type SubtreeCache } from "../log/proofs/proof.ts";
import { HASH_BYTES } from "../log/tree.ts";
import { hasCode } from "./files/private-files.ts";

/** Tiles in memory, 8 KiB each; one of level 1 stands for 65,536 entries. */
const TILES_MAX = 1_024;
/** Hashes of subtrees in memory. */
const SUBTREES_MAX = 200_000;

export type Prover = {
  /** Hashes from the leaf's sibling to the root's child, for an entry of the tree of the size that the prover is for. */
  prove(index: number): Promise<readonly Uint8Array[]>;
};

/** The prover of the tree of `size` entries in a log that has `logSize` of them now. */
export function createProver(directory: string, size: number, logSize: number): Prover {
  const tiles = new Map<string, Uint8Array>();
  const subtrees = new Map<string, Uint8Array>();
  const cache: SubtreeCache = {
    get: (key) => subtrees.get(key),
    set(key, hash) {
      if (subtrees.size >= SUBTREES_MAX) subtrees.clear();
      subtrees.set(key, hash);
    },
  };
  const readTile = async (tile: Tile): Promise<Uint8Array> => {
    const width = Math.max(tile.width, widthAt(tile.level, tile.index, logSize));
    const path = tilePath({ ...tile, width });
    const known = tiles.get(path);
    if (known !== undefined) return known.subarray(0, tile.width * HASH_BYTES);
    const bytes =
      readHashes(join(directory, path)) ??
      readHashes(join(directory, tilePath({ ...tile, width: TILE_WIDTH })));
    if (bytes === undefined || bytes.length < tile.width * HASH_BYTES)
      throw new Failure(
        "log-damaged",
        `the log's file \`${path}\` is missing or short: run \`sallyport log verify\``,
      );
    if (tiles.size >= TILES_MAX) tiles.clear();
    tiles.set(path, bytes);
    return bytes.subarray(0, tile.width * HASH_BYTES);
  };
  return { prove: (index) => proveInclusion(index, size, readTile, cache) };
}

/** WHY without waiting: one small file that the system mostly has in memory; four turns of the event loop cost more. */
function readHashes(path: string): Uint8Array | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, openFlags.read);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    const bytes = Buffer.allocUnsafe(TILE_WIDTH * HASH_BYTES);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
