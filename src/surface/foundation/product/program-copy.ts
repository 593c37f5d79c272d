// Copies of the program in the data directory: written beside and renamed, verified, reused when equal, old ones removed.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { errorCode } from "../files/private-file.ts";
import { type Product, readProgram } from "./product-files.ts";

/** A copy that was never finished is left by a process that died; a living one needs seconds. */
const UNFINISHED_MS_MAX = 60 * 60 * 1_000;
const UNFINISHED = ".unfinished";
const PROGRAM_NAME = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}-[0-9a-f]{12}$/;

/**
 * Makes sure that a whole copy of the product lies in `<programs>/<id>` and gives its folder. A copy that was changed
 * since is replaced. Throws a Failure when it cannot be written or does not read back as it was written.
 */
export function copyProgram(programs: string, product: Product): string {
  const folder = join(programs, product.id);
  if (isWholeCopy(folder, product.digest)) return folder;
  const unfinished = join(programs, `${product.id}.${randomBytes(6).toString("hex")}${UNFINISHED}`);
  try {
    mkdirSync(programs, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw uncopied(programs, cause);
  }
  try {
    writeProgram(unfinished, product);
    if (!isWholeCopy(unfinished, product.digest)) {
      throw new Failure("program-copy", `\`${unfinished}\` does not read back as written`);
    }
    putInPlace(unfinished, folder, product.digest);
    syncFolder(programs);
    return folder;
  } catch (cause) {
    throw cause instanceof Failure ? cause : uncopied(programs, cause);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function uncopied(programs: string, cause: unknown): Failure<"program-copy"> {
  const message = `the program cannot be copied into \`${programs}\`; check the disk and its rights`;
  return new Failure("program-copy", message, { cause });
}

/** Whether a folder holds exactly the program with this digest. */
export function isWholeCopy(folder: string, digest: string): boolean {
  try {
    return lstatSync(folder).isDirectory() && readProgram(folder).digest === digest;
  } catch {
    // What cannot be read is not whole.
    return false;
  }
}

/** Removes every copy but those named, and what processes that died left unfinished. */
export function removeOtherPrograms(programs: string, kept: readonly string[]): void {
  for (const name of readdirSync(programs)) {
    const path = join(programs, name);
    const isOld = PROGRAM_NAME.test(name) && !kept.includes(name);
    if (isOld || isAbandoned(path)) rmSync(path, { recursive: true, force: true });
  }
}

function isAbandoned(path: string): boolean {
  if (!path.endsWith(UNFINISHED)) return false;
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status !== undefined && Date.now() - status.mtimeMs > UNFINISHED_MS_MAX;
}

function writeProgram(folder: string, { files }: Product): void {
  const made = new Set<string>();
  for (const { path, bytes } of files) {
    const file = join(folder, path);
    if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    made.add(dirname(file));
    const descriptor = openSync(file, "wx", 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      // A power cut after the switch must not find empty files.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
  for (const path of made) syncFolder(path);
}

/** Two processes may make the same copy at once: the first one's stands. A damaged one is moved away. */
function putInPlace(unfinished: string, folder: string, digest: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (cause) {
    if (!["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(errorCode(cause) ?? "")) throw cause;
    if (isWholeCopy(folder, digest)) return;
    const aside = `${folder}.${randomBytes(6).toString("hex")}${UNFINISHED}`;
    renameSync(folder, aside);
    renameSync(unfinished, folder);
    rmSync(aside, { recursive: true, force: true });
  }
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
