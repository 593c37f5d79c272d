// The repository as an audit walks it: every folder once, links not followed, files of interest taken, the rest counted.
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import {
  AUDIT_ENTRIES_MAX,
  AUDIT_FILES_MAX,
  AUDIT_TEXT_BYTES_MAX,
  SCAN_DEPTH_MAX,
} from "#base/limits.ts";
import { interestIn, leftOutFolder } from "#assure/posture/of-interest.ts";
import type { SeenFile, SeenTree } from "#assure/posture/sights.ts";
import type { Unseen } from "#assure/scan/sighting.ts";
import { reasonOf } from "../scan/file-bytes.ts";
import { seenFile } from "./seen-file.ts";

/** Bytes of one file that are read: settings that are larger the client ignores itself. */
const FILE_BYTES_MAX = 2 * 1024 * 1024;
/** Folders between two breaths, in which progress is shown and other work goes on. */
const FOLDERS_AT_ONCE = 200;

/** What a walk came to. */
export type Walk = {
  readonly tree: SeenTree;
  readonly unseen: readonly Unseen[];
  readonly leftOut: readonly Unseen[];
};

/** Walks a repository. `onProgress` is told how many entries were passed. Never throws for what is wrong with a file. */
export async function walkRepository(
  root: string,
  onProgress: (entries: number) => void,
): Promise<Walk> {
  const files = new Map<string, SeenFile>();
  const unseen: Unseen[] = [];
  const leftOut: Unseen[] = [];
  const stop = (what: string, why: string) => void unseen.push({ what, why });
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: "", depth: 0 }];
  let entries = 0;
  let folders = 0;
  let bytes = 0;
  let isFull = false;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const { path, depth } = folder;
    if (++folders % FOLDERS_AT_ONCE === 0) {
      onProgress(entries);
      await breathe();
    }
    const list = entriesOf(join(root, path));
    if (typeof list === "string") {
      stop(path === "" ? "." : `${path}/`, list);
      continue;
    }
    entries += list.length;
    if (entries > AUDIT_ENTRIES_MAX) {
      stop(path === "" ? "." : `${path}/`, `there are more than ${AUDIT_ENTRIES_MAX} entries`);
      break;
    }
    for (const entry of list) {
      const below = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        const why = leftOutFolder(entry.name);
        if (why !== undefined) leftOut.push({ what: `${below}/`, why });
        else if (depth >= SCAN_DEPTH_MAX) stop(`${below}/`, "it lies too deep");
        else waiting.push({ path: below, depth: depth + 1 });
        continue;
      }
      const interest = interestIn(below);
      if (interest === undefined || isFull) continue;
      const bytesMax = interest === "read" ? FILE_BYTES_MAX : 0;
      const file = seenFile(join(root, below), {
        place: "repository",
        path: below,
        shown: below,
        bytesMax,
      });
      if (file === undefined) continue;
      files.set(below, file);
      bytes += file.text === undefined ? 0 : file.bytes;
      if (file.text === undefined && interest === "read")
        stop(below, file.why ?? "it cannot be read");
      isFull = files.size >= AUDIT_FILES_MAX || bytes >= AUDIT_TEXT_BYTES_MAX;
      if (isFull)
        stop(".", `files of interest after the first ${files.size}: their bound is reached`);
    }
  }
  onProgress(entries);
  const isWhole = unseen.length === 0;
  return { tree: { shown: ".", files, entries, isWhole }, unseen, leftOut };
}

/** The entries of a folder in the order of their names, or why they cannot be told. */
function entriesOf(path: string): readonly Dirent[] | string {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return reasonOf(error);
  }
}
