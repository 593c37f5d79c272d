// Small private files: read within a bound, written whole or not at all, for our user alone.
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { Failure } from "#base/failure.ts";
import { openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";

/** Bytes of a private file that are read; ours hold a few kilobytes. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The text of a file, or undefined when there is none. Never follows a symlink and never waits for a FIFO. Throws a
 * Failure when it cannot be read, is larger than 4 MiB, or (with `secret`) is not ours or others can read it.
 */
export function readPrivateFile(path: string, options: { secret: boolean }): string | undefined {
  const descriptor = openForReading(path);
  if (descriptor === undefined) return undefined;
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() || status.size > FILE_BYTES_MAX) {
      throw new Failure("private-file", `\`${path}\` is not a small plain file; move it away`);
    }
    if (options.secret && privacyProblem(status, "none") !== undefined) {
      throw new Failure(
        "private-file",
        `\`${path}\` holds a secret and others may read it; remove it and run \`sallyport init\``,
      );
    }
    const bytes = Buffer.alloc(status.size);
    const read = readSync(descriptor, bytes, 0, bytes.length, 0);
    return bytes.subarray(0, read).toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a file of mode 0600 so that a reader or a crash sees the old text or the new one, never a part. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = writeTemporary(path, text);
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/**
 * Writes a file of mode 0600 only if there is none, atomically with its content; says whether it did. Of two processes
 * that try at once, one wins and the other reads the winner's text.
 */
export function createPrivateFile(path: string, text: string): boolean {
  const temporary = writeTemporary(path, text);
  try {
    linkSync(temporary, path);
    syncDirectory(dirname(path));
    return true;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return false;
    throw cause;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The `code` of a system error (`ENOENT`), or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function openForReading(path: string): number | undefined {
  try {
    return openSync(path, openFlags.read);
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw new Failure("private-file", `cannot read \`${path}\`; check its owner and rights`, {
      cause,
    });
  }
}

function writeTemporary(path: string, text: string): string {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return temporary;
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
