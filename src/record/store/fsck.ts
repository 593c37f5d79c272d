// Re-deriving everything that a log is made of: tiles from entries, root, checkpoint, proofs, journal, spool; and making tiles anew.
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { readCheckpoint } from "../log/checkpoint.ts";
import type { KeyHistory } from "../log/key-history.ts";
import {
  CHECKPOINT_PATH,
  PRUNED_PATH,
  TILE_WIDTH,
  type Tile,
  tilePath,
  widthAt,
} from "../log/layout.ts";
import { checkInclusion, proveInclusion } from "../log/proofs/proof.ts";
import { readPruned } from "../log/pruned.ts";
import type { LogReport } from "../log/report.ts";
import { readStoredKeys } from "../log/stored-keys.ts";
import { HASH_BYTES, hashLeaf, sameBytes } from "../log/tree.ts";
import { decodeBundle } from "../log/bundle.ts";
import { readJournal } from "./files/journal.ts";
import { takeLock } from "./files/lock.ts";
import { type CheckOptions, checkLog } from "./log-check.ts";
import { openLogFiles, tileSource } from "./log-reader.ts";
import { hasCode, replaceFile, syncDirectory } from "./files/private-files.ts";
import { createTileBuilder, type TileFile } from "./tile-builder.ts";

/** Entries whose proof is made from the stored tiles and checked: the first, the last, and some between. */
const PROOFS = 64;

/** A hash tile that is not what the entries make. */
export type DamagedTile = { readonly path: string; readonly state: "missing" | "altered" };

/** What a re-derivation found. */
export type FsckReport = {
  readonly verified: LogReport;
  /** Whether the entries alone make the root that was signed: then every tile can be made anew from them. */
  readonly entriesHold: boolean;
  readonly damagedTiles: readonly DamagedTile[];
  /** Index of the first entry that is missing or not the one that was signed; undefined where none is named. */
  readonly firstBad: number | undefined;
  readonly proofs: { readonly tried: number; readonly failed: number };
  /** Entries in the journal that wait for a checkpoint, and bytes in it that make none. */
  readonly journal: { readonly entries: number; readonly tornBytes: number };
  /** Files of command hooks: waiting, and kept because they are damaged. */
  readonly spool: { readonly waiting: number; readonly damaged: number };
};

/** Looks at everything and changes nothing. A Failure `log-damaged` where no checkpoint tells what was signed. */
export async function fsckLog(options: CheckOptions, spool: string): Promise<FsckReport> {
  const verified = await checkLog(options);
  const { damagedTiles, entriesHold } = await derive(options);
  const size = verified.checkpoint?.size ?? 0;
  const journal = await readJournal(join(options.log, "journal"), size, hashLeaf);
  const named = verified.faults.flatMap((fault) => ("index" in fault ? [fault.index] : []));
  return {
    verified,
    entriesHold,
    damagedTiles: damagedTiles.map(({ state, file }) => ({ state, path: tilePath(file.tile) })),
    firstBad: named.length === 0 || entriesHold ? undefined : Math.min(...named),
    proofs: await tryProofs(options, size),
    journal: { entries: journal.entries.length, tornBytes: journal.tornBytes },
    spool: await countSpool(spool),
  };
}

/**
 * Makes the damaged hash tiles anew from the entries, in a log that nobody writes; what lay there is copied to `evidence` first. Only
 * where the entries make the signed root: a Failure `log-damaged` otherwise. Gives the paths that were written.
 */
export async function repairTiles(
  options: CheckOptions,
  evidence: string,
): Promise<readonly string[]> {
  const lock = await takeLock(options.log);
  try {
    const { damagedTiles, entriesHold } = await derive(options);
    if (!entriesHold)
      throw new Failure(
        "log-damaged",
        "the entries do not make the signed root: nothing here can be made anew from them; restore the entries from a copy",
      );
    for (const { state, file } of damagedTiles) {
      const path = tilePath(file.tile);
      const target = join(options.log, path);
      if (state === "altered") {
        await mkdir(dirname(join(evidence, path)), { recursive: true, mode: 0o700 });
        await copyFile(target, join(evidence, path));
      }
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await replaceFile(target, file.bytes);
      await syncDirectory(dirname(target));
    }
    return damagedTiles.map(({ file }) => tilePath(file.tile));
  } finally {
    await lock.release();
  }
}

type Derived = {
  readonly entriesHold: boolean;
  readonly damagedTiles: readonly {
    readonly file: TileFile;
    readonly state: DamagedTile["state"];
  }[];
};

/** Builds the tree from the entries and holds every hash tile against it. */
async function derive({ log, verifier }: CheckOptions): Promise<Derived> {
  const files = openLogFiles(log);
  const keys = await readStoredKeys(files, verifier, () => undefined);
  const bytes = await files.read(CHECKPOINT_PATH);
  const reading = bytes === undefined ? undefined : readCheckpoint(bytes, keys);
  if (reading?.kind !== "signed")
    throw new Failure(
      "log-damaged",
      "the checkpoint is missing or not what was signed: nothing tells which entries are right; restore it, or use the witness's copy",
    );
  const { size, root } = reading.body;
  const before = await prunedBefore(log, keys);
  const builder = createTileBuilder({ size: 0, levels: [], entries: [] });
  const damagedTiles: { file: TileFile; state: DamagedTile["state"] }[] = [];
  const compare = async (made: readonly TileFile[]): Promise<void> => {
    for (const file of made.filter(({ tile }) => tile.level !== "entries")) {
      const stored = await files.read(tilePath(file.tile));
      const full = await files.read(tilePath({ ...file.tile, width: TILE_WIDTH }));
      const start = (stored ?? full)?.subarray(
        0,
        stored === undefined ? file.bytes.length : undefined,
      );
      if (start === undefined) damagedTiles.push({ file, state: "missing" });
      else if (!sameBytes(start, file.bytes)) damagedTiles.push({ file, state: "altered" });
    }
  };
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const width = widthAt("entries", index, size);
    for (const item of await leavesOf(log, { level: "entries", index, width }, before))
      builder.add(item);
    if (builder.size() < Math.min(size, (index + 1) * TILE_WIDTH))
      return { entriesHold: false, damagedTiles: [] };
    await compare(builder.takeFull());
  }
  await compare(builder.partials());
  const entriesHold = sameBytes(builder.root(), root);
  return { entriesHold, damagedTiles: entriesHold ? damagedTiles : [] };
}

/** The entries of a bundle with their hashes; where they were removed on record, the stored hashes stand for them. */
async function leavesOf(
  log: string,
  tile: Tile,
  before: number,
): Promise<readonly { readonly bytes: Uint8Array; readonly hash: Uint8Array }[]> {
  const files = openLogFiles(log);
  const bytes =
    (await files.read(tilePath(tile))) ??
    (await files.read(tilePath({ ...tile, width: TILE_WIDTH })));
  const entries = bytes === undefined ? [] : decodeBundle(bytes, tile.width).entries;
  if (entries.length > 0 || tile.index * TILE_WIDTH >= before)
    return entries.map((entry) => ({ bytes: entry, hash: hashLeaf(entry) }));
  const hashes = (await files.read(tilePath({ ...tile, level: 0 }))) ?? new Uint8Array(0);
  return Array.from({ length: Math.floor(hashes.length / HASH_BYTES) }, (_, at) => ({
    bytes: new Uint8Array(0),
    hash: hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  }));
}

async function prunedBefore(log: string, keys: KeyHistory): Promise<number> {
  const bytes = await openLogFiles(log).read(PRUNED_PATH);
  return (bytes === undefined ? undefined : readPruned(bytes, keys))?.before ?? 0;
}

/** Makes proofs from the stored tiles, as an auditor would get them, and checks them. */
async function tryProofs(
  { log, verifier }: CheckOptions,
  size: number,
): Promise<FsckReport["proofs"]> {
  const files = openLogFiles(log);
  const keys = await readStoredKeys(files, verifier, () => undefined);
  const reading = readCheckpoint((await files.read(CHECKPOINT_PATH)) ?? new Uint8Array(0), keys);
  if (reading.kind !== "signed" || size === 0) return { tried: 0, failed: 0 };
  const { root } = reading.body;
  const before = await prunedBefore(log, keys);
  const tried = new Set(
    Array.from({ length: PROOFS }, (_, place) => Math.floor(((size - 1) * place) / (PROOFS - 1))),
  );
  let failed = 0;
  for (const index of tried) {
    const bundle = Math.floor(index / TILE_WIDTH);
    const width = widthAt("entries", bundle, size);
    const leaves = await leavesOf(log, { level: "entries", index: bundle, width }, before);
    const leafHash = leaves[index % TILE_WIDTH]?.hash;
    const proof = await proveInclusion(index, size, tileSource(files, size)).catch(() => undefined);
    const holds =
      leafHash !== undefined &&
      proof !== undefined &&
      checkInclusion({ index, size, leafHash, proof, root });
    if (!holds) failed += 1;
  }
  return { tried: tried.size, failed };
}

async function countSpool(spool: string): Promise<FsckReport["spool"]> {
  const names = await readdir(spool).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  const damaged = names.filter((name) => name.endsWith(".damaged")).length;
  return { waiting: names.length - damaged, damaged };
}
