// Reading the start of a file that somebody else controls.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { openFlags } from "#platform/open-flags.ts";
import { statusAt } from "./picture.ts";

/** The start of a file. `complete`: there is no more of it. */
export type FileStart = { readonly bytes: Uint8Array; readonly complete: boolean };

/**
 * The first `bytesMax` bytes of a regular file; undefined when it is no regular file or cannot be read. A FIFO or device
 * that takes the file's place meanwhile is opened without waiting and not read.
 */
export async function readRegularFile(
  path: string,
  bytesMax: number,
): Promise<FileStart | undefined> {
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    file = await open(path, openFlags.readAny);
    const status = await file.stat();
    if (!status.isFile()) return undefined;
    // WHY: one byte more than the bound tells whether there is more; sizes in /proc say 0 and are no guide.
    const bytes = Buffer.alloc(Math.min(bytesMax + 1, Math.max(status.size, 4096) + 1));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    const complete = length < bytes.length;
    return { bytes: bytes.subarray(0, Math.min(length, bytesMax)), complete };
  } catch {
    return undefined;
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/**
 * The same at once, for files of the user's own home. WHY: the loader of this program, the log and the keys lie there, too, so
 * a home that hangs stops everything anyway; and each wait for another thread costs more than the whole reading.
 */
export function readRegularFileNow(path: string, bytesMax: number): FileStart | undefined {
  let file: number | undefined;
  try {
    // WHY: most of them are not there, and a throw takes longer than the look.
    if (statusAt(path) === undefined) return undefined;
    file = openSync(path, openFlags.readAny);
    const status = fstatSync(file);
    if (!status.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(bytesMax + 1, Math.max(status.size, 4096) + 1));
    let length = 0;
    while (length < bytes.length) {
      const bytesRead = readSync(file, bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    const complete = length < bytes.length;
    return { bytes: bytes.subarray(0, Math.min(length, bytesMax)), complete };
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
