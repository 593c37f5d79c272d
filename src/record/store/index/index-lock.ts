// The lock directory that the database library keeps beside its file, and what is left of it after a process was killed.
import { rmdir } from "node:fs/promises";
import { hasCode } from "../files/private-files.ts";

/**
 * Removes the lock that a killed process left. INVARIANT: only whoever holds the daemon's own lock calls this, and nobody
 * else opens the file, so that no living holder is robbed.
 */
export async function removeStaleIndexLock(file: string): Promise<void> {
  await rmdir(`${file}.lock`).catch((error: unknown) => {
    if (!hasCode(error, "ENOENT")) throw error;
  });
}
