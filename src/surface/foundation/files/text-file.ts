// Reading a whole small text file that may be missing.
import { readFile } from "node:fs/promises";

/** Text of a file, undefined when it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
