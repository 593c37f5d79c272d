// Finds the shell scripts that a system holds, by their first line, in a bounded walk of the usual directories.
import { closeSync, type Dirent, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

/** Where Debian's packages keep scripts. */
export const SCRIPT_DIRECTORIES: readonly string[] = [
  "/etc",
  "/usr/bin",
  "/usr/sbin",
  "/usr/lib",
  "/usr/share",
  "/var/lib/dpkg/info",
];

/** Directory entries looked at in one walk. */
const ENTRIES_MAX = 400_000;
/** Bytes of one script that are read; the parser takes far less. */
const SCRIPT_BYTES_MAX = 4 * 1024 * 1024;
const FIRST_LINE_BYTES = 64;
const FIRST_LINE = /^#! *(?:\/usr)?\/bin\/(?:env +)?(?:ba|da)?sh(?=[ \t\r\n]|$)/;

/** One script: where it stands and what it says. */
export type SystemScript = { readonly path: string; readonly source: string };

/** Paths of the scripts below the directories, in the order of their names; links are not followed. */
export function findScripts(directories: readonly string[] = SCRIPT_DIRECTORIES): string[] {
  const found: string[] = [];
  const open = [...directories];
  const firstLine = Buffer.alloc(FIRST_LINE_BYTES);
  let entries = 0;
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    for (const entry of entriesOf(directory)) {
      entries += 1;
      if (entries > ENTRIES_MAX) return found.sort();
      const path = join(directory, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() && startsShell(path, firstLine)) found.push(path);
    }
  }
  return found.sort();
}

/** The script's text; undefined where it cannot be read or is out of all proportion. */
export function readScript(path: string): SystemScript | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > SCRIPT_BYTES_MAX) return undefined;
    return { path, source: bytes.toString("utf8") };
  } catch {
    return undefined;
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function startsShell(path: string, bytes: Buffer): boolean {
  try {
    const file = openSync(path, "r");
    try {
      const length = readSync(file, bytes, 0, bytes.length, 0);
      return bytes[0] === 0x23 && FIRST_LINE.test(bytes.toString("latin1", 0, length));
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
