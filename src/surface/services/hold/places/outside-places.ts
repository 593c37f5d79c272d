// What a policy hides outside of the project: at its own places, and by names in the home and beside the project.
import { readdirSync } from "node:fs";
import { foldName } from "#base/fold-name.ts";
import { globSet } from "#base/glob-set.ts";
import { globBase, hasMagic, unescapeGlob } from "#base/glob.ts";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import { PASSED_OVER } from "#guard/hold/passed-over.ts";
import type { HiddenFile } from "#guard/hold/profile.ts";
import { ENTRIES_MAX, entriesOf, isSettled, statusOf } from "./entries.ts";
import { pictureOfCall } from "../../../foundation/files/picture.ts";
import { realOf } from "../../../foundation/files/path-status.ts";
import type { Place } from "#guard/policy/condition-places.ts";
import { type Rules, isHidden } from "./place-rules.ts";

/** Hidden places that a call carries. */
export const HIDDEN_MAX = 1_024;

/** Directories beside the project, and in the home, whose names are looked at. */
const NEIGHBOURS_MAX = 256;

/** Directories that hold what many programs keep: never hidden as a whole. */
const SHARED = [".config", ".local", ".local/share", ".cache", "Library"];

/** Data of desktop programs, each with a home of its own in there: no tool chain lies in them. */
const OF_DESKTOP = [".var", "snap"];

/** A directory outside as it was looked at: when it last changed, undefined for just then, and the names in it. */
export type Seen = { changed: string | undefined; readonly names: string };

/** What is hidden outside of the project. */
export type Outside = {
  readonly hiddenFiles: readonly HiddenFile[];
  readonly hiddenDirectories: readonly string[];
  /** Directories that show themselves as empty. */
  readonly emptyDirectories: readonly string[];
  /** Files in hidden directories that the policy leaves open. */
  readonly shown: readonly string[];
};

/** Places of which a held call has its own. */
export const NOT_THERE = ["/proc", "/sys", "/dev", "/run"];

/**
 * Whether something new lies in a directory outside that was looked at: a key that was just made is as secret as an old one.
 * WHY names: the client writes its file in the home again and again, and nothing is new by that.
 */
export function hasNewNames(seen: ReadonlyMap<string, Seen>): boolean {
  for (const [path, before] of seen) {
    const status = statusOf(path);
    const changed = status === undefined ? "gone" : `${status.mtimeMs}:${status.ino}`;
    if (before.changed === changed) continue;
    if (namesIn(path) !== before.names) return true;
    before.changed = changed;
  }
  return false;
}

function seenOf(path: string, nowMs: number): Seen {
  const status = statusOf(path);
  const names = namesIn(path);
  const isOld = status !== undefined && isSettled(status, nowMs);
  return { changed: isOld ? `${status.mtimeMs}:${status.ino}` : undefined, names };
}

function namesIn(path: string): string {
  return entriesOf(path)
    .map(({ name }) => name)
    .join("/");
}

/** What of the places outside was not taken away since: nothing can be mounted where nothing is. */
export function stillThere(outside: Outside): Outside {
  const { hiddenFiles, hiddenDirectories, emptyDirectories, shown } = outside;
  const picture = pictureOfCall();
  const isThere = (path: string): boolean => picture?.isThere(path) ?? statusOf(path) !== undefined;
  return {
    hiddenFiles: hiddenFiles.filter(({ path }) => isThere(path)),
    hiddenDirectories: hiddenDirectories.filter(isThere),
    emptyDirectories: emptyDirectories.filter(isThere),
    shown,
  };
}

/** How a hidden file shows itself: one that programs load at each start as one without values, everything else closed. */
export function showsAs(path: string): HiddenFile["as"] {
  const name = baseName(path).toLowerCase();
  if (/^settings.*\.xml$|^nuget\.config$/.test(name)) return "xml";
  if (/^(?:credentials|config|auth)\.json$|^\.claude\.json$/.test(name)) return "json";
  const isLoaded =
    /^\.env(?:\.|$)|\.env$|^\.(?:npmrc|yarnrc|pypirc|netrc|my\.cnf|condarc|s3cfg|boto|envrc|dev\.vars)$/;
  return isLoaded.test(name) ||
    /^(?:pip\.conf|gradle\.properties|key(?:store)?\.properties)$/.test(name)
    ? "note"
    : "closed";
}

/** What the policy hides outside of the project: by its own places, and by names in the home and beside the project. */
export function lookOutside(
  rules: Rules,
  {
    projectRoot,
    home,
    nowMs,
    searchPath,
  }: {
    readonly projectRoot: string;
    readonly home: string;
    readonly nowMs: number;
    readonly searchPath?: string;
  },
): { readonly found: Outside; readonly seen: Map<string, Seen> } {
  /** Where something new would be another place to hide; as it was before the look. */
  const looked = new Map<string, Seen>();
  const files = new Map<string, HiddenFile>();
  const directories = new Set<string>();
  const empty = new Set<string>();
  const shown = new Set<string>();
  const isMissing = createMissing([home, "/etc"]);
  const hide = (path: string): void => {
    const real = realOf(path);
    const status = real === undefined ? undefined : statusOf(real);
    if (real === undefined || status === undefined) return;
    // What lies in the project is looked for there.
    if (isWithin(projectRoot, real)) return;
    if (status.isDirectory()) directories.add(real);
    else if (status.isFile()) files.set(real, { path: real, as: showsAs(real) });
  };
  /** Of a place that nobody refuses: programs find nothing there. */
  const leaveOut = (path: string, { exceptsTree }: Place): void => {
    const status = statusOf(path);
    const real = realOf(path);
    // WHY not a link: where it leads is shown or hidden by its own name.
    if (status === undefined || real === undefined || isWithin(projectRoot, real)) return;
    if (status.isFile() && !files.has(real)) files.set(real, { path: real, as: "empty" });
    else if (status.isDirectory() && !exceptsTree(path) && !isWithin(real, projectRoot))
      empty.add(real);
  };
  for (const place of rules.hides)
    for (const glob of place.paths) {
      const isRefused = rules.refuses.includes(place);
      if (glob.startsWith("/**/")) {
        const rest = glob.slice(4);
        if (!hasMagic(rest)) lookFor(joinPath(home, unescapeGlob(rest)));
        continue;
      }
      if (!hasMagic(glob)) {
        lookFor(unescapeGlob(glob));
        continue;
      }
      const base = noted(globBase(glob));
      const isNarrow = !isShared(base, home) && base !== "/" && parentPath(base) !== "/";
      const isWhole = glob.slice(base.length) === "/**" || glob.slice(base.length).includes("**");
      const isThere = isWhole && isNarrow && !isMissing(base);
      if (isThere && statusOf(base)?.isDirectory() === true) {
        if (isWithin(base, projectRoot)) continue;
        if (isRefused) hide(base);
        else leaveOut(base, place);
        for (const one of entriesOf(base))
          if (one.isFile() && !place.test(joinPath(base, one.name)))
            shown.add(joinPath(base, one.name));
        continue;
      }
      if (isWhole) continue;
      // Magic in the last part alone, or in one before it.
      for (const path of expand(glob))
        if (place.test(path))
          if (isRefused) hide(path);
          else leaveOut(path, place);
    }
  for (const neighbour of neighboursOf(projectRoot, home)) {
    noted(joinPath(neighbour, "x"));
    for (const entry of entriesOf(neighbour)) {
      const path = joinPath(neighbour, entry.name);
      if (!entry.isDirectory()) lookAt(path);
    }
  }
  for (const tool of toolsOf(searchPath, { home, projectRoot }))
    for (const path of empty)
      if (tool === path) empty.delete(path);
      else if (isWithin(path, tool)) shown.add(tool);
  // Of a hidden directory everything is hidden but what is shown of it.
  const isCovered = (path: string): boolean =>
    [...directories, ...empty].some((one) => one !== path && isWithin(one, path)) &&
    ![...shown].some((one) => isWithin(one, path));
  const found = {
    hiddenFiles: [...files.values()].filter(({ path }) => !isCovered(path)),
    hiddenDirectories: [...directories].filter((path) => !isCovered(path)),
    emptyDirectories: [...empty].filter((path) => !directories.has(path) && !isCovered(path)),
    shown: [...shown],
  };
  // In a directory that is hidden as a whole nothing new matters.
  const isOpen = (path: string): boolean =>
    !directories.has(path) && !empty.has(path) && !isCovered(path) && !isWithin(projectRoot, path);
  return { found, seen: new Map([...looked].filter(([path]) => isOpen(path))) };

  function lookFor(path: string): void {
    noted(path);
    if (!isMissing(path)) lookAt(path);
  }

  function lookAt(path: string): void {
    if (statusOf(path) === undefined || !isHidden(path, rules)) return;
    const place = rules.hides.find(({ test }) => test(path));
    if (rules.refuses.some(({ test }) => test(path))) hide(path);
    else if (place !== undefined) leaveOut(path, place);
  }

  /** Notes the nearest directory of a path that is there. */
  function noted(path: string): string {
    let at = parentPath(path);
    while (parentPath(at) !== at && (isMissing(at) || statusOf(at)?.isDirectory() !== true))
      at = parentPath(at);
    if (!looked.has(at) && !NOT_THERE.some((place) => isWithin(place, at)))
      looked.set(at, seenOf(at, nowMs));
    return path;
  }
}

/**
 * Tells what is not there by one list of each directory at or below these: most of some two hundred names in a home are not. False
 * for what has to be looked at. WHY folded: a file system may take another spelling for the same name.
 */
function createMissing(tops: readonly string[]): (path: string) => boolean {
  const listed = new Map<string, ReadonlySet<string> | undefined>();
  const namesOf = (directory: string): ReadonlySet<string> | undefined => {
    if (!listed.has(directory)) listed.set(directory, foldedNames(directory));
    return listed.get(directory);
  };
  const isMissing = (path: string): boolean => {
    const above = parentPath(path);
    if (!tops.some((top) => isWithin(top, above))) return false;
    return isMissing(above) || namesOf(above)?.has(foldName(baseName(path))) === false;
  };
  return isMissing;
}

/** Names in a directory; undefined where not all of them can be told. */
function foldedNames(directory: string): ReadonlySet<string> | undefined {
  try {
    const names = readdirSync(directory);
    return names.length > ENTRIES_MAX ? undefined : new Set(names.map(foldName));
  } catch {
    return undefined;
  }
}

/** Directories of a search path, and entries of one, that are looked at. */
const TOOLS_MAX = 1_024;

const OF_PROGRAMS = /\/(?:bin|sbin|shims|scripts|Scripts|node_modules\/\.bin)$/;

/**
 * Directories of the home that hold programs: each around one that `PATH` names, and around what links in that lead to. Real
 * paths. WHY only these names, none that lies in the project, and no more than that directory: settings of a project can put any
 * directory into the variable, and whoever writes in the project any link into one of its own.
 */
function toolsOf(
  searchPath: string | undefined,
  { home, projectRoot }: { readonly home: string; readonly projectRoot: string },
): readonly string[] {
  const realHome = realOf(home) ?? home;
  const named = (searchPath ?? "")
    .split(":")
    .slice(0, TOOLS_MAX)
    .flatMap((path) => (OF_PROGRAMS.test(path) ? (realOf(path) ?? []) : []))
    .filter((path) => isWithin(realHome, path) && !isWithin(projectRoot, path));
  const links = [...new Set(named)].flatMap((path) =>
    entriesOf(path)
      .filter((entry) => entry.isSymbolicLink())
      .slice(0, TOOLS_MAX)
      .flatMap(({ name }) => realOf(joinPath(path, name)) ?? [])
      .map(parentPath),
  );
  return [...new Set([...named, ...links])]
    .map((path) => (OF_PROGRAMS.test(path) ? parentPath(path) : path))
    .filter(
      (path) =>
        isWithin(realHome, path) &&
        !isShared(path, realHome) &&
        !OF_DESKTOP.some((name) => isWithin(joinPath(realHome, name), path)),
    );
}

/** Whether a directory is the home, or one in it that many programs share. */
function isShared(path: string, home: string): boolean {
  return path === home || SHARED.some((name) => path === joinPath(home, name));
}

/** Paths that a glob names, with wildcards in some of its parts; `**` is none of its. */
function expand(glob: string): readonly string[] {
  let found = ["/"];
  for (const part of glob.split("/").slice(1)) {
    if (!hasMagic(part)) {
      found = found.map((path) => joinPath(path, unescapeGlob(part)));
      continue;
    }
    const set = globSet([`/${part}`]);
    found = found.flatMap((path) =>
      entriesOf(path)
        .filter(({ name }) => set.matches(foldName(`/${name}`)))
        .map(({ name }) => joinPath(path, name)),
    );
    if (found.length > HIDDEN_MAX) return found.slice(0, HIDDEN_MAX);
  }
  return found;
}

/** The home, directories beside the project, and those of the home: where other projects are likely to lie. */
function neighboursOf(projectRoot: string, home: string): readonly string[] {
  const found = [home];
  const parent = parentPath(projectRoot);
  for (const directory of new Set([parent, home])) {
    if (parentPath(directory) === directory || directory === "/tmp") continue;
    for (const entry of entriesOf(directory)) {
      if (!entry.isDirectory() || entry.name.startsWith(".") || PASSED_OVER.has(entry.name))
        continue;
      const path = joinPath(directory, entry.name);
      if (path !== projectRoot) found.push(path);
      if (found.length >= NEIGHBOURS_MAX) return found;
    }
  }
  return found;
}
