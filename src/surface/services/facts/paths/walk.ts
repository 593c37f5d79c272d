// Which paths exist: shell globs and trees, walked within bounds and only where a match can be.
import type { Dirent } from "node:fs";
import { lstat, opendir, readdir, stat } from "node:fs/promises";
import { foldName } from "#base/fold-name.ts";
import { globSet } from "#base/glob-set.ts";
import { compileGlob, globBase, hasMagic, unescapeGlob } from "#base/glob.ts";
import { isWithin, parentPath } from "#base/path.ts";
import { errorCode, type PathResolver } from "./real-path.ts";

/** Size of a directory that is read whole. */
const WHOLE_BYTES_MAX = 256 * 1024;
/** Directories read at the same time. */
const PARALLEL_MAX = 8;
/** Entries of one directory that cost a step. */
const ENTRIES_PER_STEP = 256;

/**
 * Bounds of one walk. `expired` takes steps, one unless told, and tells whether they were more than there are. INVARIANT: a walk asks
 * it in an order that the disk's pace does not change, so that what is found within a bound is the same on a busy machine.
 */
export type WalkBounds = {
  readonly entriesMax: number;
  readonly pathsMax: number;
  readonly expired: (steps?: number) => boolean;
  readonly resolve: PathResolver;
  /** Directories that walks of the same moment listed; each is read once for all of them. */
  readonly listings?: Listings;
};

/** What is in each directory, by its path. */
export type Listings = Map<string, Promise<Listing>>;
type Listing = {
  readonly entries: readonly Entry[];
  /** False where there are more than a bound. */
  readonly isWhole: boolean;
  /** The system's name of what kept it from being listed. */
  readonly error?: string;
};

/**
 * What a walk found, sorted. `links` are the paths that really lie elsewhere: symlinks, and what was reached through
 * one. `complete` is false when a bound or an unreadable directory hid something.
 */
export type WalkResult = {
  readonly paths: readonly string[];
  readonly links: readonly { readonly path: string; readonly real: string }[];
  readonly complete: boolean;
};

/** One entry of a directory. A `link` is a symlink, whatever it leads to. */
export type Entry = { readonly name: string; readonly kind: "directory" | "link" | "leaf" };

/** Which of a directory's entries are looked at; a directory is asked about after the one that holds it. */
export type KeepEntries = (
  directory: string,
  entries: readonly Entry[],
) => Promise<readonly Entry[]> | readonly Entry[];

/** Lists directories, each once, and counts what it costs. */
type Lister = {
  readonly list: (directory: string) => Promise<readonly Entry[]>;
  /** Begins to read a directory that is listed next; counts nothing. */
  readonly begin: (directory: string) => void;
  /** `kind` is what lies there, where a listing told it. */
  readonly add: (path: string, kind?: Entry["kind"]) => void;
  /** Notes that something could not be looked at. */
  readonly missed: () => void;
  /** Whether the walk has hit a bound and must stop. */
  readonly stopped: () => boolean;
  readonly result: () => Promise<WalkResult>;
};

/**
 * Paths that exist and match `pattern`, as a shell expands it: named and wildcard parts go through symlinked
 * directories, `**` does not.
 */
export async function expandGlob(
  pattern: string,
  options: { readonly dotfiles: boolean; readonly ignoreCase: boolean },
  bounds: WalkBounds,
): Promise<WalkResult> {
  const lister = listerWithin(bounds);
  const parts = splitPattern(pattern);
  const matchesAll = compileGlob(pattern, options);
  const visited = new Set<string>();

  const expand = async (directory: string, index: number): Promise<void> => {
    const key = `${index}:${directory}`;
    const part = parts[index];
    if (part === undefined || lister.stopped() || visited.has(key)) return;
    visited.add(key);
    const isLast = index === parts.length - 1;
    if (part.includes("**")) return expandTree(directory, index);
    if (!hasMagic(part) && (!options.ignoreCase || index === 0)) {
      const path = below(directory, unescapeGlob(part));
      if (!isLast) return expand(path, index + 1);
      if (await exists(path)) lister.add(path);
      return;
    }
    const matches = compileGlob(`/${part}`, options);
    for (const entry of await lister.list(directory)) {
      if (!matches(`/${entry.name}`)) continue;
      const path = below(directory, entry.name);
      if (isLast) lister.add(path, entry.kind);
      else if (entry.kind !== "leaf") await expand(path, index + 1);
    }
  };

  const expandTree = async (top: string, index: number): Promise<void> => {
    const isWhole = parts[index] === "**";
    const pending = [top];
    for (let at = 0; at < pending.length && !lister.stopped(); at++) {
      const directory = pending[at] ?? top;
      if (isWhole && index < parts.length - 1) await expand(directory, index + 1);
      for (const entry of await lister.list(directory)) {
        const path = below(directory, entry.name);
        if (matchesAll(path)) lister.add(path, entry.kind);
        if (entry.kind === "directory" && (options.dotfiles || !entry.name.startsWith("."))) {
          pending.push(path);
        }
      }
    }
  };

  await expand("/", 0);
  return lister.result();
}

/**
 * Entries at or below `root` that match one of `patterns`, or are symlinks to a path that does or to a directory that
 * holds such paths. Symlinks below `root` are listed, not followed. A pattern without a leading `/` matches at any depth.
 * What `keep` leaves out is not looked into.
 */
export async function findEntries(
  root: string,
  patterns: readonly string[],
  bounds: WalkBounds,
  keep: KeepEntries = (_, entries) => entries,
): Promise<WalkResult> {
  const lister = listerWithin(bounds);
  const rooted = patterns.map((pattern) => (pattern.startsWith("/") ? pattern : `/**/${pattern}`));
  // Rules ignore case, as the client's do: on many file systems `.ENV` opens `.env`.
  const set = globSet(rooted);
  const bases = rooted.map((pattern) => globBase(pattern)).filter((base) => base !== "/");
  const matches = (path: string): boolean => set.matches(foldName(path));
  const leadsToMatch = async (link: string): Promise<boolean> => {
    const target = await bounds.resolve(link);
    if (target === undefined) {
      lister.missed();
      return false;
    }
    if (matches(target.real)) return true;
    if (target.type !== "directory") return false;
    return matches(below(target.real, "any")) || bases.some((base) => isWithin(target.real, base));
  };

  // WHY: a root behind a symlink has two names, and a pattern may speak of either.
  const realRoot = (await bounds.resolve(root))?.real ?? root;
  const matchesEither = (path: string): boolean =>
    matches(path) || (realRoot !== root && matches(below(realRoot, path.slice(root.length + 1))));

  if ((await exists(root)) && (matches(root) || matches(realRoot))) lister.add(root);
  const pending = [root];
  while (pending.length > 0 && !lister.stopped()) {
    const batch = pending.splice(0, PARALLEL_MAX);
    for (const directory of batch) lister.begin(directory);
    const links: string[] = [];
    for (const directory of batch) {
      for (const entry of await keep(directory, await lister.list(directory))) {
        const path = below(directory, entry.name);
        if (entry.kind === "directory") pending.push(path);
        if (matchesEither(path)) lister.add(path, entry.kind);
        else if (entry.kind === "link") links.push(path);
      }
    }
    await Promise.all(
      links.map(async (link) => {
        if (await leadsToMatch(link)) lister.add(link);
      }),
    );
  }
  return lister.result();
}

function listerWithin(bounds: WalkBounds): Lister {
  const lists = new Map<string, readonly Entry[]>();
  const listings = bounds.listings ?? new Map<string, Promise<Listing>>();
  const paths = new Map<string, Entry["kind"] | undefined>();
  let entryCount = 0;
  let complete = true;
  let stopped = false;
  const stop = (): void => {
    complete = false;
    stopped = true;
  };
  const list = async (directory: string): Promise<readonly Entry[]> => {
    const known = lists.get(directory);
    if (known !== undefined) return known;
    const entries: Entry[] = [];
    lists.set(directory, entries);
    if (stopped || bounds.expired()) {
      stop();
      return entries;
    }
    const listing = await listed(directory, listings, bounds.entriesMax);
    if (bounds.expired(Math.floor(listing.entries.length / ENTRIES_PER_STEP))) {
      stop();
      return entries;
    }
    for (const entry of listing.entries) {
      if (++entryCount > bounds.entriesMax) break;
      // A name that is not UTF-8 comes out damaged: it exists, but nothing can be asked about it.
      if (entry.name.includes("\ufffd")) complete = false;
      entries.push(entry);
    }
    if (!listing.isWhole || entryCount > bounds.entriesMax) stop();
    const { error } = listing;
    if (error !== undefined && error !== "ENOENT" && error !== "ENOTDIR" && error !== "ELOOP")
      complete = false;
    return entries;
  };
  return {
    list,
    begin: (directory) => void listed(directory, listings, bounds.entriesMax),
    add: (path, kind) => {
      if (paths.size >= bounds.pathsMax && !paths.has(path)) stop();
      else paths.set(path, kind);
    },
    missed: () => {
      complete = false;
    },
    stopped: () => stopped,
    result: async () => {
      const found = [...paths.keys()].sort();
      const links: { path: string; real: string }[] = [];
      const holders = new Map<string, string | undefined>();
      const realOf = async (path: string): Promise<string | undefined> => {
        const kind = paths.get(path);
        if (kind === undefined || kind === "link") return (await bounds.resolve(path))?.real;
        // WHY by its directory: what was listed as no link lies where that lies, and a look at each of thousands takes seconds.
        const holder = parentPath(path);
        if (!holders.has(holder)) holders.set(holder, (await bounds.resolve(holder))?.real);
        const real = holders.get(holder);
        return real === undefined ? undefined : below(real, path.slice(path.lastIndexOf("/") + 1));
      };
      for (const path of found) {
        const real = await realOf(path);
        if (real === undefined) complete = false;
        else if (real !== path) links.push({ path, real });
      }
      return { paths: found, links, complete };
    },
  };
}

/** What is in a directory, read once for all walks that share their listings. */
function listed(directory: string, listings: Listings, entriesMax: number): Promise<Listing> {
  const known = listings.get(directory);
  if (known !== undefined) return known;
  const listing = listDirectory(directory, entriesMax);
  listings.set(directory, listing);
  return listing;
}

async function listDirectory(directory: string, entriesMax: number): Promise<Listing> {
  const entries: Entry[] = [];
  try {
    for await (const entry of await readDirectory(directory)) {
      if (entries.length > entriesMax) return { entries, isWhole: false };
      const kind = entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "link" : "leaf";
      entries.push({ name: entry.name, kind });
    }
  } catch (error) {
    return { entries, isWhole: true, error: errorCode(error) ?? "unknown" };
  }
  return { entries, isWhole: true };
}

// WHY: reading a directory whole is three times as fast as reading it piece by piece, but costs memory for every entry,
// bounds or not. The size of a directory grows with its entries on the usual file systems.
async function readDirectory(directory: string): Promise<Iterable<Dirent> | AsyncIterable<Dirent>> {
  const { size } = await stat(directory);
  return size <= WHOLE_BYTES_MAX
    ? readdir(directory, { withFileTypes: true })
    : opendir(directory, { bufferSize: 256 });
}

function splitPattern(pattern: string): string[] {
  // A backslash keeps the character after it, a slash included, out of the split.
  return (pattern.match(/(?:\\[\s\S]|[^/\\]|\\$)+/g) ?? []).filter((part) => part !== "");
}

function below(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
