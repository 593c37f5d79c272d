// Reading a log from its directory, without its writer: checkpoint, entries by index, tiles for proofs.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { decodeBundle, ENTRY_BYTES_MAX, holdsEntries } from "../log/bundle.ts";
import { PRUNED_PATH, TILE_WIDTH, type Tile, tilePath, widthAt } from "../log/layout.ts";
import { NOTE_BYTES_MAX } from "../log/note.ts";
import { isBundlePath, PACKED_END, unpack, unpackedPath } from "../log/packed.ts";
import { peekPruned } from "../log/pruned.ts";
import type { LogFiles, ReadPart } from "../log/report.ts";
import { HASH_BYTES } from "../log/tree.ts";
import { hasCode, readBounded, readBoundedNow } from "./files/private-files.ts";

/** Bytes of the largest file that a log can hold: a bundle of 256 entries of full size. */
export const BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + ENTRY_BYTES_MAX);

/** How files are read: `alone` by a process that has nobody to answer meanwhile, which is faster. */
export type ReadingHow = "alone" | "shared";

type ReadOne = (
  file: string,
  bytesMax: number,
  part: ReadPart | undefined,
) => Promise<Buffer | undefined> | Buffer | undefined;

/** The files of the log in `directory`. */
export function openLogFiles(directory: string, how: ReadingHow = "shared"): LogFiles {
  const readOne: ReadOne = how === "alone" ? readBoundedNow : readBounded;
  return {
    isOneByOne: how === "alone",
    read: (path, part) =>
      path.startsWith("tile/")
        ? readTile(directory, path, (file, some) => readOne(file, BUNDLE_BYTES_MAX, some), part)
        : readNote(join(directory, path)),
    list: () => listFiles(directory, "tile"),
  };
}

/** A bundle may lie there packed; one that does not unpack is read as an empty one, which is short: that is for the reader to report. */
async function readTile(
  directory: string,
  path: string,
  readOne: (file: string, part?: ReadPart) => ReturnType<ReadOne>,
  part: ReadPart | undefined,
): Promise<Buffer | undefined> {
  const plain = await readOne(join(directory, path), part);
  if (plain !== undefined || !isBundlePath(path)) return plain;
  // WHY all of it: no part of a packed one says anything.
  const packed = await readOne(join(directory, `${path}${PACKED_END}`));
  return packed && (unpack(packed, BUNDLE_BYTES_MAX) ?? Buffer.alloc(0));
}

/** A note that is larger than any note is read as an empty one, which is malformed: that is for the reader to report. */
export async function readNote(path: string): Promise<Buffer | undefined> {
  return readBounded(path, NOTE_BYTES_MAX).catch((error: unknown) => {
    if (error instanceof Failure && error.code === "file-too-large") return Buffer.alloc(0);
    throw error;
  });
}

async function* listFiles(root: string, folder: string): AsyncGenerator<string> {
  let items: { name: string; isDirectory(): boolean }[];
  try {
    items = await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    // A partial tile's directory goes away while the log grows.
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  for (const item of items.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (item.isDirectory()) yield* listFiles(root, `${folder}/${item.name}`);
    else yield unpackedPath(`${folder}/${item.name}`);
  }
}

/** One entry of a log with its index. */
export type IndexedEntry = { readonly index: number; readonly bytes: Uint8Array };

/** Entries `from` to `end` (exclusive) of a log of `size` entries, in order; one bundle in memory at a time. Removed ones are passed over. */
export async function* readEntries(
  files: LogFiles,
  size: number,
  from: number,
  end: number,
): AsyncGenerator<IndexedEntry> {
  for await (const bundle of readBundles(files, size, [{ from, end }])) yield* bundle;
}

/** Entries from `from` to before `end`. */
export type EntryRun = { readonly from: number; readonly end: number };

/** Bundles that are read while one is used: a file on disk is waited for longer than it takes to decode it. */
const BUNDLES_AHEAD = 3;
/** Bytes of a bundle of which some entries are wanted; a larger one gets memory of its own. */
const ROOM_BYTES = 1024 * 1024;

/**
 * Entries of several runs in order, bundle by bundle, and only of `wanted` where that is given; a few bundles in memory at a time.
 * WHY: who reads thousands of entries need not wait for each of them by itself.
 */
export async function* readBundles(
  files: LogFiles,
  size: number,
  runs: Iterable<EntryRun>,
  wanted?: ReadonlySet<number>,
): AsyncGenerator<readonly IndexedEntry[]> {
  const first = await firstEntry(files);
  const ahead: Promise<readonly IndexedEntry[]>[] = [];
  const isOneByOne = files.isOneByOne === true;
  // WHY: memory that is new for each bundle is filled and given back as often, for a few entries of each.
  const room = isOneByOne && wanted !== undefined ? Buffer.allocUnsafe(ROOM_BYTES) : undefined;
  const aheadMax = isOneByOne ? 0 : BUNDLES_AHEAD;
  for (const piece of piecesOf(runs, first, size)) {
    const reading = readPiece(files, size, piece, { wanted, room });
    // WHY: one that fails before its turn is told at its turn, and of one that is not asked for nobody hears.
    reading.catch(() => undefined);
    ahead.push(reading);
    if (ahead.length > aheadMax) yield (await ahead.shift()) ?? [];
  }
  for (const reading of ahead) yield await reading;
}

type Piece = EntryRun & { readonly bundle: number };

/** The bundles of runs, without those that were removed. */
function* piecesOf(runs: Iterable<EntryRun>, first: number, size: number): Generator<Piece> {
  for (const { from, end } of runs)
    for (
      let bundle = Math.floor(Math.max(from, first) / TILE_WIDTH);
      bundle * TILE_WIDTH < Math.min(end, size);
      bundle += 1
    )
      yield { from, end, bundle };
}

async function readPiece(
  files: LogFiles,
  size: number,
  { from, end, bundle }: Piece,
  {
    wanted,
    room,
  }: { readonly wanted: ReadonlySet<number> | undefined; readonly room: Uint8Array | undefined },
): Promise<readonly IndexedEntry[]> {
  const start = bundle * TILE_WIDTH;
  const count = Math.min(end, size) - start;
  const entries =
    room === undefined
      ? await readBundle(files, bundle, size)
      : await readBeginning(files, { bundle, size, room, count: lastOf(wanted, start, count) });
  const chosen: IndexedEntry[] = [];
  for (const [place, bytes] of entries.entries()) {
    const index = start + place;
    if (index < from || index >= end || wanted?.has(index) === false) continue;
    chosen.push({ index, bytes: room === undefined ? bytes : Buffer.from(bytes) });
  }
  return chosen;
}

/** How many entries of a bundle that begins with entry `start` have to be read for those of its first `count` that are wanted. */
function lastOf(wanted: ReadonlySet<number> | undefined, start: number, count: number): number {
  let last = Math.min(count, TILE_WIDTH);
  while (last > 0 && wanted?.has(start + last - 1) === false) last -= 1;
  return last;
}

/** The first `count` entries of a bundle or more, which may lie in `room`; a Failure when they are not there. */
async function readBeginning(
  files: LogFiles,
  {
    bundle,
    size,
    room,
    count,
  }: {
    readonly bundle: number;
    readonly size: number;
    readonly room: Uint8Array;
    readonly count: number;
  },
): Promise<readonly Uint8Array[]> {
  if (count === 0) return [];
  const tile = {
    level: "entries",
    index: bundle,
    width: widthAt("entries", bundle, size),
  } as const;
  const isEnough = (bytes: Uint8Array): boolean => holdsEntries(bytes, count);
  const { entries } = decodeBundle(await readTileFile(files, tile, { room, isEnough }), count);
  if (entries.length < count) throw damaged(tilePath(tile));
  return entries;
}

/** The entries of one bundle; a Failure when they are not all there. */
export async function readBundle(
  files: LogFiles,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  const width = widthAt("entries", index, size);
  const bytes = await readTileFile(files, { level: "entries", index, width });
  const { entries } = decodeBundle(bytes, width);
  if (entries.length < width) throw damaged(tilePath({ level: "entries", index, width }));
  return entries;
}

/**
 * Gives hash tiles to proofs. `size` is what the log has now: a proof under an earlier checkpoint asks for a narrower tile
 * than the one that lies there.
 */
export function tileSource(files: LogFiles, size?: number): (tile: Tile) => Promise<Uint8Array> {
  return async (tile) => {
    const width = size === undefined ? tile.width : widthAt(tile.level, tile.index, size);
    const bytes = await readTileFile(files, { ...tile, width: Math.max(width, tile.width) });
    if (bytes.length < tile.width * HASH_BYTES) throw damaged(tilePath(tile));
    return bytes.subarray(0, tile.width * HASH_BYTES);
  };
}

/** Index of the first entry that was not removed on record. */
export async function firstEntry(files: LogFiles): Promise<number> {
  const bytes = await files.read(PRUNED_PATH);
  return bytes === undefined ? 0 : peekPruned(bytes);
}

/** A partial tile that is gone was replaced by the full one, which begins with the same bytes. */
async function readTileFile(files: LogFiles, tile: Tile, part?: ReadPart): Promise<Uint8Array> {
  const bytes =
    (await files.read(tilePath(tile), part)) ??
    (await files.read(tilePath({ ...tile, width: TILE_WIDTH }), part));
  if (bytes === undefined) throw damaged(tilePath(tile));
  return bytes;
}

function damaged(path: string): Failure {
  return new Failure(
    "log-damaged",
    `the log's file \`${path}\` is missing or short: run \`sallyport log verify\``,
  );
}
