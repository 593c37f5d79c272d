// Labels of all that lies below a folder: put together when it is read for the first time, and kept up to date from then on.
import { dropOldest } from "#base/drop-oldest.ts";
import { type Label, merged } from "./labels.ts";
import type { Folders } from "./folders.ts";

/** Folders whose labels are kept; those that were read longest ago go first. */
const FOLDERS_MAX = 64;
/** Files that got labels since a folder was read; of more the folder is looked at anew. */
const SINCE_MAX = 256;

export type FolderLabels = {
  /** Labels of the files below a folder, of one source the newest. A file that was forgotten for its age may still count. */
  of(folder: string): readonly Label[];
  /** A file has labels more. */
  added(file: string, labels: readonly Label[]): void;
  /** A file was made anew. */
  removed(file: string): void;
};

type Summary = { labels: readonly Label[]; since: (readonly Label[])[] };

/** `labelsMax` newest labels of each folder. */
export function createFolderLabels(
  files: ReadonlyMap<string, readonly Label[]>,
  folders: Folders,
  labelsMax: number,
): FolderLabels {
  const known = new Map<string, Summary>();
  const above = (file: string): readonly (readonly [string, Summary])[] =>
    [...known].filter(([folder]) => folder === "" || isBelow(file, folder));
  return {
    of(folder) {
      if (!folders.has(folder)) return [];
      const before = known.get(folder);
      known.delete(folder);
      const lists = before?.since ?? folders.below(folder).map((file) => files.get(file) ?? []);
      const labels =
        before !== undefined && lists.length === 0
          ? before.labels
          : merged(before?.labels ?? [], lists.flat(), labelsMax);
      known.set(folder, { labels, since: [] });
      dropOldest(known, FOLDERS_MAX);
      return labels;
    },
    added(file, labels) {
      for (const [folder, summary] of above(file)) {
        summary.since.push(labels);
        if (summary.since.length > SINCE_MAX) known.delete(folder);
      }
    },
    removed(file) {
      for (const [folder] of above(file)) known.delete(folder);
    },
  };
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(folder) && file[folder.length] === "/";
}
