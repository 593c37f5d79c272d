// Reading the start of a file that somebody else controls.
import { open } from "node:fs/promises";
import { openFlags } from "#platform/open-flags.ts";

/**
 * The first `bytesMax` bytes of a regular file; undefined when it is no regular file or cannot be read. A FIFO or device
 * that takes the file's place meanwhile is opened without waiting and not read.
 */
export async function readRegularFile(
  path: string,
  bytesMax: number,
): Promise<{ readonly bytes: Uint8Array; readonly complete: boolean } | undefined> {
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
