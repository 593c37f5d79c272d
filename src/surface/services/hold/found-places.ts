// What a policy hides and keeps from change, as places that exist now: looked for in the project, the home and the system.
import { dropOldest } from "#base/drop-oldest.ts";
import { accessSync, constants, lstatSync, readdirSync, type Stats, realpathSync } from "node:fs";
import { foldName } from "#base/fold-name.ts";
import { globSet, type GlobSet } from "#base/glob-set.ts";
import { globBase, hasMagic, unescapeGlob } from "#base/glob.ts";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import { PLACES } from "#guard/effects/paths/place-list.ts";
import { PASSED_OVER } from "#guard/hold/passed-over.ts";
import { PROCESS_FILES } from "#platform/namespaces.ts";
import type { HiddenFile } from "#guard/hold/profile.ts";
import { anchor, type Place, PlaceTests } from "#guard/policy/condition-places.ts";
import { isByPlace } from "#guard/policy/contained.ts";
import type { Policy } from "#guard/policy/policy.ts";

/** The places, absolute and real. */
export type FoundPlaces = {
  readonly hiddenFiles: readonly HiddenFile[];
  readonly hiddenDirectories: readonly string[];
  /** Files in hidden directories that the policy leaves open. */
  readonly shown: readonly string[];
  /** What must not change in the project. */
  readonly kept: readonly string[];
  /** Repositories in the project: the directory of each, and where git keeps its data. */
  readonly repositories: readonly { readonly root: string; readonly gitDirectory: string }[];
  /** What of the hidden in the project runs later besides, such as `.envrc`. */
  readonly hiddenRuns: readonly string[];
  /** Directories of the project that git takes for repositories without a working tree. */
  readonly bare: readonly string[];
  /** Why not all of it could be looked at. */
  readonly missing: string | undefined;
};

/** Directories of a project that are looked at. */
const DIRECTORIES_MAX = 20_000;
/** Entries of one directory that are looked at. */
const ENTRIES_MAX = 20_000;
/** Hidden files of one directory before it is hidden as a whole: each costs a third of a millisecond. */
const TOGETHER_MAX = 64;
/** Hidden places that a call carries. */
const HIDDEN_MAX = 1_024;
/** Directories beside the project, and in the home, whose names are looked at. */
const NEIGHBOURS_MAX = 256;
/** How long what lies outside of the project is taken to be as it was. */
const OUTSIDE_MS = 20_000;
/** Directories that hold what many programs keep: never hidden as a whole. */
const SHARED = [".config", ".local", ".local/share", ".cache", "Library"];

/** Looks for the places of one project and policy, and remembers directories that did not change. */
export type PlaceFinder = {
  find(asked: Asked): FoundPlaces;
};

export type Asked = {
  readonly policy: Policy;
  readonly projectRoot: string;
  readonly home: string;
  readonly nowMs: number;
  /** Directories in which is looked for what is hidden as in the project, and for nothing else. */
  readonly additionalDirectories?: readonly string[];
};

/** What is known of a policy in a project. */
type Rules = {
  /** Of rules that restrict reading. */
  readonly hides: readonly Place[];
  readonly namesHidden: GlobSet;
  readonly keeps: GlobSet;
  readonly keepsNamed: (path: string) => boolean;
};

type Directory = {
  readonly stamp: string;
  readonly hidden: readonly string[];
  readonly kept: readonly string[];
  readonly below: readonly string[];
  readonly hiddenRuns: readonly string[];
  readonly repository: string | undefined;
  /** Whether git takes it for a repository itself. */
  readonly isBare: boolean;
  /** Whether it has more entries than are looked at. */
  readonly isCut: boolean;
  /** Its entries cannot be looked at, by us as by a call; but its owner may change that at any time. */
  readonly isClosed: boolean;
};

type Memory = {
  readonly policy: Policy;
  readonly rules: Rules;
  readonly directories: Map<string, Directory>;
  /** Other names of hidden files, by what tells the file and its last change. */
  names: ReadonlyMap<string, readonly string[]>;
  outside:
    | { readonly atMs: number; readonly found: Outside; readonly seen: Map<string, Seen> }
    | undefined;
};

/** A directory outside as it was looked at: when it last changed, undefined for just then, and the names in it. */
type Seen = { changed: string | undefined; readonly names: string };

type Outside = Pick<FoundPlaces, "hiddenFiles" | "hiddenDirectories" | "shown">;

/** Places of which a held call has its own. */
const NOT_THERE = ["/proc", "/sys", "/dev", "/run"];

const PROJECTS_MAX = 16;

/** A finder with an empty memory. */
export function createPlaceFinder(): PlaceFinder {
  const known = new Map<string, Memory>();
  return {
    find(asked) {
      const { policy, projectRoot, home } = asked;
      const key = `${projectRoot}\0${home}`;
      let memory = known.get(key);
      if (memory?.policy !== policy) {
        const rules = rulesOf(policy, { projectRoot, home });
        memory = { policy, rules, directories: new Map(), names: new Map(), outside: undefined };
      }
      known.delete(key);
      known.set(key, memory);
      dropOldest(known, PROJECTS_MAX);
      return look(memory, asked);
    },
  };
}

function rulesOf(
  policy: Policy,
  session: { readonly projectRoot: string; readonly home: string },
): Rules {
  const places = new PlaceTests(session);
  const restricting = policy.rules.filter(({ verdict }) => verdict !== "allow");
  const hides = restricting
    .filter((rule) => rule.when.effects.includes("read") && isByPlace(rule))
    // WHY not those of processes: a held call sees its own processes alone.
    .filter(({ when }) => when.paths?.every(isOfProcesses) !== true)
    .map(({ when }) => places.of(when));
  const keeping = restricting
    .filter(({ verdict, when }) => verdict === "deny" && when.effects.includes("write"))
    .filter(isByPlace)
    .map(({ when }) => places.of(when));
  const meaningful = PLACES.filter(({ kind }) => kind !== "privilege").flatMap(
    ({ globs }) => globs,
  );
  const inProject = meaningful.filter((glob) => glob.startsWith("/**/"));
  return {
    hides,
    namesHidden: globSet(hides.flatMap(({ paths }) => paths)),
    keeps: globSet([...inProject, ...PROTECTED].map((glob) => anchor(glob, session))),
    keepsNamed: (path) => keeping.some((place) => place.test(path)),
  };
}

function isOfProcesses(path: string): boolean {
  return path.startsWith(PROCESS_FILES);
}

/** Beside the places whose change is more than a change: what the client loads, and code that it loads. */
const PROTECTED = ["/**/.claude/**", "/**/.mcp.json", "/**/.git/modules/**/config"];

function look(memory: Memory, asked: Asked): FoundPlaces {
  const { projectRoot, nowMs } = asked;
  if (
    memory.outside === undefined ||
    nowMs - memory.outside.atMs > OUTSIDE_MS ||
    hasNewNames(memory.outside.seen)
  )
    memory.outside = { atMs: nowMs, ...lookOutside(memory.rules, asked) };
  const outside = stillThere(memory.outside.found);
  const hiddenFiles: HiddenFile[] = [];
  const hiddenDirectories: string[] = [];
  const kept: string[] = [];
  const repositories: { root: string; gitDirectory: string }[] = [];
  const bare: string[] = [];
  const hiddenRuns: string[] = [];
  const pending = [projectRoot];
  const beside = [...(asked.additionalDirectories ?? [])];
  const linked = new Map<string, Stats>();
  let missing: string | undefined;
  // WHY those beside come last: what is too much of them must not keep a call from being held.
  for (let at = 0; at < pending.length || pending.push(...beside.splice(0)) > at; at++) {
    const isBeside = !isWithin(projectRoot, pending[at] ?? projectRoot);
    if (at >= DIRECTORIES_MAX) {
      if (!isBeside) missing = `the project has more than ${DIRECTORIES_MAX} directories`;
      break;
    }
    const directory = pending[at] ?? projectRoot;
    const found = directoryAt(directory, memory, asked);
    if (found === undefined) continue;
    if (found.isCut && !isBeside)
      missing ??= `a directory of the project has more than ${ENTRIES_MAX} entries`;
    if (found.isClosed && directory === projectRoot) missing ??= "the project cannot be read";
    if ((found.isClosed || found.hidden.length > TOGETHER_MAX) && directory !== projectRoot)
      hiddenDirectories.push(directory);
    else
      for (const path of found.hidden) {
        // WHY not of each: directories are walked by their real names, so that a file that is no link has one as well.
        const own = statusOf(path);
        const isLink = own?.isSymbolicLink() === true;
        const real = isLink ? realOf(path) : path;
        const status = isLink && real !== undefined ? statusOf(real) : own;
        if (real === undefined || isWithin(real, projectRoot)) continue;
        // WHY: a link to there would be hidden where nothing of the machine is, and the call would not start.
        if (NOT_THERE.some((place) => isWithin(place, real))) continue;
        if (status?.isDirectory() === true) hiddenDirectories.push(real);
        // A link is hidden with what it leads to.
        else if (status?.isFile() === true) {
          hiddenFiles.push({ path: real, as: showsAs(real) });
          if (status.nlink > 1) linked.set(real, status);
        }
      }
    pending.push(...found.below);
    kept.push(...found.kept);
    if (isBeside) {
      const git = found.repository;
      // WHY not as repositories: of those a call may change what is not kept.
      if (git !== undefined) kept.push(joinPath(git, "hooks"), joinPath(git, "config"));
      continue;
    }
    if (found.repository !== undefined)
      repositories.push({ root: directory, gitDirectory: found.repository });
    if (found.isBare) bare.push(directory);
    hiddenRuns.push(...found.hiddenRuns);
  }
  for (const path of otherNames(linked, pending, memory))
    if (!linked.has(path)) hiddenFiles.push({ path, as: "closed" });
  const all = {
    hiddenFiles: [...hiddenFiles, ...outside.hiddenFiles],
    hiddenDirectories: [...hiddenDirectories, ...outside.hiddenDirectories],
    shown: outside.shown,
    kept,
    repositories,
    hiddenRuns,
    bare,
  };
  const count = all.hiddenFiles.length + all.hiddenDirectories.length;
  if (count > HIDDEN_MAX) missing ??= `the policy hides ${count} files here, one by one`;
  return { ...all, missing };
}

/**
 * Whether something new lies in a directory outside that was looked at: a key that was just made is as secret as an old one.
 * WHY names: the client writes its file in the home again and again, and nothing is new by that.
 */
function hasNewNames(seen: ReadonlyMap<string, Seen>): boolean {
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
  // WHY not where it changed just now: within one tick of the clock it may change again.
  const isOld = status !== undefined && nowMs - status.ctimeMs > 50;
  return { changed: isOld ? `${status.mtimeMs}:${status.ino}` : undefined, names };
}

function namesIn(path: string): string {
  return entriesOf(path)
    .map(({ name }) => name)
    .join("/");
}

/** What of the places outside was not taken away since: nothing can be mounted where nothing is. */
function stillThere({ hiddenFiles, hiddenDirectories, shown }: Outside): Outside {
  return {
    hiddenFiles: hiddenFiles.filter(({ path }) => statusOf(path) !== undefined),
    hiddenDirectories: hiddenDirectories.filter((path) => statusOf(path) !== undefined),
    shown,
  };
}

/** Files whose numbers are looked at for other names of hidden ones. */
const NAMES_MAX = 20_000;

/** Other names in the project of hidden files that have some: what is read by one is read by all. */
function otherNames(
  linked: ReadonlyMap<string, Stats>,
  directories: readonly string[],
  memory: Memory,
): readonly string[] {
  if (linked.size === 0) return [];
  const keyOf = ({ dev, ino, ctimeMs }: Stats): string => `${dev}:${ino}:${ctimeMs}`;
  const keys = new Set([...linked.values()].map(keyOf));
  // A new name, and one that is gone, change the file's own time.
  const isKnown = [...keys].every((key) =>
    memory.names.get(key)?.every((path) => {
      const status = statusOf(path);
      return status !== undefined && keyOf(status) === key;
    }),
  );
  if (isKnown) return [...keys].flatMap((key) => memory.names.get(key) ?? []);
  const names = new Map<string, string[]>([...keys].map((key) => [key, []]));
  let open = [...linked.values()].reduce((sum, { nlink }) => sum + nlink, 0);
  let count = 0;
  const near = [...linked.keys()].map(parentPath);
  for (const directory of new Set([...near, ...directories]))
    for (const entry of entriesOf(directory)) {
      if (!entry.isFile()) continue;
      if (open <= 0 || ++count > NAMES_MAX) return remember();
      const path = joinPath(directory, entry.name);
      const status = statusOf(path);
      const known = status === undefined ? undefined : names.get(keyOf(status));
      if (known === undefined) continue;
      known.push(path);
      open--;
    }
  return remember();

  function remember(): readonly string[] {
    memory.names = names;
    return [...names.values()].flat();
  }
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

function directoryAt(path: string, memory: Memory, asked: Asked): Directory | undefined {
  const status = statusOf(path);
  if (status === undefined || !status.isDirectory()) return undefined;
  const stamp = `${status.mtimeMs}:${status.ctimeMs}:${status.ino}`;
  const known = memory.directories.get(path);
  // WHY not where it changed just now: within one tick of the clock it may change again.
  if (known?.stamp === stamp && asked.nowMs - status.ctimeMs > 50) return known;
  const found = readDirectory(path, stamp, memory.rules);
  if (memory.directories.size > DIRECTORIES_MAX) memory.directories.clear();
  memory.directories.set(path, found);
  return found;
}

/** What git looks for in a directory before it takes it for a repository. */
const BARE = ["HEAD", "objects", "refs"];

function readDirectory(path: string, stamp: string, rules: Rules): Directory {
  const hidden: string[] = [];
  const kept: string[] = [];
  const below: string[] = [];
  const hiddenRuns: string[] = [];
  let repository: string | undefined;
  const isClosed = !canBeRead(path);
  const entries = isClosed ? [] : entriesOf(path);
  for (const entry of entries) {
    const { name } = entry;
    const place = joinPath(path, name);
    if (name === ".git") {
      repository = place;
      continue;
    }
    if (isHidden(place, rules)) {
      hidden.push(place);
      if (isKept(place, rules)) hiddenRuns.push(place);
      continue;
    }
    if (entry.isDirectory()) {
      if (name === ".claude") kept.push(place);
      else if (!PASSED_OVER.has(name)) {
        below.push(place);
        if (isKept(joinPath(place, "x"), rules)) kept.push(place);
      }
      continue;
    }
    if (isKept(place, rules)) kept.push(place);
  }
  const isCut = entries.length >= ENTRIES_MAX;
  const isBare = BARE.every((name) => entries.some((entry) => entry.name === name));
  return { stamp, hidden, kept, below, hiddenRuns, repository, isBare, isCut, isClosed };
}

function isHidden(path: string, { namesHidden, hides }: Rules): boolean {
  return namesHidden.matches(foldName(path)) && hides.some((place) => place.test(path));
}

function isKept(path: string, { keeps, keepsNamed }: Rules): boolean {
  return keeps.matches(foldName(path)) || keepsNamed(path);
}

/** What the policy hides outside of the project: by its own places, and by names in the home and beside the project. */
function lookOutside(
  rules: Rules,
  { projectRoot, home, nowMs }: Asked,
): { readonly found: Outside; readonly seen: Map<string, Seen> } {
  /** Where something new would be another place to hide; as it was before the look. */
  const looked = new Map<string, Seen>();
  const files = new Map<string, HiddenFile>();
  const directories = new Set<string>();
  const shown = new Set<string>();
  const hide = (path: string): void => {
    const real = realOf(path);
    const status = real === undefined ? undefined : statusOf(real);
    if (real === undefined || status === undefined) return;
    // What lies in the project is looked for there.
    if (isWithin(projectRoot, real)) return;
    if (status.isDirectory()) directories.add(real);
    else if (status.isFile()) files.set(real, { path: real, as: showsAs(real) });
  };
  for (const place of rules.hides)
    for (const glob of place.paths) {
      if (glob.startsWith("/**/")) {
        const rest = glob.slice(4);
        if (!hasMagic(rest)) lookAt(noted(joinPath(home, unescapeGlob(rest))), rules, hide);
        continue;
      }
      if (!hasMagic(glob)) {
        lookAt(noted(unescapeGlob(glob)), rules, hide);
        continue;
      }
      const base = noted(globBase(glob));
      const isShared = base === home || SHARED.some((name) => base === joinPath(home, name));
      const isNarrow = !isShared && base !== "/" && parentPath(base) !== "/";
      const isWhole = glob.slice(base.length) === "/**" || glob.slice(base.length).includes("**");
      if (isWhole && isNarrow && statusOf(base)?.isDirectory() === true) {
        if (isWithin(base, projectRoot)) continue;
        hide(base);
        for (const one of entriesOf(base))
          if (one.isFile() && !place.test(joinPath(base, one.name)))
            shown.add(joinPath(base, one.name));
        continue;
      }
      if (isWhole) continue;
      // Magic in the last part alone, or in one before it.
      for (const path of expand(glob)) if (place.test(path)) hide(path);
    }
  for (const neighbour of neighboursOf(projectRoot, home)) {
    noted(joinPath(neighbour, "x"));
    for (const entry of entriesOf(neighbour)) {
      const path = joinPath(neighbour, entry.name);
      if (!entry.isDirectory() && isHidden(path, rules)) hide(path);
    }
  }
  // Of a hidden directory everything is hidden.
  const isCovered = (path: string): boolean =>
    [...directories].some((one) => one !== path && isWithin(one, path));
  const found = {
    hiddenFiles: [...files.values()].filter(({ path }) => !isCovered(path)),
    hiddenDirectories: [...directories].filter((path) => !isCovered(path)),
    shown: [...shown],
  };
  // In a directory that is hidden as a whole nothing new matters.
  const isOpen = (path: string): boolean =>
    !directories.has(path) && !isCovered(path) && !isWithin(projectRoot, path);
  return { found, seen: new Map([...looked].filter(([path]) => isOpen(path))) };

  /** Notes the nearest directory of a path that is there. */
  function noted(path: string): string {
    let at = parentPath(path);
    while (parentPath(at) !== at && statusOf(at)?.isDirectory() !== true) at = parentPath(at);
    if (!looked.has(at) && !NOT_THERE.some((place) => isWithin(place, at)))
      looked.set(at, seenOf(at, nowMs));
    return path;
  }
}

function lookAt(path: string, rules: Rules, hide: (path: string) => void): void {
  if (statusOf(path) !== undefined && isHidden(path, rules)) hide(path);
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

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true }).slice(0, ENTRIES_MAX);
  } catch {
    return [];
  }
}

function canBeRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
