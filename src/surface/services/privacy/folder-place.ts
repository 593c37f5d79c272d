// A folder of files as a place: notes, exports, memories of another program. What names the person is rewritten, file by file.
import { lstatSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import type { PersonMatcher } from "#record/privacy/person.ts";
import { endForeignWork, WORK_PREFIX } from "#record/store/index/foreign-database.ts";
import { entriesOf } from "../../foundation/files/folder-listing.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import {
  eraseFromFile,
  filesBelow,
  isRefused,
  lookAtFile,
  readFromFile,
  removeFile,
} from "./file-forms.ts";
import type { Found, Held, PersonalPlace } from "./place.ts";

/** What is known of a file before it is read: whose it is as a whole, or that only what it says counts. */
export type Belonging =
  | { readonly kind: "person" }
  | { readonly kind: "content" }
  | { readonly kind: "skipped" }
  | { readonly kind: "fixed"; readonly why: string };

/** A place of all files below some folders, or of single files; `belonging` judges a path before the content does. */
export function folderPlace(options: {
  readonly id: string;
  readonly what: string;
  readonly roots: readonly string[];
  readonly belonging?: (path: string) => Belonging;
}): PersonalPlace {
  const { id, what, roots, belonging = () => ({ kind: "content" }) } = options;
  const each = async (
    matcher: PersonMatcher,
    visit: (path: string) => Promise<Found | undefined>,
  ): Promise<readonly Found[]> => {
    const found: Found[] = [];
    for (const root of roots) {
      const { paths, isCut, closed } = filesBelow(root);
      for (const path of paths) {
        const one = isOurWork(path) ? undefined : await visit(path);
        if (one !== undefined) found.push(one);
      }
      if (isCut)
        found.push({
          path: root,
          act: "leave",
          count: 0,
          why: "it holds more files than are searched: name its folders one by one with `--folder`",
        });
      for (const path of closed)
        if (belonging(path).kind !== "skipped")
          found.push({
            path,
            act: "leave",
            count: 0,
            why: "it may not be looked into: look through it by hand",
          });
      found.push(...(await namedFolders(root, paths, matcher)));
    }
    return found;
  };
  const judged = async (
    path: string,
    matcher: PersonMatcher,
    act: (path: string, matcher: PersonMatcher) => Promise<Found | undefined>,
  ): Promise<Found | undefined> => {
    const whose = belonging(path);
    if (whose.kind === "skipped") return undefined;
    if (whose.kind === "person" || matcher.isIn(basename(path)))
      return { path, act: "remove", count: 1 };
    if (whose.kind === "content") return act(path, matcher);
    const found = await lookAtFile(path, matcher);
    return found === undefined ? undefined : { path, act: "leave", count: 0, why: whose.why };
  };
  return {
    id,
    what,
    look: (matcher) => each(matcher, (path) => judged(path, matcher, lookAtFile)),
    erase: async (matcher) => {
      for (const root of roots) await endLeftovers(root);
      const emptied = new Set<string>();
      return each(matcher, async (path) => {
        const found = await judged(path, matcher, eraseFromFile);
        if (found?.act === "remove") {
          await removeFile(path);
          emptied.add(dirname(path));
        }
        return found;
      }).finally(() => {
        for (const root of roots) removeEmptied(root, { emptied, matcher });
      });
    },
    read: async (matcher) => {
      const held: Held[] = [];
      for (const root of roots)
        for (const path of filesBelow(root).paths) {
          const { kind } = belonging(path);
          if (kind === "skipped") continue;
          const whole = kind === "person" || matcher.isIn(basename(path));
          const one = await readFromFile(path, matcher, whole);
          if (one !== undefined) held.push(one);
        }
      return held;
    },
  };
}

function isOurWork(path: string): boolean {
  return path.split(sep).some((name) => name.startsWith(WORK_PREFIX));
}

/** What an erasure that was killed left beside the files that it rewrote. */
async function endLeftovers(root: string): Promise<void> {
  const left = new Set<string>();
  for (const path of filesBelow(root).paths) {
    const names = path.split(sep);
    const place = names.findIndex((name) => name.startsWith(WORK_PREFIX));
    if (place >= 0) left.add(names.slice(0, place + 1).join(sep));
  }
  for (const path of left)
    if (lstatSync(path).isDirectory()) await endForeignWork(path);
    else rmSync(path, { force: true });
}

/**
 * What a removal emptied, now or before a crash: a folder's name may be a path or an id of the person. Folders that were empty
 * before stay. Says whether the folder is gone.
 */
function removeEmptied(
  folder: string,
  by: { readonly emptied: ReadonlySet<string>; readonly matcher: PersonMatcher },
  above?: { readonly isNamed: boolean },
): boolean {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const name = basename(folder);
  const isNamed = above !== undefined && (above.isNamed || by.matcher.isIn(name));
  let isEmpty = true;
  let isOurs = isNamed || by.emptied.has(folder) || name.startsWith(WORK_PREFIX);
  for (const entry of entriesOf(folder))
    if (entry.isDirectory() && removeEmptied(join(folder, entry.name), by, { isNamed }))
      isOurs = true;
    else isEmpty = false;
  // WHY still asked of the system: what may not be looked into seems empty.
  return isEmpty && isOurs && above !== undefined && isRemoved(folder);
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (cause) {
    if (isRefused(cause) || errorCode(cause) === "ENOTEMPTY") return false;
    throw cause;
  }
}

/** Folders that bear the person's name and hold files of others: they are told, for renaming one breaks what points there. */
async function namedFolders(
  root: string,
  paths: readonly string[],
  matcher: PersonMatcher,
): Promise<readonly Found[]> {
  const named = new Set<string>();
  for (const path of paths) {
    const folders = relative(root, path).split(sep).slice(0, -1);
    const at = folders.findIndex((name) => matcher.isIn(name));
    if (at >= 0) named.add([root, ...folders.slice(0, at + 1)].join(sep));
  }
  return [...named].map((path) => ({
    path,
    act: "leave",
    count: 0,
    why: "the folder bears the name: rename or remove it by hand",
  }));
}
