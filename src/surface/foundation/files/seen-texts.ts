// What was found in texts that lie on the disk as they did: looked at again only where a file has changed.
import { dropOldest } from "#base/drop-oldest.ts";
import { statusBehind } from "./picture.ts";

const KEPT_MAX = 2_048;
/** A file that changed this short a time ago may change again without a trace: disks tell times in steps. */
const SETTLED_MS = 2_000;

/** `find`, remembered by the file's own marks; undefined where there is no such file. The text itself is not kept. */
export function createSeenTexts<Found>(
  find: (path: string) => Found | undefined,
): (path: string) => Found | undefined {
  const kept = new Map<string, { readonly marks: string; readonly found: Found | undefined }>();
  return (path) => {
    const marks = marksOf(path);
    if (marks === undefined) {
      kept.delete(path);
      return find(path);
    }
    const known = kept.get(path);
    if (known?.marks === marks) return known.found;
    const found = find(path);
    kept.delete(path);
    kept.set(path, { marks, found });
    dropOldest(kept, KEPT_MAX);
    return found;
  };
}

/** Undefined where a file cannot be told from what it was. */
function marksOf(path: string): string | undefined {
  const status = statusBehind(path);
  if (status === undefined || !status.isFile()) return undefined;
  const { dev, ino, size, mtimeMs, ctimeMs } = status;
  const age = Date.now() - Math.max(mtimeMs, ctimeMs);
  return age > SETTLED_MS ? `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}` : undefined;
}
