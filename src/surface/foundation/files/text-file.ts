// Reading a whole small text file that may be missing.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** Text of a file, undefined when it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Text of a file, read at once; undefined when it cannot be read. */
export function readTextSync(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
