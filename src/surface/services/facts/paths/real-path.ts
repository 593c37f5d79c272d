// Where a path really leads: symlinks followed one by one, missing tails kept, nothing ever opened.
import { lstat, readlink } from "node:fs/promises";
import { joinRaw, parentPath } from "#base/path.ts";
import {
  isOfFollower,
  isOwnProcess,
  isRootOfProcess,
  leadsElsewhere,
} from "#platform/process-links.ts";
import { type Entry, entryOf, failedEntry, type Found, type NearPaths } from "./near-paths.ts";

/** Symlinks followed before a path counts as a loop; the kernel's own bound. */
const LINKS_MAX = 40;
/** Path parts looked at for one path, those of symlink targets included. */
const PARTS_MAX = 4096;

/** Longest path whose parts are asked for ahead. */
const LOOK_AHEAD_PARTS = 24;

/** A resolved path; `type` and `links` describe what it leads to. */
export type RealPath = {
  readonly real: string;
  readonly type: "file" | "directory" | "other" | "missing";
  readonly links: number;
};

const DIRECTORY: Found = { kind: "directory", links: 1 };

/** Resolves paths and remembers what it saw, so that one round of questions looks at each directory once. */
export type PathResolver = (path: string) => Promise<RealPath | undefined>;

/**
 * A resolver for one round. It answers undefined where the truth cannot be known from here: loops, directories that
 * may not be searched, and links in /proc that mean another place for each process.
 */
export function pathResolver(near?: NearPaths): PathResolver {
  const seen = new Map<string, Promise<Entry | undefined>>();
  const look = (path: string): Promise<Entry | undefined> => {
    const known = seen.get(path);
    if (known !== undefined) return known;
    const entry = readEntry(path, near);
    seen.set(path, entry);
    return entry;
  };
  return async (path) => {
    lookAhead(partsOf(path), look);
    const steps = walk(path);
    let step = steps.next();
    while (step.done !== true) step = steps.next(await look(step.value));
    return step.value;
  };
}

/** Resolves without waiting, by looking only at what is near; `far` where that does not do. */
export function resolveNow(path: string, near: NearPaths): RealPath | undefined | "far" {
  const steps = walk(path);
  let step = steps.next();
  while (step.done !== true) {
    const entry = near.look(step.value);
    if (entry === "far") return "far";
    step = steps.next(entry);
  }
  return step.value;
}

const partsOf = (path: string): string[] =>
  path.split("/").filter((part) => part !== "" && part !== ".");

/** Gives the paths to look at one by one, and takes what is there: undefined where that cannot be known. */
function* walk(path: string): Generator<string, RealPath | undefined, Entry | undefined> {
  if (path.includes("\0")) return undefined;
  // WHY: these name the descriptors of whichever process opens them, so they are their own end.
  if (/^\/dev\/(?:stdin|stdout|stderr|fd\/\d+)$/.test(path)) {
    return { real: path, type: "other", links: 1 };
  }
  let parts = partsOf(path);
  let current = "/";
  let links = 0;
  let last: Found = DIRECTORY;
  for (let steps = 0; parts.length > 0; steps++) {
    if (steps > PARTS_MAX) return undefined;
    const [part = "", ...rest] = parts;
    parts = rest;
    if (part === "..") {
      current = parentPath(current);
      last = DIRECTORY;
      continue;
    }
    const next = current === "/" ? `/${part}` : `${current}/${part}`;
    // WHY: /proc/self is us here and the command there; its links below lead somewhere else for each process.
    const entry: Entry | undefined = isOwnProcess(next) ? DIRECTORY : yield next;
    if (entry === undefined) return undefined;
    if (
      entry.kind === "missing" ||
      (entry.kind !== "directory" && entry.kind !== "link" && rest.length > 0)
    ) {
      // The kernel refuses `missing/..`, and what a program makes of it cannot be known.
      if (rest.includes("..")) return undefined;
      return { real: joinRaw(next, rest.join("/")), type: "missing", links: 1 };
    }
    if (entry.kind === "link") {
      if (isRootOfProcess(next)) {
        current = "/";
        last = DIRECTORY;
        continue;
      }
      if (isOfFollower(next))
        return { real: joinRaw(next, rest.join("/")), type: "other", links: 1 };
      if (leadsElsewhere(next)) return undefined;
      if (++links > LINKS_MAX) return undefined;
      const target = entry.to.split("/").filter((piece) => piece !== "" && piece !== ".");
      if (entry.to.startsWith("/")) current = "/";
      parts = [...target, ...rest];
      last = DIRECTORY;
      continue;
    }
    current = next;
    last = entry;
  }
  return { real: current, type: last.kind, links: last.kind === "file" ? last.links : 1 };
}

/**
 * Asks for every directory on the way at once: most paths have no link in them, and then one wait does for all. What a link
 * leads away from was asked for in vain.
 */
function lookAhead(parts: readonly string[], look: (path: string) => unknown): void {
  if (parts.length > LOOK_AHEAD_PARTS || parts.includes("..") || parts[0] === "dev") return;
  let path = "";
  for (const part of parts) {
    path += `/${part}`;
    if (isOwnProcess(path) || leadsElsewhere(path)) return;
    void look(path);
  }
}

async function readEntry(path: string, near?: NearPaths): Promise<Entry | undefined> {
  try {
    const status = await lstat(path);
    near?.note(path, status.dev);
    return entryOf(status, status.isSymbolicLink() ? await readlink(path) : "");
  } catch (error) {
    return failedEntry(errorCode(error));
  }
}

/** The system's code of a failed call (`ENOENT`), or undefined when it is another error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
