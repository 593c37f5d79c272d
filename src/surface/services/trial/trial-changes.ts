// What a trial changed in the project: read from the overlay's own layer, so that only what was touched is looked at.
import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { FileChange } from "../undo/change-records.ts";
import type { CopyStore } from "../undo/copy-store.ts";
import {
  isSame,
  LEFT_OUT as MADE_AGAIN,
  lookAtPath,
  type State,
  UNDO_BOUNDS,
} from "../undo/project-state.ts";

/** Directories of which nothing is committed. WHY git's own: what a command makes of it takes part in what comes after. */
const LEFT_OUT: ReadonlySet<string> = new Set([...MADE_AGAIN, ".git"]);

/** What became of a project. Paths are relative to its root. */
export type TrialChanges = {
  readonly changes: readonly FileChange[];
  /** Directories of packages, caches and version control that the trial changed: none of that is committed. */
  readonly leftOut: readonly string[];
  /** Places that somebody else changed while the command ran. */
  readonly meanwhile: readonly string[];
  /** There are more changes than are looked at. */
  readonly isCut: boolean;
};

/** Places that are looked at in one trial. */
const PLACES_MAX = 10_000;
const DEPTH_MAX = 64;

/** Reads the changes; each content is kept in `store`. `startMs` is when the command was started. */
export function readTrialChanges(places: {
  /** The project as it is, as the command left it, and the layer that the command wrote. */
  readonly root: string;
  readonly view: string;
  readonly upper: string;
  readonly store: CopyStore;
  readonly startMs: number;
}): TrialChanges {
  const { root, view, upper, store, startMs } = places;
  const changes: FileChange[] = [];
  const leftOut = new Set<string>();
  const meanwhile: string[] = [];
  let count = 0;
  const stateIn = (top: string, path: string): State => {
    try {
      return lookAtPath({ root: top, store, before: undefined, bounds: UNDO_BOUNDS }, path).state;
    } catch {
      return { kind: "other" };
    }
  };
  const compare = (path: string, isGone = false): void => {
    if (count >= PLACES_MAX) return;
    count += 1;
    const before = stateIn(root, path);
    const after: State = isGone ? { kind: "none" } : stateIn(view, path);
    if (isSame(before, after)) return;
    const status = statusOf(join(root, path));
    const isLate = before.kind !== "directory" && (status?.ctimeMs ?? 0) >= startMs;
    if (isLate) meanwhile.push(path);
    else changes.push({ path, before, after });
  };
  /** Everything of the project at a place is gone, or has made room. */
  const gone = (path: string, depth: number): void => {
    const status = statusOf(join(root, path));
    if (status?.isDirectory() === true && depth <= DEPTH_MAX)
      for (const { name } of entriesOf(join(root, path))) {
        const at = `${path}/${name}`;
        if (LEFT_OUT.has(name)) leftOut.add(at);
        else if (!exists(join(view, at))) gone(at, depth + 1);
      }
    compare(path, !exists(join(view, path)));
  };
  const walk = (way: string, depth: number): void => {
    for (const entry of entriesOf(join(upper, way))) {
      const path = way === "" ? entry.name : `${way}/${entry.name}`;
      if (LEFT_OUT.has(entry.name)) {
        if (isTouched(join(upper, path), entry)) leftOut.add(path);
        continue;
      }
      if (!entry.isDirectory()) {
        gone(path, depth);
        continue;
      }
      compare(path);
      // A directory that was deleted and made again hides what the project has there.
      for (const { name } of entriesOf(join(root, path))) {
        const at = `${path}/${name}`;
        if (!exists(join(view, at)) && !exists(join(upper, at)))
          if (LEFT_OUT.has(name)) leftOut.add(at);
          else gone(at, depth + 1);
      }
      if (depth <= DEPTH_MAX) walk(path, depth + 1);
    }
  };
  walk("", 0);
  return { changes, leftOut: [...leftOut], meanwhile, isCut: count >= PLACES_MAX };
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  } catch {
    return [];
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // A file lies where a directory of its way was.
    return undefined;
  }
}

function exists(path: string): boolean {
  return statusOf(path) !== undefined;
}

/** WHY not every directory: one that was only opened for writing lies in the layer, and holds nothing. */
function isTouched(path: string, entry: Dirent): boolean {
  return !entry.isDirectory() || entriesOf(path).length > 0;
}
