// Writing small private files at once: whole or not at all, durable with their names, for our user alone.
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";

/** Writes a file of mode 0600 so that a reader or a crash sees the old text or the new one, never a part. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = writeTemporary(path, text);
  renameSync(temporary, path);
  syncFolderOf(path);
}

/**
 * Writes a file of mode 0600 only if there is none, atomically with its content; says whether it did. Of two processes
 * that try at once, one wins and the other reads the winner's text.
 */
export function createPrivateFile(path: string, text: string | Uint8Array): boolean {
  const temporary = writeTemporary(path, text);
  try {
    linkSync(temporary, path);
    syncFolderOf(path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return false;
    throw cause;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Makes the name of a file, or that it is gone, survive a power cut. */
export function syncFolderOf(path: string): void {
  const descriptor = openSync(dirname(path), "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The `code` of a system error (`ENOENT`), or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function writeTemporary(path: string, text: string | Uint8Array): string {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return temporary;
}
