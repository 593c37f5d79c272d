// Directories beside the project that count like it: those that a person's own settings of the client name, and working trees that the session made.
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import { wasWritten } from "#guard/effects/paths/written-places.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { gitDirectoryOf } from "./places/git-places.ts";
import { clientSidesOf, type NamedDirectory } from "./client-side.ts";

/** Where it is asked, and what the session wrote. Paths are absolute. */
export type AskedDirectories = {
  readonly root: string;
  readonly writtenPaths?: ReadonlySet<string>;
  /** Where calls of the session were judged to make further working trees, in places where nothing was. */
  readonly worktrees?: ReadonlySet<string> | undefined;
};

/** The directories, as real paths. Never throws. */
export type AdditionalDirectories = (asked: AskedDirectories) => readonly string[];

const DIRECTORIES_MAX = 32;

/** What is the system's: nobody works there as in a project, whatever settings say. */
const OF_SYSTEM =
  /^\/(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|snap|sys|usr|var\/(?:lib|log|run|spool|cache))(?:\/|$)/;

/** Reads them below a home, as often as settings change. `managed` is the directory of managed settings. */
export function createAdditionalDirectories(home: string, managed?: string): AdditionalDirectories {
  const sideOf = clientSidesOf(home, managed);
  return ({ root, writtenPaths = new Set(), worktrees = new Set() }) => {
    try {
      const own = sideOf(root).additional.filter(
        // WHY not the project's: whoever wrote the repository wrote those.
        ({ source, file }) =>
          source === "managed" ||
          (source !== "project" && !wasWritten(writtenPaths, realPath(file))),
      );
      const places = { root: realPath(root), home: realPath(home) };
      const found = new Set(own.map((one) => realPath(placeOf(one, { root, home }))));
      const [books] = worktrees.size === 0 ? [] : [gitDirectoryOf(root, joinPath(root, ".git"))];
      // WHY looked at: what lies there may be something else by now, and only git's own books say which tree is of whom.
      for (const path of worktrees)
        if (books !== undefined && realPath(path) === path)
          if (gitDirectoryOf(path, joinPath(path, ".git")) === books) found.add(path);
      return [...found].filter((path) => isWorkplace(path, places)).slice(0, DIRECTORIES_MAX);
    } catch {
      return [];
    }
  };
}

type Places = { readonly root: string; readonly home: string };

function placeOf({ directory }: NamedDirectory, { root, home }: Places): string {
  const isOfHome = directory === "~" || directory.startsWith("~/");
  return isOfHome ? joinPath(home, directory.slice(2)) : joinPath(root, directory);
}

/**
 * Whether a directory can count like a project. WHY not the home and what lies above it or the project: rules for what is
 * outside would speak of nothing any more. WHY not a hidden one of the home: there programs keep settings and credentials.
 */
function isWorkplace(path: string, { root, home }: Places): boolean {
  if (isWithin(path, home) || isWithin(path, root) || isWithin(root, path)) return false;
  if (parentPath(path) === "/" || OF_SYSTEM.test(path)) return false;
  return !(isWithin(home, path) && path.slice(home === "/" ? 0 : home.length).startsWith("/."));
}
