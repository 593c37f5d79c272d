// Building tiles and entry bundles while a log grows: what is full, what is partial, and the root of it all.
import { assert } from "#base/failure.ts";
import { encodeBundle } from "../log/bundle.ts";
import { TILE_WIDTH, type Tile } from "../log/layout.ts";
import { rootOfEdge, rootOfRow } from "../log/tree.ts";
import type { HashedEntry } from "./files/journal.ts";

/** A tile and the bytes of its file. */
export type TileFile = { readonly tile: Tile; readonly bytes: Uint8Array };

export type TileBuilder = {
  add(entry: HashedEntry): void;
  size(): number;
  root(): Uint8Array;
  /** Hands over the full tiles and bundles made since the last call. */
  takeFull(): TileFile[];
  /** The partial tiles and the partial bundle of the present size. */
  partials(): TileFile[];
  /** Bytes of full tiles that were not handed over yet. */
  waitingBytes(): number;
};

/** The right edge of a tree of `size` entries: the hashes in each level's partial tile, and the partial bundle's entries. */
export type RightEdge = {
  readonly size: number;
  readonly levels: readonly (readonly Uint8Array[])[];
  readonly entries: readonly Uint8Array[];
};

/** A builder that goes on after `edge`. */
export function createTileBuilder(edge: RightEdge): TileBuilder {
  const levels = edge.levels.map((level) => [...level]);
  let entries = [...edge.entries];
  let size = edge.size;
  let full: TileFile[] = [];
  let waitingBytes = 0;

  const keepFull = (tile: Tile, bytes: Uint8Array): void => {
    full.push({ tile, bytes });
    waitingBytes += bytes.length;
  };
  const push = (level: number, hash: Uint8Array): void => {
    const hashes = levels[level] ?? [];
    levels[level] = hashes;
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    const index = size / TILE_WIDTH ** (level + 1) - 1;
    assert(Number.isInteger(index), "a tile is full at a multiple of its span");
    const bytes = Buffer.concat(hashes);
    keepFull({ level, index, width: TILE_WIDTH }, bytes);
    levels[level] = [];
    push(level + 1, rootOfRow(bytes));
  };

  return {
    add(entry) {
      size += 1;
      entries.push(entry.bytes);
      if (entries.length === TILE_WIDTH) {
        keepFull(
          { level: "entries", index: size / TILE_WIDTH - 1, width: TILE_WIDTH },
          encodeBundle(entries),
        );
        entries = [];
      }
      push(0, entry.hash);
    },
    size: () => size,
    root: () => rootOfEdge(levels),
    takeFull() {
      const taken = full;
      full = [];
      waitingBytes = 0;
      return taken;
    },
    partials() {
      const partials: TileFile[] = [];
      for (const [level, hashes] of levels.entries()) {
        const index = Math.floor(size / TILE_WIDTH ** (level + 1));
        if (hashes.length > 0)
          partials.push({
            tile: { level, index, width: hashes.length },
            bytes: Buffer.concat(hashes),
          });
      }
      if (entries.length > 0) {
        const tile = {
          level: "entries",
          index: Math.floor(size / TILE_WIDTH),
          width: entries.length,
        } as const;
        partials.push({ tile, bytes: encodeBundle(entries) });
      }
      return partials;
    },
    waitingBytes: () => waitingBytes,
  };
}
