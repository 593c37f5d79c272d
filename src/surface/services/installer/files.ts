// Files of installers on disk: read whole within bounds, written once.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";

/** Reads a file. Throws a Failure `usage` where it cannot be read whole. */
export async function readWhole(file: string, bytesMax: number): Promise<Uint8Array> {
  const found = await readRegularFile(file, bytesMax).catch(() => undefined);
  if (found?.complete === true) return found.bytes;
  throw new Failure(
    "usage",
    `\`${printable(file)}\` is no file that can be read, or is larger than ${bytesMax} bytes`,
  );
}

/**
 * Writes a file that is not there, or is there with these very bytes, and gives its path. WHY never over another: two installers
 * of one name and other content are what nobody can tell apart later.
 */
export function writeOnce(folder: string, name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, bytes, { flag: "wx", mode: 0o644 });
  } catch (cause) {
    if (isSame(file, bytes)) return file;
    throw new Failure(
      "usage",
      `\`${printable(file)}\` cannot be made, or is there with other content: name another directory`,
      { cause },
    );
  }
  return file;
}

function isSame(file: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(bytes);
  } catch {
    return false;
  }
}
