// Which files lie at a place that programs outside obey, so that it is known again where its folder was moved to.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ENTRIES_MAX = 256;

/**
 * The file at a path, or those below a directory, each as it was changed last; undefined where something else is there, or too much. WHY
 * the time of change: everybody sets the time of writing, and nobody that one.
 */
export function stateAt(path: string): string | undefined {
  try {
    return filesAt(path)
      ?.map((file) => {
        const { dev, ino, ctimeMs } = lstatSync(file);
        return `${file.slice(path.length)}:${dev}:${ino}:${ctimeMs}`;
      })
      .toSorted()
      .join("\0");
  } catch {
    return undefined;
  }
}

/** A regular file, or those below a directory; undefined where something else is there. */
export function filesAt(path: string): readonly string[] | undefined {
  try {
    const status = lstatSync(path);
    const files = status.isDirectory() ? filesBelow(path) : status.isFile() ? [path] : [];
    return files?.length === 0 ? undefined : files;
  } catch {
    return undefined;
  }
}

/** Regular files below a directory; undefined where something else is there, or too many are. */
export function filesBelow(directory: string): readonly string[] | undefined {
  const files: string[] = [];
  const pending = [directory];
  let count = 0;
  for (let at = pending.pop(); at !== undefined; at = pending.pop())
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      count += 1;
      if (count > ENTRIES_MAX || (!entry.isFile() && !entry.isDirectory())) return undefined;
      (entry.isFile() ? files : pending).push(join(at, entry.name));
    }
  return files;
}
