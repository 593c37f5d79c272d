// What a project holds, as far as it is covered: each directory, link and file with the name of its copy, looked at again by what changed.
import {
  closeSync,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from "node:fs";
import { isWithin } from "#base/path.ts";
import { openFlags } from "#platform/open-flags.ts";
import { type OpenDirectory, openBelow } from "#platform/open-below.ts";
import { copyOf, type CopyStore, PART_BYTES } from "./copy-store.ts";
import { isPassing, repositoryOf } from "./own-repository.ts";

/** Why there is no copy of a file. */
export type NotKept = "large" | "full" | "unreadable" | "late";

/** One place of a project at one time. A file without `copy` says why. `stamp` tells contents without a copy apart. */
export type State =
  | { readonly kind: "none" }
  | { readonly kind: "directory"; readonly mode: number }
  | { readonly kind: "link"; readonly to: string }
  | { readonly kind: "other" }
  | {
      readonly kind: "file";
      readonly mode: number;
      readonly size: number;
      readonly copy?: string | undefined;
      readonly why?: NotKept | undefined;
      readonly stamp: string;
    };

/** A state, with what tells that it is still the same. */
export type Seen = { readonly state: State; readonly mark: string; readonly isSettled: boolean };

/** All of a project by path relative to its root. */
export type ProjectState = ReadonlyMap<string, Seen>;

/** Bounds of what is copied of one project: `gitBytes` and as many entries again are for its repositories. */
export type UndoBounds = {
  readonly fileBytes: number;
  readonly projectBytes: number;
  readonly gitBytes: number;
  readonly entries: number;
};
export const UNDO_BOUNDS: UndoBounds = {
  fileBytes: 64 * 1024 * 1024,
  projectBytes: 256 * 1024 * 1024,
  gitBytes: 256 * 1024 * 1024,
  entries: 40_000,
};

/** Directories that are not covered, by name: tools make their contents again. */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  ...[".hg", ".svn", "node_modules", "bower_components", ".venv", "venv", "__pycache__"],
  ...[".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".gradle", ".terraform"],
  ...["target", ".next", ".nuxt", ".turbo", ".parcel-cache", ".cache", ".direnv", "Pods"],
]);

const DEPTH_MAX = 64;
const NAME_BYTES_MAX = 4_096;
/** A file that changed so shortly before it was looked at may change again within the same tick of the file system's clock. */
const SETTLED_MS = 40;

export type Look = {
  readonly root: string;
  readonly store: CopyStore;
  readonly before: ProjectState | undefined;
  readonly bounds: UndoBounds;
  /** When the call that is about to run was answered: what changed since is not what was there before it. */
  readonly lateFromMs?: number;
  /** What was seen at a place before a call that has its turn after this look was let run: by now it may have changed it. */
  readonly ahead?: ReadonlyMap<string, Seen>;
  /** Called before each directory: what cannot wait for the end of the look is done there. */
  readonly between?: () => void;
};

export type Looked = {
  readonly state: ProjectState;
  readonly isCut: boolean;
  /** How many there are without those of repositories. */
  readonly entries: number;
};

/** What was counted of the files of a project, or of its repositories. */
type Tally = { entries: number; bytes: number; readonly bytesMax: number };

/** Looks at the whole project. Files are read where something tells that they changed. Follows no link. */
export function lookAtProject(look: Look): Looked {
  const state = new Map<string, Seen>();
  const changedLate = new Set<string>();
  const { bounds } = look;
  const work: Tally = { entries: 0, bytes: 0, bytesMax: bounds.projectBytes };
  const git: Tally = { entries: 0, bytes: 0, bytesMax: bounds.gitBytes };
  const tallyOf = (path: string): Tally => (repositoryOf(path) === undefined ? work : git);
  const add = (path: string, seen: Seen): void => {
    if (seen.state.kind === "none") return;
    const tally = tallyOf(path);
    tally.entries += 1;
    if (seen.state.kind === "file") tally.bytes += seen.state.size;
    state.set(path, seen);
  };
  const walk = (way: string, depth: number): void => {
    let names: readonly string[];
    look.between?.();
    try {
      if (isLate(look, way)) changedLate.add(way);
      names = readdirSync(way === "" ? look.root : `${look.root}/${way}`);
    } catch {
      return;
    }
    const directory = openLater(look.root, way);
    try {
      for (const name of names) {
        const path = way === "" ? name : `${way}/${name}`;
        const tally = tallyOf(path);
        if (tally.entries >= bounds.entries || depth > DEPTH_MAX) {
          tally.entries = Number.POSITIVE_INFINITY;
          if (tally === git && name === ".git") continue;
          return;
        }
        const ahead = look.ahead?.get(path);
        if (ahead !== undefined && ahead.state.kind !== "directory") {
          add(path, ahead);
          continue;
        }
        // WHY by its whole path: it costs half, and a link that is put in the way meanwhile shows names and no contents.
        const status = statusAt(`${look.root}/${path}`);
        if (status === undefined || path.length > NAME_BYTES_MAX) continue;
        if (status.isDirectory()) {
          if (tally === work && LEFT_OUT.has(name)) continue;
          add(path, directorySeen(status));
          walk(path, depth + 1);
          continue;
        }
        if (isPassing(path)) continue;
        const left = tally.bytesMax - tally.bytes;
        add(path, seenAt(directory, name, { ...look, status, path, left }));
      }
    } finally {
      directory.close();
    }
  };
  walk("", 0);
  // What such a call took away meanwhile.
  for (const [path, seen] of look.ahead ?? []) if (!state.has(path)) add(path, seen);
  if (changedLate.size > 0) keepTaken(state, look.before, changedLate);
  // WHY none rather than some: a part of a repository is none.
  if (!Number.isFinite(git.entries))
    for (const path of state.keys()) if (repositoryOf(path) !== undefined) state.delete(path);
  return { state, isCut: !Number.isFinite(work.entries), entries: work.entries };
}

/** Whether a directory changed since the call that is about to run was answered. */
function isLate({ root, before, lateFromMs }: Look, way: string): boolean {
  if (lateFromMs === undefined || before === undefined) return false;
  const status = statusAt(way === "" ? root : `${root}/${way}`);
  return status !== undefined && status.ctimeMs >= lateFromMs;
}

/** What the call took away before it was looked at was there before it, as it was last seen. */
function keepTaken(
  state: Map<string, Seen>,
  before: ProjectState | undefined,
  changedLate: ReadonlySet<string>,
): void {
  // Directories come before what they hold.
  const kept = new Set<string>();
  for (const [path, seen] of before ?? []) {
    if (state.has(path)) continue;
    const holder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    if (!changedLate.has(holder) && !kept.has(holder)) continue;
    state.set(path, seen);
    kept.add(path);
  }
}

/** Looks at one place. Throws where its directory is a link, or is gone: nothing is told of it then. */
export function lookAtPath(look: Look, path: string): Seen {
  const steps = path.split("/");
  const name = steps.pop() ?? "";
  let directory: OpenDirectory;
  try {
    directory = openBelow(look.root, steps);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT") return NOTHING;
    throw cause;
  }
  try {
    const status = statusAt(directory.at(name));
    if (status === undefined) return NOTHING;
    return status.isDirectory()
      ? directorySeen(status)
      : seenAt(directory, name, { ...look, status, path, left: look.bounds.projectBytes });
  } finally {
    directory.close();
  }
}

/** Whether a path of a project is covered at all. */
export function isCovered(path: string): boolean {
  const repository = repositoryOf(path);
  if (isPassing(path)) return false;
  const steps = (repository ?? path).split("/");
  return path !== "" && !steps.some((step) => LEFT_OUT.has(step));
}

/** Entries of a directory that is copied with all that is in it. */
const BELOW_MAX = 256;

/** All that is in a directory, what is in directories after them; undefined where some of it is not covered, or it is too much. */
export function pathsBelow(root: string, directory: string): readonly string[] | undefined {
  const found: string[] = [];
  const pending = [directory];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(`${root}/${at}`, { withFileTypes: true });
    } catch {
      return undefined;
    }
    for (const entry of entries) {
      const path = `${at}/${entry.name}`;
      found.push(path);
      if (!isCovered(entry.name) || found.length > BELOW_MAX) return undefined;
      if (entry.isDirectory()) pending.push(path);
    }
  }
  return found;
}

/** Those of some absolute paths in a project of which a copy would be made, for who only asks what would be done. */
export function wouldBeCopied(root: string, paths: readonly string[]): readonly string[] {
  const isOf = (path: string): boolean => {
    const status = statusAt(`${root}/${path}`);
    if (status?.isDirectory() === true) return pathsBelow(root, path)?.every(isEntryOf) === true;
    return isEntryOf(path);
  };
  const isEntryOf = (path: string): boolean => {
    const status = statusAt(`${root}/${path}`);
    if (status === undefined || status.isDirectory() || status.isSymbolicLink())
      return status !== undefined;
    return status.isFile() && status.size <= UNDO_BOUNDS.fileBytes;
  };
  return paths.filter((path) => {
    const own = path.slice(root.length + 1);
    return isWithin(root, path) && isCovered(own) && isOf(own);
  });
}

/** Whether two states are the same, as far as that can be told. */
export function isSame(one: State, other: State): boolean {
  if (one.kind === "file" && other.kind === "file") {
    if (one.mode !== other.mode || one.size !== other.size) return false;
    return one.copy !== undefined && other.copy !== undefined
      ? one.copy === other.copy
      : one.stamp === other.stamp;
  }
  if (one.kind === "directory" && other.kind === "directory") return one.mode === other.mode;
  if (one.kind === "link" && other.kind === "link") return one.to === other.to;
  return one.kind === other.kind;
}

export const NOTHING: Seen = { state: { kind: "none" }, mark: "", isSettled: true };

/** A directory that is opened when something in it is read. */
function openLater(root: string, way: string): OpenDirectory {
  let open: OpenDirectory | undefined;
  return {
    at(name) {
      open ??= openBelow(root, way === "" ? [] : way.split("/"));
      return open.at(name);
    },
    close: () => open?.close(),
  };
}

/** What lies at a path itself; undefined where there is nothing, or nobody can tell. */
export function statusAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function directorySeen({ mode }: Stats): Seen {
  return { state: { kind: "directory", mode: mode & 0o777 }, mark: "", isSettled: true };
}

function seenAt(
  directory: OpenDirectory,
  name: string,
  {
    status,
    path,
    left,
    ...look
  }: Look & { readonly status: Stats; readonly path: string; readonly left: number },
): Seen {
  const known = look.before?.get(path);
  const mark = markOf(status);
  if (known?.isSettled === true && known.mark === mark) return known;
  if (status.isSymbolicLink()) {
    try {
      return {
        state: { kind: "link", to: readlinkSync(directory.at(name)) },
        mark,
        isSettled: true,
      };
    } catch {
      return NOTHING;
    }
  }
  if (!status.isFile()) return { state: { kind: "other" }, mark, isSettled: true };
  const isSettled = Date.now() - status.ctimeMs > SETTLED_MS;
  const file = { kind: "file", mode: status.mode & 0o777, size: status.size, stamp: mark } as const;
  const not = (why: NotKept): Seen => ({
    state: { ...file, why },
    mark,
    // Tried again at the next look.
    isSettled: isSettled && why === "large",
  });
  if (status.size > look.bounds.fileBytes && repositoryOf(path) === undefined) return not("large");
  if (look.lateFromMs !== undefined && status.ctimeMs >= look.lateFromMs) return not("late");
  if (status.size > left) return not("full");
  const copy = keepAt(directory, name, { mark, store: look.store });
  if (copy === undefined) return not("unreadable");
  return { state: { ...file, copy }, mark, isSettled };
}

function markOf({ ino, size, mtimeMs, ctimeMs, mode }: Stats): string {
  return `${ino}:${size}:${mtimeMs}:${ctimeMs}:${mode}`;
}

/** Keeps the content of a plain file that is still the one that was looked at; undefined where it is not, or changes meanwhile. */
function keepAt(
  directory: OpenDirectory,
  name: string,
  { mark, store }: { readonly mark: string; readonly store: CopyStore },
): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(directory.at(name), openFlags.read);
    const status = fstatSync(descriptor);
    if (!status.isFile() || markOf(status) !== mark) return undefined;
    const parts: string[] = [];
    for (let from = 0; from < status.size || parts.length === 0; from += PART_BYTES) {
      const bytes = Buffer.alloc(Math.min(PART_BYTES, status.size - from));
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(descriptor, bytes, at, bytes.length - at, from + at);
        if (read === 0) return undefined;
        at += read;
      }
      parts.push(store.put(bytes));
    }
    return markOf(fstatSync(descriptor)) === mark ? copyOf(parts) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
