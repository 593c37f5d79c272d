// What a person agrees to in a mod: all files of its folder, as one digest; and why there is none to agree to.
import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Stats } from "node:fs";
import { join, relative } from "node:path";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";

/** Files, bytes and folders below one another that are counted in one mod: each call of a session looks at all of it. */
const FILES_MAX = 5_000;
const BYTES_MAX = 32 * 1024 * 1024;
const DEPTH_MAX = 24;

/**
 * The digest of a mod: hex SHA-256. `uncounted` says, as words that go on after "because", why it does not stand for all of the
 * code: then nobody can agree to it.
 */
export type ModDigest = { readonly digest: string; readonly uncounted?: string };

type Count = {
  readonly hash: Hash;
  readonly root: string;
  files: number;
  bytes: number;
  uncounted: string | undefined;
};

/**
 * Counts all files of a folder, with those that links lead to. WHY also texts: a mod can read code from any of them. Looks at
 * the disk, within bounds; never throws.
 */
export function digestOfFolder(folder: string): ModDigest {
  const count: Count = {
    ...{ hash: createHash("sha256"), root: folder },
    ...{ files: 0, bytes: 0, uncounted: undefined },
  };
  addFolder(count, folder, []);
  const { uncounted } = count;
  // Else it were the digest of a folder that has only what was counted, and somebody may have agreed to that.
  if (uncounted !== undefined) count.hash.update("\0uncounted\0");
  const digest = count.hash.digest("hex");
  return uncounted === undefined ? { digest } : { digest, uncounted };
}

/** `above`: real paths of the folders that led here. */
function addFolder(count: Count, folder: string, above: readonly string[]): void {
  const names = namesOf(folder);
  const place = realOf(folder);
  if (names === undefined || place === undefined)
    return leaveOut(count, `\`${relative(count.root, folder)}\` in its folder cannot be read`);
  // A link back: its files are counted where they are.
  if (above.includes(place)) return;
  if (above.length >= DEPTH_MAX)
    return leaveOut(count, `its folder is more than ${DEPTH_MAX} folders deep`);
  for (const name of names) {
    if (count.uncounted !== undefined) return;
    addEntry(count, join(folder, name), [...above, place]);
  }
}

function addEntry(count: Count, path: string, above: readonly string[]): void {
  count.files += 1;
  if (count.files > FILES_MAX)
    return leaveOut(count, `its folder has more than ${FILES_MAX} files and folders`);
  const status = statusOf(path);
  if (status?.isDirectory() === true) return addFolder(count, path, above);
  const name = relative(count.root, path);
  if (status?.isFile() !== true) {
    // A link that leads nowhere, a socket: nothing of it can be loaded as it is now.
    count.hash.update(`${name}\0${status === undefined ? linkOf(path) : "no file"}\0-\0`);
    return;
  }
  const read = readRegularFileNow(path, Math.max(BYTES_MAX - count.bytes, 0));
  if (read === undefined) return leaveOut(count, `\`${name}\` in its folder cannot be read`);
  if (!read.complete)
    return leaveOut(count, `its folder has more than ${BYTES_MAX / 1024 / 1024} MiB`);
  count.bytes += read.bytes.length;
  if (/(?:^|\/)\.git\//.test(name) && isStateOfGit(read.bytes)) return;
  count.hash.update(`${name}\0${read.bytes.length}\0`).update(read.bytes);
}

function leaveOut(count: Count, why: string): void {
  count.uncounted ??= why;
}

/**
 * Whether a file of `.git` is what git writes there with each fetch and look: index, packs, objects, heads, logs. WHY by their
 * content: a file of such a name that holds something else could be loaded. None of these forms is JavaScript.
 */
function isStateOfGit(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 256)).toString("latin1");
  if (/^(?:DIRC|PACK|RIDX|\xfftOc)\0\0\0|^x[\x01\x9c\xda]/.test(start)) return true;
  if (/^# pack-refs with|^[0-9a-f]{40,64} [0-9a-f]{40,64} /.test(start)) return true;
  if (/^[0-9a-f]{40,64}\t(?:not-for-merge)?\t(?:branch|tag|') ?/.test(start)) return true;
  return bytes.length < 200 && /^(?:ref: refs\/[\w./-]+|[0-9a-f]{40,64})\n$/.test(start);
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : "gone";
  } catch {
    return "gone";
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function namesOf(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return undefined;
  }
}
