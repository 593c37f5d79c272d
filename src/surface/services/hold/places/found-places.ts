// What a policy hides and keeps from change, as places that exist now: looked for in the project, the home and the system.
import type { Stats } from "node:fs";
import { isWithin, joinPath } from "#base/path.ts";
import type { HiddenFile } from "#guard/hold/profile.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { ENTRIES_MAX, entriesOf, statusOf } from "./entries.ts";
import { realOf } from "../../../foundation/files/path-status.ts";
import { createFollowedProject, type FollowedProject } from "./followed-project.ts";
import { createFolderWatch, type ToldChanges } from "./folder-watch.ts";
import { createWatchQueue, type WatchQueue } from "./watch-queue.ts";
import {
  createPackageFolders,
  NO_PACKAGES,
  type PackageFolders,
  type PackagePlaces,
} from "./package-folders.ts";
import { isHidden, isKept, type Rules, rulesOf } from "./place-rules.ts";
import { DIRECTORIES_MAX, otherNames, directoryAt } from "./project-directories.ts";
import { walkDirectories, type WalkMemory } from "./project-walk.ts";
import {
  HIDDEN_MAX,
  type Seen,
  type Outside,
  NOT_THERE,
  hasNewNames,
  stillThere,
  showsAs,
  lookOutside,
} from "./outside-places.ts";

/** The places, absolute and real. */
export type FoundPlaces = Outside & {
  /** What must not change in the project. */
  readonly kept: readonly string[];
  /** Repositories in the project: the directory of each, and where git keeps its data. */
  readonly repositories: readonly { readonly root: string; readonly gitDirectory: string }[];
  /** What of the hidden in the project runs later besides, such as `.envrc`. */
  readonly hiddenRuns: readonly string[];
  /** Directories of the project that git takes for repositories without a working tree. */
  readonly bare: readonly string[];
  /** Links of the project that a start goes through to what it obeys, and what it obeys behind them in the project. */
  readonly startLinks: readonly string[];
  /** What git or a start obeys in its folders of packages and builds; nothing where these are not looked at. */
  readonly inPackages: PackagePlaces;
  /** Where the client keeps further working trees of the project, if all of them was looked at. */
  readonly worktrees: readonly string[];
  /** Files by which further working trees beside the project name their repository. */
  readonly links: readonly string[];
  /** Why not all of it could be looked at. */
  readonly missing: string | undefined;
};

/** Hidden files of one directory before it is hidden as a whole: each costs a third of a millisecond. */
const TOGETHER_MAX = 64;
/** How long what lies outside of the project is taken to be as it was. */
const OUTSIDE_MS = 20_000;

/** Looks for the places of one project and policy, and remembers directories that did not change. */
export type PlaceFinder = {
  find(asked: Asked): FoundPlaces;
  /** Whether the policy keeps a place from being read, whether anything is there or not. */
  hides(asked: Omit<Asked, "nowMs">, path: string): boolean;
  /** As `find`, and of the project only what the system told a change of is looked at again. */
  findTold(asked: Asked): Promise<FoundPlaces>;
  /**
   * Looks at a project before it is asked for, a part at a time; `next` is awaited between parts. What it remembers is held
   * against the disk as ever, so whoever asks before its end looks at the rest himself.
   */
  prepare(asked: Omit<Asked, "nowMs">, next: Between): Promise<void>;
  /** Prepares a project that was not found yet, and waits for who does so; resolves at once for another one. */
  ready(asked: Omit<Asked, "nowMs">, next: Between): Promise<void>;
  /** Has the system tell from now on what changes in a project, as it was found last. */
  follow(asked: Omit<Asked, "nowMs">): void;
  /** Whether something of it may have changed since it was found; asked once. True for one that is not followed. */
  mayHaveChanged(asked: Omit<Asked, "nowMs">): boolean;
};

/** What is waited for between two parts, and gives the time then. */
type Between = () => Promise<number>;

/** Whose places are looked for, and where. */
export type Asked = {
  readonly policy: Policy;
  readonly projectRoot: string;
  readonly home: string;
  readonly nowMs: number;
  /** Directories in which is looked for what is hidden as in the project, and for nothing else. */
  readonly additionalDirectories?: readonly string[];
  /** The session's `PATH`, where it is known. */
  readonly searchPath?: string;
};

type Memory = WalkMemory & {
  readonly policy: Policy;
  /** Missing for a finder that does not look at them. */
  readonly packages: PackageFolders | undefined;
  /** Whose changes are told, while processes of a session go on beside no call. */
  followed: FollowedProject | undefined;
  /** Whether it was asked for once: from then on a look costs little. */
  isFound: boolean;
  /** What was looked at last. */
  last: { readonly directories: readonly string[]; readonly repositories: readonly string[] };
  outside:
    | {
        readonly atMs: number;
        readonly searchPath: string | undefined;
        readonly found: Outside;
        readonly seen: Map<string, Seen>;
      }
    | undefined;
};

const PROJECTS_MAX = 16;
/** Directories that are remembered of all projects together, beside those of the last one. */
const REMEMBERED_MAX = 30_000;
/** Directories that are looked at before calls that came meanwhile are answered. */
const PART = 16;

/** What a finder is given. */
type FinderOptions = {
  /** It lives as long as the sessions do, and what calls leave there matters to it. */
  readonly looksInPackages?: boolean;
  /** How the system tells it of changes. */
  readonly queue?: WatchQueue;
};

/** A finder with an empty memory. */
export function createPlaceFinder({
  looksInPackages = false,
  queue = createWatchQueue(),
}: FinderOptions = {}): PlaceFinder {
  const known = new Map<string, Memory>();
  const forget = (key: string): void => {
    close(known.get(key));
    known.delete(key);
  };
  const preparing = new Map<string, Promise<void>>();
  const keyOf = ({ projectRoot, home }: Omit<Asked, "nowMs">): string => `${projectRoot}\0${home}`;
  const memoryOf = (asked: Omit<Asked, "nowMs">): Memory => {
    const { policy, projectRoot, home } = asked;
    const key = keyOf(asked);
    let memory = known.get(key);
    if (memory?.policy !== policy) {
      close(memory);
      const rules = rulesOf(policy, { projectRoot, home });
      memory = {
        policy,
        rules,
        directories: new Map(),
        names: new Map(),
        outside: undefined,
        packages: looksInPackages ? createPackageFolders(rules, queue) : undefined,
        watch: looksInPackages ? createFolderWatch(queue) : undefined,
        version: 0,
        walks: new Map(),
        left: new Map(),
        followed: undefined,
        isFound: false,
        last: { directories: [], repositories: [] },
      };
    }
    known.delete(key);
    known.set(key, memory);
    for (const old of [...known.keys()].slice(0, -PROJECTS_MAX)) forget(old);
    return memory;
  };
  const bound = (): void => {
    let count = 0;
    for (const [key, { directories }] of [...known].toReversed()) {
      if (count > 0 && count + directories.size > REMEMBERED_MAX) forget(key);
      else count += directories.size;
    }
  };
  const walk = async (asked: Omit<Asked, "nowMs">, next: Between): Promise<void> => {
    const memory = memoryOf(asked);
    let nowMs = await next();
    lookOutsideAgain(memory, { ...asked, nowMs });
    const pending = [asked.projectRoot];
    const passedOver: string[] = [];
    for (let at = 0; at < pending.length && at < DIRECTORIES_MAX; at += 1) {
      if (at % PART === 0) nowMs = await next();
      // A policy that came meanwhile has a memory of its own.
      if (known.get(keyOf(asked)) !== memory) return;
      const found = directoryAt(pending[at] ?? "", memory, { nowMs });
      pending.push(...(found?.below ?? []));
      passedOver.push(...(found?.passedOver ?? []));
    }
    await memory.packages?.prepare(passedOver, next);
    bound();
  };
  const prepare = (asked: Omit<Asked, "nowMs">, next: Between): Promise<void> => {
    const key = keyOf(asked);
    const begun = preparing.get(key);
    if (begun !== undefined) return begun;
    const work = walk(asked, next).finally(() => preparing.delete(key));
    preparing.set(key, work);
    return work;
  };
  return {
    find(asked) {
      const memory = memoryOf(asked);
      const found = look(memory, asked);
      memory.isFound = true;
      bound();
      return found;
    },
    hides: (asked, path) => isHidden(path, memoryOf(asked).rules),
    async findTold(asked) {
      await queue.caughtUp();
      const memory = memoryOf(asked);
      const found = look(memory, asked, memory.watch?.take());
      memory.isFound = true;
      bound();
      return found;
    },
    prepare,
    async ready(asked, next) {
      if (!memoryOf(asked).isFound) await prepare(asked, next);
    },
    follow(asked) {
      const memory = memoryOf(asked);
      if (memory.watch === undefined) return;
      memory.followed ??= createFollowedProject(queue, memory.watch);
      memory.followed.follow(memory.last);
    },
    mayHaveChanged(asked) {
      const { followed, packages } = memoryOf(asked);
      const isOwn = followed?.takeChange() ?? true;
      return isOwn || packages?.isChanged() === true;
    },
  };
}

function close(memory: Memory | undefined): void {
  memory?.packages?.close();
  memory?.watch?.close();
  memory?.followed?.close();
}

/** What is hidden outside of the project, looked at again where that is due. */
function lookOutsideAgain(memory: Memory, asked: Asked): Outside {
  const { nowMs, searchPath } = asked;
  if (
    memory.outside === undefined ||
    (searchPath !== undefined && memory.outside.searchPath !== searchPath) ||
    nowMs - memory.outside.atMs > OUTSIDE_MS ||
    hasNewNames(memory.outside.seen)
  )
    memory.outside = { atMs: nowMs, searchPath, ...lookOutside(memory.rules, asked) };
  return memory.outside.found;
}

/** `told`: what changed in the project since the last look by it; without it each directory is asked. */
function look(memory: Memory, asked: Asked, told?: ToldChanges): FoundPlaces {
  const { projectRoot } = asked;
  const outside = stillThere(lookOutsideAgain(memory, asked));
  const hiddenFiles: HiddenFile[] = [];
  const hiddenDirectories: string[] = [];
  const kept: string[] = [];
  const repositories: { root: string; gitDirectory: string }[] = [];
  const bare: string[] = [];
  const hiddenRuns: string[] = [];
  const startLinks: string[] = [];
  const passedOver: string[] = [];
  const worktrees: string[] = [];
  const links: string[] = [];
  const trees = joinPath(projectRoot, ".claude/worktrees");
  const linked = new Map<string, Stats>();
  let missing: string | undefined;
  const begins = { projectRoot, trees, beside: asked.additionalDirectories ?? [] };
  const walked = walkDirectories(memory, { ...begins, nowMs: asked.nowMs }, told);
  if (walked.isThere(trees)) worktrees.push(trees);
  for (const { path: directory, directory: found } of walked.noted) {
    const isBeside = !isWithin(projectRoot, directory);
    const isTree = isWithin(trees, directory);
    if (found.isCut && isTree) worktrees.length = 0;
    else if (found.isCut && !isBeside)
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
    kept.push(...found.kept);
    if (isBeside) {
      const git = found.repository;
      // WHY not as repositories: of those a call may change what is not kept.
      if (git !== undefined && statusOf(git)?.isFile() === true) links.push(git);
      else if (git !== undefined) kept.push(joinPath(git, "hooks"), joinPath(git, "config"));
      continue;
    }
    if (found.repository !== undefined)
      repositories.push({ root: directory, gitDirectory: found.repository });
    if (found.isBare) bare.push(directory);
    hiddenRuns.push(...found.hiddenRuns);
    for (const link of found.startLinks)
      startLinks.push(link, ...behindLink(link, projectRoot, memory.rules));
    passedOver.push(...found.passedOver);
  }
  const { cutAt } = walked;
  if (cutAt !== undefined) {
    worktrees.length = 0;
    if (isWithin(projectRoot, cutAt) && !isWithin(trees, cutAt))
      missing = `the project has more than ${DIRECTORIES_MAX} directories`;
  }
  for (const path of otherNames(linked, walked.directories, memory))
    if (!linked.has(path)) hiddenFiles.push({ path, as: "closed" });
  const inPackages = memory.packages?.look(passedOver) ?? NO_PACKAGES;
  memory.last = {
    directories: walked.directories,
    repositories: [...repositories, ...inPackages.repositories].map((one) => one.gitDirectory),
  };
  const all = {
    hiddenFiles: [...hiddenFiles, ...outside.hiddenFiles],
    hiddenDirectories: [...hiddenDirectories, ...outside.hiddenDirectories],
    emptyDirectories: outside.emptyDirectories,
    shown: outside.shown,
    kept,
    repositories,
    worktrees,
    links,
    hiddenRuns,
    startLinks,
    inPackages,
    bare,
  };
  const { length } = [...all.hiddenFiles, ...all.hiddenDirectories, ...all.emptyDirectories];
  if (length > HIDDEN_MAX) missing ??= `the policy hides ${length} files here, one by one`;
  return { ...all, missing };
}

function behindLink(link: string, projectRoot: string, rules: Rules): readonly string[] {
  const real = realOf(link);
  if (real === undefined || !isWithin(projectRoot, real)) return [];
  return entriesOf(real).flatMap((entry) => {
    const place = joinPath(link, entry.name);
    const isObeyed = isKept(entry.isDirectory() ? joinPath(place, "x") : place, rules);
    return isObeyed ? [joinPath(real, entry.name)] : [];
  });
}
