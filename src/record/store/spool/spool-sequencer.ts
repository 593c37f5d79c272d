// Takes what other processes spooled into the log: each event once, each process's events in their order.
import { readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recoveryEvent } from "../../event/guard-events.ts";
import { lacksSealed } from "../../event/sealed-kinds.ts";
import { isSpoolable } from "../../event/submitters.ts";
import { TILE_WIDTH } from "../../log/layout.ts";
import { decodeLeaf, peekId } from "../../log/leaf.ts";
import { hashLeaf } from "../../log/tree.ts";
import { decodeFrames } from "../files/journal.ts";
import { openLogFiles, readBundle } from "../log-reader.ts";
import type { Log } from "../writing-log.ts";
import { hasCode, readBounded, syncDirectory } from "../files/private-files.ts";
import { SPOOL_NAME } from "./spool.ts";

/** Files taken in one pass; the rest waits for the next. */
const FILES_MAX = 1_024;
/** Bytes of one file; a hook writes a few kilobytes. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes of leaves handled at once. */
const PASS_BYTES_MAX = 32 * 1024 * 1024;
/** How long a frame that is not whole may still be in the middle of its write. */
const WRITING_MS = 100;
/** How far apart the clocks of two events may be that stand side by side in the log. */
const CLOCK_MARGIN_MS = 3_600_000;

/** What one pass did. */
export type SpoolPass = {
  /** Files that were there and are gone now. */
  readonly files: number;
  /** Events that the log has now and had not before. */
  readonly entries: number;
  /** Files with bytes that are no event; they are kept as `*.damaged`. */
  readonly damagedFiles: number;
};

export type SpoolSequencer = {
  /** Takes what is there. Rejects when the log refuses; what was not taken stays and is taken by the next pass. */
  pass(): Promise<SpoolPass>;
};

/** Whether something waits in the spool. */
export async function hasSpooled(directory: string): Promise<boolean> {
  return (await spoolNames(directory)).length > 0;
}

/** Builds the sequencer of a log that is open; `logDirectory` is where that log lies. One pass runs at a time. */
export function createSpoolSequencer(options: {
  readonly spool: string;
  readonly log: Log;
  readonly logDirectory: string;
}): SpoolSequencer {
  /** Appended, and perhaps not published yet: the log on disk does not show them. */
  const unpublished = new Set<string>();
  let running: Promise<SpoolPass> | undefined;
  return {
    pass() {
      running ??= sequence(options, unpublished).finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

type Taken = {
  readonly path: string;
  readonly leaves: readonly Uint8Array[];
  readonly damagedBytes: number;
};

async function sequence(
  { spool, log, logDirectory }: Parameters<typeof createSpoolSequencer>[0],
  unpublished: Set<string>,
): Promise<SpoolPass> {
  const taken = await takeFiles(spool);
  if (taken.length === 0) return { files: 0, entries: 0, damagedFiles: 0 };
  const fresh = new Map<string, Uint8Array>();
  for (const { leaves } of taken) for (const leaf of leaves) fresh.set(peekId(leaf) ?? "", leaf);
  for (const id of unpublished) fresh.delete(id);
  await dropKnown(fresh, logDirectory, log.status().published);
  await Promise.all(
    [...fresh].map(([id, leaf]) => log.appendLeaf(leaf).then(() => unpublished.add(id))),
  );
  const damaged = taken.filter(({ damagedBytes }) => damagedBytes > 0);
  if (damaged.length > 0) {
    const tornBytes = damaged.reduce((sum, { damagedBytes }) => sum + damagedBytes, 0);
    const counts = { entries: damaged.length, tornBytes, refused: 0 };
    const event = recoveryEvent(log.stamp("daemon"), { cause: "spool-damage", ...counts });
    await log.append(event, { durable: true });
  }
  await log.publish();
  unpublished.clear();
  for (const { path, damagedBytes } of taken) {
    if (damagedBytes > 0) await rename(path, path.replace(/\.taken$/, ".damaged"));
    else await unlink(path);
  }
  await syncDirectory(spool);
  return { files: taken.length, entries: fresh.size, damagedFiles: damaged.length };
}

async function takeFiles(spool: string): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  let bytes = 0;
  for (const name of (await spoolNames(spool)).slice(0, FILES_MAX)) {
    if (bytes > PASS_BYTES_MAX) break;
    const path = join(spool, name.endsWith(".taken") ? name : `${name}.taken`);
    // Renaming tells the file's writer that what it writes from now on is not seen any more.
    if (!name.endsWith(".taken")) await rename(join(spool, name), path);
    const file = await readTaken(path);
    bytes += file.leaves.reduce((sum, leaf) => sum + leaf.length, 0);
    taken.push(file);
  }
  return taken;
}

async function readTaken(path: string): Promise<Taken> {
  const first = await readLeaves(path);
  if (first.damagedBytes === 0) return { path, ...first };
  await sleep(WRITING_MS);
  return { path, ...(await readLeaves(path)) };
}

/** The leaves of a file and how many bytes of it are none. A file that cannot be read is one byte of damage. */
async function readLeaves(path: string): Promise<Omit<Taken, "path">> {
  const bytes = await readBounded(path, FILE_BYTES_MAX).catch(() => undefined);
  if (bytes === undefined) return { leaves: [], damagedBytes: 1 };
  const { frames, rest } = decodeFrames(bytes, hashLeaf);
  const leaves = frames.map((frame) => frame.bytes).filter(isFromOutside);
  const strange = frames.length - leaves.length;
  return { leaves, damagedBytes: rest + strange };
}

/** Whether bytes are a leaf of a hook, or one that commands write: the spool is no way to speak in the name of the daemon. */
function isFromOutside(bytes: Uint8Array): boolean {
  const leaf = decodeLeaf(bytes);
  if (leaf.kind !== "leaf" || lacksSealed(leaf)) return false;
  return isSpoolable(leaf.metadata);
}

/**
 * Takes out of `fresh` what the published log has. From its end back to the first bundle whose events are all much older
 * than the oldest of `fresh`: an event enters the log after it was made.
 */
async function dropKnown(
  fresh: Map<string, Uint8Array>,
  logDirectory: string,
  size: number,
): Promise<void> {
  const files = openLogFiles(logDirectory);
  const oldestMs = Math.min(...[...fresh.keys()].map(timeOf));
  for (let bundle = Math.ceil(size / TILE_WIDTH) - 1; bundle >= 0; bundle -= 1) {
    if (fresh.size === 0) return;
    let newestMs = 0;
    for (const entry of await readBundle(files, bundle, size)) {
      const id = peekId(entry) ?? "";
      newestMs = Math.max(newestMs, timeOf(id));
      fresh.delete(id);
    }
    if (newestMs < oldestMs - CLOCK_MARGIN_MS) return;
  }
}

/** The milliseconds in a UUIDv7. */
function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16) || 0;
}

async function spoolNames(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  return names.filter((name) => SPOOL_NAME.test(name)).sort();
}
