// What was clean when it was last looked at, kept in the data directory, so that it need not be looked at again: a file for each tree.
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import {
  CLEAN_CONTENTS_MAX,
  CLEAN_DIGEST_BYTES,
  CLEAN_RECORD_BYTES,
  type CleanContent,
  CleanTable,
} from "#assure/scan/clean-table.ts";
import { openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";
import { isFromSource } from "../../foundation/product/product.ts";
import { threadLoader } from "../threads/start-thread.ts";
import type { Wanted } from "./clean-file.ts";

/**
 * What is known of contents of one tree. A content has an id: git's, or a digest of its bytes. WHY with its path: how much a value
 * weighs, and what a file is, depend on it. Nothing of a content with a finding is kept.
 */
export type CleanCache = {
  /** Whether nothing was known when it was opened, so that it is not worth finding out the id of a file. */
  readonly isEmpty: boolean;
  known(path: string, id: string): CleanContent | undefined;
  learn(path: string, id: string, content: CleanContent): void;
  /** Writes what is new. A disk that does not take it is no reason for a scan to fail. */
  save(): void;
};

/**
 * `tree` names what is scanned, wherever it is checked out; `engine` stands for the whole program, of which any part may change what is
 * found: undefined where it is not known, and then there is no cache.
 */
export type CacheOptions = {
  readonly environment: NodeJS.ProcessEnv;
  readonly tree: string;
  readonly wanted: Wanted;
  readonly engine?: string | undefined;
};

const MAGIC = Buffer.from("sallyport clean 1\n");
const SEAL_BYTES = 32;
const HEAD_BYTES = MAGIC.length + SEAL_BYTES;
const KEY_BYTES = 32;
const FILE_BYTES_MAX = HEAD_BYTES + CLEAN_CONTENTS_MAX * CLEAN_RECORD_BYTES + SEAL_BYTES;
/** Trees of which something is kept, and bytes for all of them together; the one that was scanned longest ago goes first. */
const TREES_MAX = 64;
const ALL_BYTES_MAX = 128 * 1024 * 1024;
const KEY_FILE = "key";
const TREE_FILE = /^[0-9a-f]{32}$/;

/** Opens what is known of a tree. A cache that is damaged, of another program, or not ours alone, is as if there was none. */
export function openCleanCache(options: CacheOptions): CleanCache | undefined {
  const engine = options.engine ?? engineDigest();
  if (engine === undefined) return undefined;
  let place: { readonly folder: string; readonly key: Buffer };
  try {
    place = openPlace(options.environment);
  } catch {
    return undefined;
  }
  const { key } = place;
  const file = join(place.folder, markOf(key, "tree", options.tree).toString("hex"));
  const head = Buffer.concat([MAGIC, createHash("sha256").update(engine).digest()]);
  const records = readRecords(file, head, key);
  const table = records === undefined ? new CleanTable() : CleanTable.read(records);
  const { leastTier, families } = options.wanted;
  const contents = markOf(key, "contents", [leastTier, ...families].join());
  return {
    isEmpty: table.size === 0,
    known: (path, id) => table.get(markOf(contents, path, id)),
    learn: (path, id, content) => table.add(markOf(contents, path, id), content),
    save() {
      if (!table.isChanged) return;
      try {
        const bytes = Buffer.concat([head, table.write()]);
        writeOwnFile(file, Buffer.concat([bytes, sealOf(key, bytes)]), 0o600);
        removeOldest(place.folder);
      } catch {
        // The next scan looks at everything again.
      }
    },
  };
}

/** Stands for every part of the built program: their digests are in the loader of the thread. */
function engineDigest(): string | undefined {
  if (isFromSource()) return undefined;
  try {
    const loader = readFileSync(threadLoader());
    return createHash("sha256").update(loader).digest("hex");
  } catch {
    return undefined;
  }
}

/** The folder, and the key beside the files: whoever cannot read it can neither tell what was scanned nor add to it. */
function openPlace(environment: NodeJS.ProcessEnv) {
  const { root, scanned: folder } = directoriesIn(dataDirectory(environment));
  for (const path of [root, folder]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const status = lstatSync(path);
    if (!status.isDirectory() || privacyProblem(status, "read-only") !== undefined)
      throw new Error("others can write the folder");
  }
  const file = join(folder, KEY_FILE);
  if (readPrivateFile(file, { secret: true }) === undefined)
    createPrivateFile(file, randomBytes(KEY_BYTES).toString("base64url"));
  const key = Buffer.from(readPrivateFile(file, { secret: true }) ?? "", "base64url");
  if (key.length !== KEY_BYTES) throw new Error("the key is damaged");
  return { folder, key };
}

function markOf(key: Buffer, what: string, which: string): Buffer {
  const mark = createHmac("sha256", key).update(`${what}\0${which}`).digest();
  return mark.subarray(0, CLEAN_DIGEST_BYTES);
}

function sealOf(key: Buffer, bytes: Buffer): Buffer {
  return createHmac("sha256", key).update(bytes).digest();
}

function readRecords(file: string, head: Buffer, key: Buffer): Buffer | undefined {
  const bytes = readOwn(file);
  if (bytes === undefined || bytes.length < HEAD_BYTES + SEAL_BYTES) return undefined;
  const end = bytes.length - SEAL_BYTES;
  const isOurs =
    bytes.subarray(0, HEAD_BYTES).equals(head) &&
    timingSafeEqual(bytes.subarray(end), sealOf(key, bytes.subarray(0, end)));
  return isOurs ? bytes.subarray(HEAD_BYTES, end) : undefined;
}

function readOwn(file: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, openFlags.read);
    const status = fstatSync(descriptor);
    if (!status.isFile() || status.size > FILE_BYTES_MAX) return undefined;
    if (privacyProblem(status, "none") !== undefined) return undefined;
    const bytes = Buffer.alloc(status.size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => TREE_FILE.test(name))
    .map((name) => ({ path: join(folder, name), ...sizeAndAge(join(folder, name)) }))
    .toSorted((one, other) => other.mtimeMs - one.mtimeMs);
  let bytes = 0;
  for (const [at, { path, size }] of files.entries()) {
    bytes += size;
    if (at >= TREES_MAX || bytes > ALL_BYTES_MAX) rmSync(path, { force: true });
  }
}

function sizeAndAge(path: string): { readonly size: number; readonly mtimeMs: number } {
  return lstatSync(path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
}
