// Files that only their owner may touch: made 0600 in directories of 0700, replaced as a whole or not at all.
import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { type FileHandle, mkdir, open, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { UNFINISHED_PREFIX } from "../../log/layout.ts";
import type { ReadPart } from "../../log/report.ts";

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;
/** Bytes that are read at once of a file whose first part may be enough. */
const PART_BYTES = 64 * 1024;

/** Makes a directory and its parents, 0700. Refuses one that others may enter. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
  if (privacyProblem(await stat(path), "none") !== undefined) {
    throw new Failure(
      "not-private",
      `\`${path}\` is open to other users: run \`chmod 700\` on it as its owner`,
    );
  }
}

/** Bytes of a file, or undefined when it does not exist. Reads at most `bytesMax`; a larger file is a Failure. */
export async function readBounded(path: string, bytesMax: number): Promise<Buffer | undefined> {
  const handle = await openExisting(path);
  if (handle === undefined) return undefined;
  try {
    const bytes = roomFor(path, await handle.stat(), bytesMax);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

/**
 * The same, and nothing else runs meanwhile. WHY: of many small files most of the time goes into being woken for each step; it is for
 * a process that has nobody to answer. With `part` the bytes lie in its room where they fit, and end where they are enough.
 */
export function readBoundedNow(
  path: string,
  bytesMax: number,
  part?: ReadPart,
): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, openFlags.read);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
  try {
    const bytes = roomFor(path, fstatSync(descriptor), bytesMax, part?.room);
    const step = part === undefined ? bytes.length : PART_BYTES;
    let filled = 0;
    while (filled < bytes.length) {
      const wanted = Math.min(step, bytes.length - filled);
      const count = readSync(descriptor, bytes, filled, wanted, filled);
      filled += count;
      if (count === 0 || part?.isEnough(bytes.subarray(0, filled)) === true) break;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

function roomFor(path: string, status: Stats, bytesMax: number, room?: Uint8Array): Buffer {
  if (!status.isFile()) throw new Failure("not-a-file", `\`${path}\` is not a regular file`);
  if (status.size > bytesMax)
    throw new Failure("file-too-large", `\`${path}\` is larger than ${bytesMax} bytes`);
  return room !== undefined && status.size <= room.length
    ? Buffer.from(room.buffer, room.byteOffset, status.size)
    : Buffer.allocUnsafe(status.size);
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    // O_NONBLOCK: a pipe that somebody put in our place must not make us wait.
    return await open(path, openFlags.read);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR");
}

/** Puts a file in place so that readers see the old bytes or the new ones, and a crash leaves one of the two. */
export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const directory = dirname(path);
  const unfinished = join(
    directory,
    `${UNFINISHED_PREFIX}${process.pid}-${path.slice(directory.length + 1)}`,
  );
  try {
    const handle = await open(unfinished, "w", FILE_MODE);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await unlink(unfinished).catch(() => undefined);
    throw error;
  }
}

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether an error of node's file functions has this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
