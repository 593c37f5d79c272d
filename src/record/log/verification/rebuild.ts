// Rebuilding a tree from leaf hashes while reading the stored tiles beside it, and keeping where the two differ.
import { assert } from "#base/failure.ts";
import { TILE_WIDTH, type Tile, tilePath } from "../layout.ts";
import { peekId } from "../leaf.ts";
import { HASH_BYTES, rootOf, rootOfEdge, sameBytes } from "../tree.ts";
import type { LogFiles } from "../report.ts";

/**
 * A place where the stored tiles are not what the entries make. `leaf`: entry and its stored hash differ, and
 * `parentSays` which of them the level above knows. `node`: a stored hash fits neither the entries nor the tile below.
 */
export type Mismatch =
  | { readonly kind: "tile-missing"; readonly path: string }
  | { readonly kind: "tile-length"; readonly path: string; readonly index: number }
  | {
      readonly kind: "leaf";
      readonly path: string;
      readonly index: number;
      readonly eventId: string | undefined;
      readonly parentSays: "entry" | "tile" | undefined;
    }
  | { readonly kind: "node"; readonly path: string; readonly index: number; readonly end: number };

/** `root` is made of the entries alone, `tilesRoot` of the stored tiles at the right edge; undefined where one is gone. */
export type Rebuilt = {
  readonly root: Uint8Array | undefined;
  readonly tilesRoot: Uint8Array | undefined;
  readonly mismatches: readonly Mismatch[];
};

export type Rebuilder = {
  /**
   * Takes the next leaf hash; undefined for an entry that is gone. `entry` is whose id a mismatch names. Gives a promise when a
   * tile is full, to be awaited before the next one: most leaves need none, and a promise for each costs as much as its hash.
   */
  add(hash: Uint8Array | undefined, entry: Uint8Array | undefined): Promise<void> | undefined;
  finish(): Promise<Rebuilt>;
};

type Leaf = Extract<Mismatch, { kind: "leaf" }>;
/** A hash at some level: made of the entries, and made of the stored tile below. `suspects` wait for the parent's word. */
type Pair = {
  readonly made: Uint8Array | undefined;
  readonly stored: Uint8Array | undefined;
  readonly entry: Uint8Array | undefined;
  readonly suspects: readonly Leaf[];
};
type Level = { index: number; pairs: Pair[] };

const NONE: readonly Leaf[] = [];
/** Mismatches that are kept; the log has failed long before. */
const MISMATCHES_MAX = 10_000;

export function createRebuilder(files: LogFiles, size: number): Rebuilder {
  const levels: Level[] = [];
  const mismatches: Mismatch[] = [];
  const keep = (mismatch: Mismatch): void => {
    if (mismatches.length < MISMATCHES_MAX) mismatches.push(mismatch);
  };

  const push = (level: number, pair: Pair): Promise<void> | undefined => {
    const here = levels[level] ?? { index: 0, pairs: [] };
    levels[level] = here;
    here.pairs.push(pair);
    return here.pairs.length < TILE_WIDTH ? undefined : pushFull(level, here);
  };
  const pushFull = async (level: number, here: Level): Promise<void> => {
    const tile = { level, index: here.index, width: TILE_WIDTH };
    const { stored, suspects, isAsMade } = await compareTile(files, tile, here.pairs, keep);
    const made = rootOfAll(here.pairs.map((item) => item.made));
    here.index += 1;
    here.pairs = [];
    // Equal hashes make equal roots: the stored ones are hashed only where they differ.
    const pair = { made, stored: isAsMade ? made : rootOfAll(stored), entry: undefined, suspects };
    await push(level + 1, pair);
  };

  return {
    add: (hash, entry) => push(0, { made: hash, stored: undefined, entry, suspects: NONE }),
    async finish() {
      const made: (Uint8Array | undefined)[][] = [];
      const stored: (Uint8Array | undefined)[][] = [];
      for (const [level, { index, pairs }] of levels.entries()) {
        made[level] = pairs.map((item) => item.made);
        stored[level] = [];
        if (pairs.length === 0) continue;
        const tile = { level, index, width: pairs.length };
        const compared = await compareTile(files, tile, pairs, keep);
        stored[level] = compared.stored;
        for (const suspect of compared.suspects) keep(suspect);
      }
      assert(levels.length > 0 || size === 0, "a log with entries has levels");
      return { root: rootOfLevels(made), tilesRoot: rootOfLevels(stored), mismatches };
    },
  };
}

/** Compares a stored tile with what it should hold; returns its hashes and the leaves that the level above must judge. */
async function compareTile(
  files: LogFiles,
  tile: Tile & { readonly level: number },
  pairs: readonly Pair[],
  keep: (mismatch: Mismatch) => void,
): Promise<{ stored: (Uint8Array | undefined)[]; suspects: Leaf[]; isAsMade: boolean }> {
  const path = tilePath(tile);
  const exact = await files.read(path);
  const bytes = exact ?? (await files.read(tilePath({ ...tile, width: TILE_WIDTH })));
  const span = TILE_WIDTH ** tile.level;
  const first = tile.index * TILE_WIDTH * span;
  if (bytes === undefined) keep({ kind: "tile-missing", path });
  else if (exact !== undefined && exact.length !== pairs.length * HASH_BYTES) {
    keep({
      kind: "tile-length",
      path,
      index: first + Math.floor(exact.length / HASH_BYTES) * span,
    });
  }
  const stored = pairs.map((_, place) => hashAt(bytes, place));
  const suspects: Leaf[] = [];
  let isAsMade = true;
  for (const [place, pair] of pairs.entries()) {
    const here = stored[place];
    const index = first + place * span;
    const fitsMade = isEqual(here, pair.made);
    isAsMade &&= fitsMade;
    const fitsStored = isEqual(here, pair.stored);
    for (const suspect of pair.suspects) {
      keep({ ...suspect, parentSays: fitsMade ? "entry" : fitsStored ? "tile" : undefined });
    }
    if (here === undefined || fitsMade) continue;
    if (tile.level === 0) {
      if (pair.made !== undefined)
        suspects.push({ kind: "leaf", path, index, eventId: idOf(pair), parentSays: undefined });
    } else if (!fitsStored && (pair.made ?? pair.stored) !== undefined) {
      keep({ kind: "node", path, index, end: index + span });
    }
  }
  return { stored, suspects, isAsMade };
}

function idOf({ entry }: Pair): string | undefined {
  return entry === undefined ? undefined : peekId(entry);
}

function hashAt(bytes: Uint8Array | undefined, place: number): Uint8Array | undefined {
  const end = (place + 1) * HASH_BYTES;
  return bytes === undefined || end > bytes.length
    ? undefined
    : bytes.subarray(end - HASH_BYTES, end);
}

function isEqual(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  return left !== undefined && right !== undefined && sameBytes(left, right);
}

function rootOfAll(hashes: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  const whole = hashes.filter((item) => item !== undefined);
  return whole.length === hashes.length ? rootOf(whole) : undefined;
}

function rootOfLevels(
  levels: readonly (readonly (Uint8Array | undefined)[])[],
): Uint8Array | undefined {
  const edge = levels.flat();
  const whole = edge.filter((item) => item !== undefined);
  if (whole.length !== edge.length) return undefined;
  return rootOfEdge(levels.map((level) => level.filter((item) => item !== undefined)));
}
