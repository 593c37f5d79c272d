// A file's bytes piece by piece, with everything that can be wrong with a file said in words.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { lazily } from "#base/lazily.ts";
import { SCAN_FILE_BYTES_MAX } from "#base/limits.ts";
import { openFlags } from "#platform/open-flags.ts";
import { errorCode } from "../../foundation/files/private-file.ts";

/** What became of reading. `why`: what was not seen, and for which reason; nothing where all of it was. */
export type ReadOutcome = { readonly bytes: number; readonly why?: string };

const PIECE_BYTES = 256 * 1024;
/** WHY one for all files: a new one for each is given back only with the engine's garbage, and threads then hold a hundred of them. */
const piece = lazily(() => Buffer.allocUnsafeSlow(PIECE_BYTES));
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  ENOENT: "it went away during the scan",
  ELOOP: "it is a symbolic link, or lies behind links that lead in a circle",
  ENAMETOOLONG: "its name is too long",
  ENXIO: "it is a socket or pipe and no file",
  EIO: "the disk failed",
};

/** Why the system did not do something with a file, in words. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  return code === undefined ? "it cannot be read" : (REASONS[code] ?? `the system says ${code}`);
}

/**
 * Hands the bytes of a regular file to `onBytes`, at most `SCAN_FILE_BYTES_MAX` of them; they are others when it returns. Never waits for a pipe, and never follows
 * a link unless `follow` is given. Never throws for what is wrong with the file.
 */
export function readFileBytes(
  path: string | Buffer,
  onBytes: (bytes: Buffer) => void,
  { follow = false, bytesMax = SCAN_FILE_BYTES_MAX } = {},
): ReadOutcome {
  let descriptor: number | undefined;
  let read = 0;
  try {
    descriptor = openSync(path, follow ? openFlags.readAny : openFlags.read);
    const before = fstatSync(descriptor);
    if (!before.isFile()) return { bytes: 0, why: `it is ${kindOf(before)} and no file` };
    while (read < bytesMax) {
      // One byte more than there should be: a file that ends before it needs no second look for its end.
      const left = before.size > read ? before.size - read + 1 : PIECE_BYTES;
      const wanted = Math.min(PIECE_BYTES, left, bytesMax - read);
      const length = readSync(descriptor, piece(), 0, wanted, null);
      if (length === 0) break;
      read += length;
      onBytes(piece().subarray(0, length));
      if (read === before.size && length < wanted) break;
    }
    const after = fstatSync(descriptor);
    if (after.size > read && read >= bytesMax) {
      return { bytes: read, why: `only its first ${read} of ${after.size} bytes were looked at` };
    }
    if (after.mtimeMs !== before.mtimeMs || after.size !== before.size) {
      return { bytes: read, why: "it changed while it was looked at" };
    }
    return { bytes: read };
  } catch (error) {
    return { bytes: read, why: reasonOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function kindOf(status: Stats): string {
  const kinds: Readonly<Record<number, string>> = {
    [constants.S_IFDIR]: "a directory",
    [constants.S_IFIFO]: "a pipe",
    [constants.S_IFSOCK]: "a socket",
    [constants.S_IFCHR]: "a device",
    [constants.S_IFBLK]: "a device",
  };
  return kinds[status.mode & constants.S_IFMT] ?? "something else";
}
