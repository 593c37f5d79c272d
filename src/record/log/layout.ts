// Where things lie in a log directory (C2SP tlog-tiles). The only code that knows paths and tile geometry.
import { assert } from "#base/failure.ts";

/** Hashes in a full tile and entries in a full bundle. */
export const TILE_WIDTH = 256;
/** The newest signed checkpoint. */
export const CHECKPOINT_PATH = "checkpoint";
/** The newest checkpoint that witnesses cosigned. */
export const WITNESSED_PATH = "witnessed";
/** The signed record of entries that were removed. */
export const PRUNED_PATH = "pruned";
/** Statements about the log's keys, numbered from 1. */
export const keyStatementPath = (number: number): string =>
  `keys/${String(number).padStart(3, "0")}`;
/** Files whose name starts so are being written and are not part of the log. */
export const UNFINISHED_PREFIX = ".tmp-";

const LEVEL_MAX = 63;
const INDEX_MAX = Number.MAX_SAFE_INTEGER;

/**
 * One file of the log. `level` is the height of a hash tile or `entries`; `width` is 256 for a full file and 1 to 255
 * for a partial one.
 */
export type Tile = {
  readonly level: number | "entries";
  readonly index: number;
  readonly width: number;
};

/** Path of a tile below the log directory, with `/` on every platform. */
export function tilePath(tile: Tile): string {
  assert(tile.width >= 1 && tile.width <= TILE_WIDTH, "a tile holds 1 to 256 hashes");
  assert(
    tile.level === "entries" || (tile.level >= 0 && tile.level <= LEVEL_MAX),
    "levels are 0 to 63",
  );
  const full = `tile/${tile.level}/${indexPath(tile.index)}`;
  return tile.width === TILE_WIDTH ? full : `${full}.p/${tile.width}`;
}

/** Directory that holds the partial files of a tile. */
export function partialDirectory(tile: Tile): string {
  return `tile/${tile.level}/${indexPath(tile.index)}.p`;
}

/** 1234067 becomes `x001/x234/067`. */
function indexPath(index: number): string {
  assert(Number.isSafeInteger(index) && index >= 0, "a tile index is a safe integer");
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  return groups
    .map((group, place) => (place === groups.length - 1 ? group : `x${group}`))
    .join("/");
}

const TILE_PATTERN = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/;

/** The tile that `path` names; undefined when it is not the one right spelling of a tile's path. */
export function parseTilePath(path: string): Tile | undefined {
  const match = TILE_PATTERN.exec(path);
  if (match?.[1] === undefined || match[2] === undefined || path.length > 64) return undefined;
  const index = Number(match[2].replaceAll(/[x/]/g, ""));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const level: Tile["level"] = match[1] === "entries" ? "entries" : Number(match[1]);
  if (index > INDEX_MAX || width < 1 || width > TILE_WIDTH) return undefined;
  if (level !== "entries" && level > LEVEL_MAX) return undefined;
  const tile: Tile = { level, index, width };
  return tilePath(tile) === path ? tile : undefined;
}

/** Hashes that exist at a level in a tree of `size` entries: one for each full tile of the level below. */
export function hashesAtLevel(level: number, size: number): number {
  let count = size;
  for (let step = 0; step < level && count > 0; step += 1) count = Math.floor(count / TILE_WIDTH);
  return count;
}

/** Width that tile `index` of `level` has in a tree of `size` entries; 0 when it does not exist. */
export function widthAt(level: number | "entries", index: number, size: number): number {
  const hashes = hashesAtLevel(level === "entries" ? 0 : level, size) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** All tiles of a tree of `size` entries, bundles last; what a complete copy of the log must hold. */
export function* tilesOf(size: number): Generator<Tile> {
  for (let level = 0; hashesAtLevel(level, size) > 0; level += 1) yield* tilesOfLevel(level, size);
  yield* tilesOfLevel("entries", size);
}

function* tilesOfLevel(level: number | "entries", size: number): Generator<Tile> {
  const hashes = hashesAtLevel(level === "entries" ? 0 : level, size);
  for (let index = 0; index * TILE_WIDTH < hashes; index += 1) {
    yield { level, index, width: widthAt(level, index, size) };
  }
}
