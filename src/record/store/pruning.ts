// Removing old entries from a log on record: bundles go, their hashes stay, so that every proof made before still holds.
import { stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { PRUNED_PATH, TILE_WIDTH, tilePath } from "../log/layout.ts";
import type { KeyHistory } from "../log/key-history.ts";
import { PACKED_END } from "../log/packed.ts";
import { formatPruned, readPruned } from "../log/pruned.ts";
import { rootOfEdge } from "../log/tree.ts";
import { openKeys } from "./keys.ts";
import { takeLock } from "./files/lock.ts";
import { openLogFiles, tileSource } from "./log-reader.ts";
import { hasCode, replaceFile, syncDirectory } from "./files/private-files.ts";
import { loadStart } from "./publisher.ts";
import { edgeAt } from "./segment.ts";

/** What pruning did: entries below `before` are gone; `size` is the log's. */
export type Pruning = { readonly before: number; readonly size: number };

/**
 * Removes the entries below `index`, rounded down to whole bundles, from a log that was closed in order and that nobody
 * writes. The signed record is on disk before the first bundle goes; what a crash leaves, the next writer removes. Whether
 * they may go (retention, hold, archive) the caller knows. A Failure when the log has fewer entries, or lost more already.
 */
export async function pruneEntries(
  directories: { readonly log: string; readonly keys: string },
  index: number,
  timeMs: number,
): Promise<Pruning> {
  const lock = await takeLock(directories.log);
  try {
    return await pruneLocked(directories, index, timeMs);
  } finally {
    await lock.release();
  }
}

/**
 * The same for the process that writes the log, between two checkpoints of it. A Failure `log-damaged` when a checkpoint was
 * written meanwhile and replaced a tile that was being read: nothing was removed then.
 */
export async function pruneLocked(
  { log, keys: keysDirectory }: { readonly log: string; readonly keys: string },
  index: number,
  timeMs: number,
): Promise<Pruning> {
  const files = openLogFiles(log);
  const keys = await openKeys(keysDirectory);
  const { edge, signers, history } = await loadStart(log, keys);
  const before = Math.floor(index / TILE_WIDTH) * TILE_WIDTH;
  const { size } = edge;
  if (before > size)
    throw new Failure("usage", `the log has ${size} entries: name an index up to that`);
  const bytes = await files.read(PRUNED_PATH);
  const known = bytes === undefined ? undefined : readPruned(bytes, history);
  if (bytes !== undefined && known === undefined)
    throw new Failure("log-damaged", "the record of removed entries is not what was signed");
  if (before <= (known?.before ?? 0)) return { before: known?.before ?? 0, size };
  const root = rootOfEdge(await edgeAt(before, size, tileSource(files, size)));
  const record = formatPruned(keys.verifier.name, { before, root, size, timeMs }, signers);
  await replaceFile(join(log, PRUNED_PATH), record);
  await syncDirectory(log);
  await finishPruning(log, history);
  return { before, size };
}

/** Removes what the record says is gone. Ascending, so that the last bundle tells whether anything is left to do. */
export async function finishPruning(log: string, history: KeyHistory): Promise<void> {
  const bytes = await openLogFiles(log).read(PRUNED_PATH);
  // A record that the log did not sign removes nothing.
  const pruned = bytes === undefined ? undefined : readPruned(bytes, history);
  const bundles = (pruned?.before ?? 0) / TILE_WIDTH;
  if (bundles === 0) return;
  const last = await Promise.all(formsOf(log, bundles - 1).map(exists));
  if (!last.includes(true)) return;
  for (let index = 0; index < bundles; index += 1)
    for (const path of formsOf(log, index))
      await unlink(path).catch((error: unknown) => {
        if (!hasCode(error, "ENOENT")) throw error;
      });
}

/** A bundle's file, plain and packed. */
function formsOf(log: string, index: number): readonly string[] {
  const path = join(log, tilePath({ level: "entries", index, width: TILE_WIDTH }));
  return [path, `${path}${PACKED_END}`];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
