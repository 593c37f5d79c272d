// The repository as an audit walks it: every folder once, links not followed, files of interest taken, the rest counted.
import { type Dirent, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import {
  AUDIT_ENTRIES_MAX,
  AUDIT_FILES_MAX,
  AUDIT_TEXT_BYTES_MAX,
  SCAN_DEPTH_MAX,
} from "#base/limits.ts";
import { namedFiles } from "#assure/posture/inputs/named-files.ts";
import { interestIn, leadsOut, leftOutFolder } from "#assure/posture/inputs/of-interest.ts";
import { LEADS_OUT } from "#assure/posture/inputs/read-inputs.ts";
import { withoutValues } from "#assure/posture/inputs/without-values.ts";
import type { SeenFile, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import type { Unseen } from "#assure/scan/scan-finding.ts";
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
  const links: string[] = [];
  let isWhole = true;
  const stop = (what: string, why: string) => {
    isWhole = false;
    unseen.push({ what, why });
  };
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
      if (isFull) continue;
      if (entry.isSymbolicLink()) {
        const link = linkAt(join(root, below), below);
        if (link !== undefined) {
          files.set(below, link);
          continue;
        }
        if (leadsToFolder(join(root, below))) links.push(below);
      }
      const interest = interestIn(below);
      if (interest === undefined) continue;
      const bytesMax = interest === "name" ? 0 : FILE_BYTES_MAX;
      const named = { place: "repository", path: below, shown: below, bytesMax } as const;
      const whole = seenFile(join(root, below), named);
      if (whole === undefined) continue;
      const file = interest === "names" ? namesOf(whole) : whole;
      files.set(below, file);
      bytes += file.text === undefined ? 0 : file.bytes;
      // WHY no stop: which checks need this file, and are not settled without it, they say themselves.
      if (file.text === undefined && interest === "read")
        unseen.push({ what: below, why: file.why ?? "it cannot be read" });
      isFull = files.size >= AUDIT_FILES_MAX || bytes >= AUDIT_TEXT_BYTES_MAX;
      if (isFull)
        stop(".", `files of interest after the first ${files.size}: their bound is reached`);
    }
  }
  for (const path of isFull ? [] : namedFiles(files.values())) {
    if (files.has(path)) continue;
    const named = { place: "repository", path, shown: path, bytesMax: FILE_BYTES_MAX } as const;
    const file = isInside(root, path) ? seenFile(join(root, path), named) : undefined;
    if (file !== undefined && !file.isLink) files.set(path, file);
  }
  onProgress(entries);
  return { tree: { shown: ".", files, entries, isWhole, links }, unseen, leftOut };
}

/** WHY no digest either: of a short secret it tells what it is. */
function namesOf(file: SeenFile): SeenFile {
  const { path, text } = file;
  return {
    ...file,
    sha256: undefined,
    text: text === undefined ? undefined : withoutValues(path, text),
  };
}

/** A link that leads out of the repository, of whatever name; what it leads to is not read. */
function linkAt(absolute: string, path: string): SeenFile | undefined {
  try {
    const target = readlinkSync(absolute);
    if (!leadsOut(path, target)) return undefined;
    const bare = { mode: undefined, owner: undefined, bytes: 0, sha256: undefined } as const;
    const named = { place: "repository", path, shown: path, isLink: true, target } as const;
    // WHY files of interest are read all the same: the client follows a link to its settings.
    if (
      interestIn(path) === "read" &&
      statSync(absolute, { throwIfNoEntry: false })?.isFile() === true
    )
      return undefined;
    return { ...named, ...bare, text: undefined, why: LEADS_OUT };
  } catch {
    return undefined;
  }
}

/** A link in a loop leads nowhere. */
function leadsToFolder(absolute: string): boolean {
  try {
    return statSync(absolute).isDirectory();
  } catch {
    return false;
  }
}

/** Whether no folder on the way is a link, so that the path stays where it seems to be. */
function isInside(root: string, path: string): boolean {
  try {
    return realpathSync(join(root, path)) === join(realpathSync(root), path);
  } catch {
    return false;
  }
}

/** The entries of a folder in the order of their names, or why they cannot be told. */
function entriesOf(path: string): readonly Dirent[] | string {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return reasonOf(error);
  }
}
