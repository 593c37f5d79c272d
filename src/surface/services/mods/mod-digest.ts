// What a person agrees to in a mod: all files of its folder, as one digest; and why there is none to agree to.
import { createHash } from "node:crypto";
import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { join, relative } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import { listingAt } from "../../foundation/files/known-listings.ts";
import { statusBehind } from "../../foundation/files/picture.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";

/** Files, bytes and folders below one another that are counted in one mod: each call of a session looks at all of it. */
const FILES_MAX = 5_000;
const BYTES_MAX = 32 * 1024 * 1024;
const DEPTH_MAX = 24;
/** After this long a write has another time than the one before: clocks of file systems are coarse. */
const SETTLED_MS = 2_000;

/**
 * The digest of a mod: hex SHA-256. `uncounted` says, as words that go on after "because", why it does not stand for all of the
 * code: then nobody can agree to it.
 */
export type ModDigest = { readonly digest: string; readonly uncounted?: string };

/** The same with what it stands for: hex SHA-256 by file, or where a link leads that leads nowhere. */
export type CountedFolder = ModDigest & { readonly files: ReadonlyMap<string, string> };

type Count = {
  readonly root: string;
  readonly found: Map<string, string>;
  files: number;
  bytes: number;
  uncounted: string | undefined;
};

/**
 * Counts all files of a folder, with those that links lead to. WHY also texts: a mod can read code from any of them. Looks at
 * the disk, within bounds; never throws.
 */
export function countFolder(folder: string): CountedFolder {
  const count = startCount(folder);
  addFolder(count, folder, { status: statusBehind(folder), above: [] });
  return counted(count);
}

/** The same for files alone, by their path from `root`. */
export function countFiles(root: string, names: readonly string[]): CountedFolder {
  const count = startCount(root);
  for (const name of names) addEntry(count, join(root, name), []);
  return counted(count);
}

function startCount(root: string): Count {
  return { root, found: new Map(), files: 0, bytes: 0, uncounted: undefined };
}

function counted({ found, uncounted }: Count): CountedFolder {
  const digest = digestOfFiles(found, uncounted);
  return uncounted === undefined ? { digest, files: found } : { digest, files: found, uncounted };
}

/** The digest of a list of files: one that was kept can be held against the digest that was agreed to. */
export function digestOfFiles(files: ReadonlyMap<string, string>, uncounted?: string): string {
  const hash = createHash("sha256");
  for (const [name, content] of files) hash.update(`${name}\0${content}\0`);
  // Else it were the digest of a folder that has only what was counted, and somebody may have agreed to that.
  if (uncounted !== undefined) hash.update("\0uncounted\0");
  return hash.digest("hex");
}

/** `above`: device and number of the folders that led here. */
function addFolder(
  count: Count,
  folder: string,
  { status, above }: { readonly status: Stats | undefined; readonly above: readonly string[] },
): void {
  const entries = listingAt(folder, status);
  if (entries === undefined || status === undefined)
    return leaveOut(count, `\`${relative(count.root, folder)}\` in its folder cannot be read`);
  const place = `${status.dev}:${status.ino}`;
  // A link back: its files are counted where they are.
  if (above.includes(place)) return;
  if (above.length >= DEPTH_MAX)
    return leaveOut(count, `its folder is more than ${DEPTH_MAX} folders deep`);
  for (const { name } of entries) {
    if (count.uncounted !== undefined) return;
    addEntry(count, join(folder, name), [...above, place]);
  }
}

function addEntry(count: Count, path: string, above: readonly string[]): void {
  count.files += 1;
  if (count.files > FILES_MAX)
    return leaveOut(count, `its folder has more than ${FILES_MAX} files and folders`);
  const status = statusBehind(path);
  if (status?.isDirectory() === true) return addFolder(count, path, { status, above });
  const name = relative(count.root, path);
  if (status?.isFile() !== true) {
    // A link that leads nowhere, a socket: nothing of it can be loaded as it is now.
    count.found.set(name, status === undefined ? linkOf(path) : "no file");
    return;
  }
  count.bytes += status.size;
  if (count.bytes > BYTES_MAX)
    return leaveOut(count, `its folder has more than ${BYTES_MAX / 1024 / 1024} MiB`);
  const content = contentOf(path, status);
  if (content === undefined) return leaveOut(count, `\`${name}\` in its folder cannot be read`);
  if (content.isStateOfGit && /(?:^|\/)\.git\//.test(name)) return;
  count.found.set(name, content.digest);
}

type Content = { readonly digest: string; readonly isStateOfGit: boolean };

/** Files that are known as they are. */
const KNOWN_MAX = 20_000;
const known = new Map<string, Content & { readonly mark: string }>();

/** WHY remembered: every call of a session looks at all of it. What writes a file cannot choose its time of change. */
function contentOf(path: string, status: Stats): Content | undefined {
  const mark = `${status.dev}:${status.ino}:${status.size}:${status.mtimeMs}:${status.ctimeMs}`;
  const last = known.get(path);
  if (last?.mark === mark) return last;
  const read = readRegularFileNow(path, BYTES_MAX);
  if (read?.complete !== true) return undefined;
  const digest = createHash("sha256").update(read.bytes).digest("hex");
  const content = { digest, isStateOfGit: isStateOfGit(read.bytes), mark };
  known.delete(path);
  // A file that was written just now can be written again without another time.
  if (Date.now() - SETTLED_MS > status.ctimeMs) known.set(path, content);
  dropOldest(known, KNOWN_MAX);
  return content;
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

function linkOf(path: string): string {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : "gone";
  } catch {
    return "gone";
  }
}
