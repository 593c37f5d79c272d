// Checking what else lies in a log directory: partial tiles of earlier sizes, and files that do not belong there.
import { decodeBundle, encodeBundle } from "../bundle.ts";
import {
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tilePath,
  UNFINISHED_PREFIX,
  widthAt,
} from "../layout.ts";
import { HASH_BYTES } from "../tree.ts";
import type { LogFault, LogFiles } from "../report.ts";

/**
 * Compares each partial file of an earlier size with the file that took its place, and names files that are none of a
 * log. Files that only a later checkpoint covers are passed over.
 */
export async function* checkPartials(
  files: LogFiles,
  size: number,
  prunedBefore: number,
): AsyncGenerator<LogFault> {
  // The newer file is the same for up to 255 partial ones: it is read once while the list stays with one tile.
  let newer: { readonly path: string; readonly bytes: Uint8Array | undefined } | undefined;
  for await (const path of files.list()) {
    const tile = parseTilePath(path);
    if (tile === undefined) {
      const isUnfinished = (path.split("/").at(-1) ?? "").startsWith(UNFINISHED_PREFIX);
      if (!isUnfinished) yield { kind: "stray-file", path };
      continue;
    }
    const width = widthAt(tile.level, tile.index, size);
    if (tile.width >= width) continue;
    const newerPath = tilePath({ ...tile, width });
    if (newer?.path !== newerPath) {
      const exact = await files.read(newerPath);
      const bytes = exact ?? (await files.read(tilePath({ ...tile, width: TILE_WIDTH })));
      newer = { path: newerPath, bytes };
    }
    const bytes = await files.read(path);
    // Entries that were removed on record take no partial files with them: a leftover is as good as a stray.
    if (
      newer.bytes === undefined &&
      tile.level === "entries" &&
      tile.index * TILE_WIDTH < prunedBefore
    ) {
      yield { kind: "stray-file", path };
      continue;
    }
    // A writer removes partial files as soon as the full one is published.
    if (bytes === undefined || newer.bytes === undefined) continue;
    if (!isPrefix(tile, bytes, newer.bytes)) {
      yield { kind: "partial-altered", path, index: firstDifference(tile, bytes, newer.bytes) };
    }
  }
}

function isPrefix(tile: Tile, partial: Uint8Array, newer: Uint8Array): boolean {
  return Buffer.compare(partial, prefixOf(tile, newer)) === 0;
}

function prefixOf(tile: Tile, newer: Uint8Array): Uint8Array {
  if (tile.level !== "entries") return newer.subarray(0, tile.width * HASH_BYTES);
  return encodeBundle(decodeBundle(newer, tile.width).entries);
}

/** Index of the first entry that the differing place stands for. */
function firstDifference(tile: Tile, partial: Uint8Array, newer: Uint8Array): number {
  const expected = itemsOf(tile, newer);
  const items = itemsOf(tile, partial);
  const place = items.findIndex((item, at) => {
    const other = expected[at];
    return other === undefined || Buffer.compare(item, other) !== 0;
  });
  const span = tile.level === "entries" ? 1 : TILE_WIDTH ** tile.level;
  // What is there is right: the first that is cut off.
  return (tile.index * TILE_WIDTH + (place < 0 ? items.length : place)) * span;
}

function itemsOf(tile: Tile, bytes: Uint8Array): readonly Uint8Array[] {
  if (tile.level === "entries") return decodeBundle(bytes, tile.width).entries;
  return Array.from({ length: tile.width }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}
