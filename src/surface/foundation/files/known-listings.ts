// What lies in directories, read again only where something was added to one, taken away or renamed since.
import { type Dirent, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import { tellsChanges } from "#platform/watch-limits.ts";
import { statusBehind } from "./picture.ts";

/** One entry. Where a link leads can change without a trace in the directory: that has to be looked at. */
export type Listed = {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
};

/** What is remembered: directories, and entries of one. */
const DIRECTORIES_MAX = 4_096;
const ENTRIES_MAX = 256;
/** A directory that changed this short a time ago may change again without a trace: disks tell times in steps of up to two seconds. */
const SETTLED_MS = 3_000;

const known = new Map<string, { readonly mark: string; readonly entries: readonly Listed[] }>();
const telling = new Map<number, boolean>();

/** The entries of a directory, by name; undefined where there is none that can be read. `status`: what lies at that path now, links followed. Never throws. */
export function listingAt(
  directory: string,
  status: Stats | undefined = statusBehind(directory),
): readonly Listed[] | undefined {
  if (status?.isDirectory() !== true) return undefined;
  const mark = `${status.dev}:${status.ino}:${status.mtimeMs}:${status.ctimeMs}`;
  const last = known.get(directory);
  if (last?.mark === mark) return last.entries;
  known.delete(directory);
  const atMs = Date.now();
  const entries = entriesIn(directory);
  if (entries === undefined || entries.length > ENTRIES_MAX) return entries;
  if (atMs - status.ctimeMs <= SETTLED_MS || !tells(directory, status)) return entries;
  known.set(directory, { mark, entries });
  dropOldest(known, DIRECTORIES_MAX);
  return entries;
}

/** Whether the disk of a path tells each change by its marks. */
function tells(path: string, { dev }: Stats): boolean {
  const found = telling.get(dev) ?? tellsChanges(path);
  telling.set(dev, found);
  return found;
}

function entriesIn(directory: string): readonly Listed[] | undefined {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

function kindOf(entry: Dirent): Listed["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}

/** Entries below a folder whose marks are looked at. */
const MARKED_MAX = 64;

/**
 * How all that lies below a folder stands, links followed: the same text only as long as nothing of it was changed. Undefined
 * where that cannot be told: it is too much, something changed just now, or nobody may look. Never throws.
 */
export function marksBelow(folder: string): string | undefined {
  const marks: string[] = [];
  const settledMs = Date.now() - SETTLED_MS;
  const add = (path: string, above: readonly string[]): boolean => {
    // WHY not by the picture of the event: each is looked at once, and is there.
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined || marks.length >= MARKED_MAX) return false;
    if (status.ctimeMs >= settledMs || !tells(path, status)) return false;
    const { dev, ino, mode, size, mtimeMs, ctimeMs } = status;
    marks.push(`${path}:${dev}:${ino}:${mode}:${size}:${mtimeMs}:${ctimeMs}`);
    if (!status.isDirectory()) return true;
    const place = `${dev}:${ino}`;
    if (above.includes(place)) return true;
    const entries = listingAt(path, status);
    return entries?.every(({ name }) => add(join(path, name), [...above, place])) === true;
  };
  try {
    return add(folder, []) ? marks.join("\n") : undefined;
  } catch {
    return undefined;
  }
}
