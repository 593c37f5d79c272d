// Folders in which a call changes files that it is shown otherwise, or may not reach around: it gets a folder of its own in their place.
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import type { HiddenFile, WrittenFolder } from "#guard/hold/profile.ts";
import { changedEntries } from "#guard/hold/changed-entries.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Looks } from "../../../foundation/files/looks.ts";

/** Entries of such a folder: each is a mount. */
const ENTRIES_MAX = 256;
/** Bytes of a file beside it that is changed as well. */
const COPY_BYTES_MAX = 4_194_304;
const FOLDERS_MAX = 8;

/** What tells which folders those are. */
export type WrittenAsked = {
  readonly effects: readonly Effect[];
  /** Whether a person agreed to what the call was judged to do. */
  readonly isAgreed: boolean;
  /** Files that are shown otherwise, as far as they are not covered. */
  readonly hiddenFiles: readonly HiddenFile[];
  /** Files right in the home that the call was judged to change. */
  readonly ofHome: readonly string[];
  /** Files of the project that the call is to make, so that nobody else knows more of what is in them than its session. */
  readonly fresh: readonly string[];
  readonly projectRoot: string;
  /** Places that lie over folders: nothing of ours goes into them, or below. */
  readonly covers: readonly string[];
  /** Where the folder of the call's own are made. */
  readonly directory: string;
  /** Paths without links. */
  readonly looks: Pick<Looks, "real" | "status">;
};

/** The folders. What cannot have one stays as it is: there a change fails. */
export function writtenFolders(asked: WrittenAsked): readonly WrittenFolder[] {
  const { effects, hiddenFiles, ofHome, fresh, projectRoot, covers, directory, looks } = asked;
  const views = new Map(
    hiddenFiles.flatMap((file) => (file.from === undefined ? [] : [[file.path, file] as const])),
  );
  const hidden = new Set(hiddenFiles.map(({ path }) => path));
  const places = new Set([
    ...[...views.keys(), ...ofHome].map(parentPath),
    ...fresh.map((path) => nearestFolder(path, { projectRoot, looks })),
  ]);
  // WHY not what is read: a file that is moved is read, and what stands in its new place would be its view.
  const mayGo = (file: string): boolean =>
    asked.isAgreed &&
    !effects.some(
      ({ kind, ...one }) =>
        kind === "read" &&
        "target" in one &&
        one.target?.kind === "path" &&
        isWithin(one.target.real, file),
    );
  const found: WrittenFolder[] = [];
  for (const path of places) {
    const isInside = isWithin(projectRoot, path);
    // WHY none elsewhere: what is new there is put back by its name alone.
    const changed = changedEntries(effects, path, () => (isInside ? namesIn(path) : undefined));
    if (changed === undefined) continue;
    const made = fresh.filter((file) => nearestFolder(file, { projectRoot, looks }) === path);
    const isMeant =
      made.length > 0 ||
      [...changed.keys()].some((name) => {
        const file = joinPath(path, name);
        return views.has(file) || ofHome.includes(file);
      });
    if (!isMeant || found.length >= FOLDERS_MAX) continue;
    if (path === "/" || looks.real(path) !== path || covers.some((one) => isWithin(one, path)))
      continue;
    const from = joinPath(directory, String(found.length));
    const entries = entriesOf(path, { changed, views, hidden, mayGo });
    if (entries !== undefined)
      found.push({
        path,
        from,
        entries,
        isOutside: !isInside,
        top: isInside ? projectRoot : path,
        changed: [...changed.keys()],
        fresh: made,
      });
  }
  return found;
}

/** Copies of single files, as folders of which nothing but them is mounted. */
export function lentFolders(
  files: readonly HiddenFile[],
  { from, projectRoot }: { readonly from: string; readonly projectRoot: string },
): readonly WrittenFolder[] {
  return files.slice(0, FOLDERS_MAX).flatMap((file, at) => {
    if (file.from === undefined) return [];
    const own = { name: baseName(file.path), as: "view", view: file.from } as const;
    return [
      {
        path: parentPath(file.path),
        from: joinPath(from, String(at)),
        top: projectRoot,
        isOutside: false,
        changed: [],
        fresh: file.isMade === true ? [file.path] : [],
        entries: [file.isMade === true ? { ...own, isMade: true } : own],
      },
    ];
  });
}

/** Names of a directory; none of one that is not there, or too full to be made again. */
function namesIn(path: string): readonly string[] | undefined {
  try {
    const names = readdirSync(path);
    return names.length > ENTRIES_MAX ? undefined : names;
  } catch {
    return undefined;
  }
}

type Entries = WrittenFolder["entries"];

function entriesOf(
  path: string,
  {
    changed,
    views,
    hidden,
    mayGo,
  }: {
    readonly changed: ReadonlyMap<string, { readonly isGone: boolean }>;
    readonly views: ReadonlyMap<string, HiddenFile>;
    readonly hidden: ReadonlySet<string>;
    readonly mayGo: (file: string) => boolean;
  },
): Entries | undefined {
  const entries: Entries[number][] = [];
  try {
    const names = readdirSync(path);
    if (names.length > ENTRIES_MAX) return undefined;
    for (const name of names) {
      const file = joinPath(path, name);
      const status = lstatSync(file);
      const change = changed.get(name);
      const view = views.get(file);
      if (status.isSymbolicLink()) {
        if (change !== undefined) return undefined;
        entries.push({ name, as: "link", to: readlinkSync(file) });
      } else if (change === undefined)
        entries.push({
          name,
          as: hidden.has(file) ? "covered" : "bound",
          isDirectory: status.isDirectory(),
        });
      else if (status.isDirectory()) {
        if (change.isGone) return undefined;
        entries.push({ name, as: "bound", isDirectory: true });
      } else if (view?.from !== undefined && status.nlink === 1)
        entries.push({
          name,
          as: "view",
          view: view.from,
          ...(view.isMade === true ? { isMade: true } : {}),
          ...(change.isGone && mayGo(file) ? { mayGo: true } : {}),
        });
      // WHY not of another hidden one: what shows nothing of it would be taken for what was written.
      else if (hidden.has(file)) entries.push({ name, as: "covered", isDirectory: false });
      else if (status.isFile() && status.size <= COPY_BYTES_MAX) entries.push({ name, as: "copy" });
      else return undefined;
    }
  } catch {
    return undefined;
  }
  return entries;
}

/** The folder that is there around a file of the project, below which the call makes others. */
function nearestFolder(
  path: string,
  { projectRoot, looks }: Pick<WrittenAsked, "projectRoot" | "looks">,
): string {
  let folder = parentPath(path);
  while (
    folder !== projectRoot &&
    isWithin(projectRoot, folder) &&
    looks.status(folder) === undefined
  )
    folder = parentPath(folder);
  return folder;
}
