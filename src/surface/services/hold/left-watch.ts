// Watches what calls of a session leave for programs outside: what was there before, what a call was judged to make, what is new.
import { dropOldest } from "#base/drop-oldest.ts";
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { escapeGlob } from "#base/glob.ts";
import { baseName, isWithin, joinPath } from "#base/path.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import type { HoldNeeds } from "#guard/hold/needs.ts";
import type { GitIndexes } from "../facts/git/git-copies.ts";
import { findRepository } from "../facts/git/git-facts.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import type { FoundPlaces } from "./places/found-places.ts";
import type { HeldPlace } from "./held-calls.ts";
import { hasAbove, leavingsIn, type Leaving, leftText, seenAt, setAside } from "./left-behind.ts";
import { filesAt, filesBelow, stateAt } from "./left-state.ts";

type Repository = FoundPlaces["repositories"][number];

/** A call as the watch needs it. Paths are absolute and real. */
export type WatchedCall = {
  readonly ticket: string;
  readonly effects: readonly Effect[];
  readonly needs: HoldNeeds;
  /** Remotes of git are fetched from for it outside. */
  readonly fetches?: boolean;
  /** A person said yes to it. */
  readonly isApproved: boolean;
};

/** What calls made a repository: it is no project of the person's, so its calls may change all of it. */
export type MadeRepositories = { has(repository: Repository): boolean };

type Pending = WatchedCall & { readonly startMs: number };

type Watch = {
  readonly place: HeldPlace;
  readonly known: Set<string>;
  /** The files of what is known, by its path. */
  readonly states: Map<string, string>;
  /** What calls might have changed because they took away or moved the folder around it, while anything of them may go on. */
  readonly goes: Set<string>;
  /** Calls that the session waits for, or waited for when it was looked last. */
  pending: Pending[];
  /** Processes of earlier calls went on when the first of them began. */
  isBusy: boolean;
  /** Processes went on when it was looked last, so that what appears since may be theirs. */
  isFollowed: boolean;
  /** Calls that such processes may be of. */
  going: readonly Pending[];
  /** What appeared between calls, beside such processes. */
  between: Leaving[];
  /** Counts calls that began and looks at their end. */
  turn: number;
};

/** A session of which processes went on when its last call ended, as it is at this moment. */
export type Followed = { readonly place: HeldPlace; readonly turn: number };

const WAITED_MS_MAX = 10 * 60_000;
const SESSIONS_MAX = 64;
const PENDING_MAX = 32;
const MADE_MAX = 512;
const CONTENT_BYTES_MAX = 1024 * 1024;

/** Opens the watch; `directory` is where repositories that calls made are remembered, by project. */
export function openLeftWatch(directory: string, around: WatchAround): LeftWatch {
  return new LeftWatch(directory, around);
}

/** What a watch needs beside its directory. */
type WatchAround = {
  readonly indexes: GitIndexes;
  readonly nowMs: () => number;
  /** Whether the session waits for a call. */
  readonly isOpen: (ticket: string) => boolean;
};

/** What calls of each session left for programs outside, and what of it was there before. */
class LeftWatch {
  readonly #directory: string;
  readonly #indexes: GitIndexes;
  readonly #nowMs: () => number;
  readonly #isOpen: (ticket: string) => boolean;
  readonly #watches = new Map<string, Watch>();

  constructor(directory: string, { indexes, nowMs, isOpen }: WatchAround) {
    this.#directory = directory;
    this.#indexes = indexes;
    this.#nowMs = nowMs;
    this.#isOpen = isOpen;
  }

  /** Repositories of a project that calls made. */
  made(projectId: string): MadeRepositories {
    const made = madeIn(this.#directory, projectId);
    return { has: (repository) => made.has(identityOf(repository)) };
  }

  /** A call begins. `isQuiet`: nothing of its session runs, so what is there now was made by others. */
  begin(
    place: HeldPlace,
    found: FoundPlaces,
    call: WatchedCall & { isQuiet: boolean; goes: readonly string[] },
  ): void {
    const key = this.#keyOf(place);
    const before = this.#watches.get(key);
    const now = this.#leavings(place, found, before);
    const repositories = found.repositories.map((one) => `repository:${identityOf(one)}`);
    const open = before?.pending.filter(({ ticket }) => this.#isOpen(ticket)) ?? [];
    const watch: Watch = before ?? {
      place,
      known: new Set(),
      states: new Map(),
      goes: new Set(),
      pending: [],
      isBusy: false,
      isFollowed: false,
      going: [],
      between: [],
      turn: 0,
    };
    watch.turn += 1;
    // A call that somebody was asked about may never have run.
    const sinceMs = this.#nowMs() - WAITED_MS_MAX;
    const isWaited = open.some(({ startMs }) => startMs > sinceMs);
    const isAnew = call.isQuiet || !isWaited;
    if (before !== undefined && isAnew && (!call.isQuiet || watch.isFollowed))
      noteBetween(watch, now);
    if (isAnew) {
      watch.known.clear();
      watch.states.clear();
      if (call.isQuiet && !this.#isBeside(watch)) watch.goes.clear();
      for (const leaving of now.values()) know(watch, leaving);
      for (const id of [...repositories, ...unseenIn(found)]) watch.known.add(id);
      watch.isBusy = !call.isQuiet;
      watch.isFollowed = !call.isQuiet;
    }
    watch.pending = [...open, { ...call, startMs: this.#nowMs() }].slice(-PENDING_MAX);
    this.#watches.delete(key);
    this.#watches.set(key, watch);
    dropOldest(this.#watches, SESSIONS_MAX);
    // WHY of all sessions: with a folder go the mounts over it in calls of theirs.
    for (const { goes } of this.#watches.values()) for (const path of call.goes) goes.add(path);
  }

  /** A call is over: what is new and was not to be made is taken out of use. Gives what to tell of it. `isQuiet`: as of a call. */
  async look(place: HeldPlace, found: FoundPlaces, isQuiet: boolean): Promise<string | undefined> {
    const watch = this.#watches.get(this.#keyOf(place));
    if (watch === undefined) return undefined;
    watch.turn += 1;
    const { projectRoot } = place;
    const news = found.repositories.filter(
      (one) => !watch.known.has(`repository:${identityOf(one)}`),
    );
    if (news.length > 0) remember(this.#directory, place.projectId, news);
    const now = this.#leavings(place, found);
    const { pending } = watch;
    const isLeft =
      !watch.isBusy && pending.length > 0 && pending.every(({ isApproved }) => isApproved);
    const left: Leaving[] = [];
    for (const leaving of now.values()) {
      if (isKnown(watch, leaving)) continue;
      if (await wasMeant(leaving, watch.pending, { found, indexes: this.#indexes, watch }))
        know(watch, leaving);
      else left.push(leaving);
    }
    const told: string[] = [];
    const unseen = unseenIn(found).filter((id) => !watch.known.has(id));
    if (unseen.length > 0) told.push(UNSEEN);
    for (const id of unseen) watch.known.add(id);
    const between = await this.#between(watch, found);
    if (between !== undefined) told.push(between);
    if (left.length > 0) {
      const found = byFile(left, projectRoot).map((leaving) =>
        isLeft ? { leaving, to: undefined } : setAside(leaving, projectRoot),
      );
      told.push(leftText(found, { projectRoot, isLeft }));
      // What could not be set aside, or was left, is told once.
      for (const leaving of left) know(watch, leaving);
    }
    const isOver = ({ ticket }: Pending): boolean => !this.#isOpen(ticket);
    const over = watch.pending.filter(isOver);
    watch.pending = watch.pending.filter((one) => !isOver(one));
    watch.isFollowed = !isQuiet;
    watch.going = isQuiet ? [] : [...watch.going, ...over].slice(-PENDING_MAX);
    return told.length === 0 ? undefined : told.join("\n");
  }

  /** Sessions whose processes may leave something although no call of theirs is waited for. */
  followed(): readonly Followed[] {
    return [...this.#watches.values()]
      .filter(({ isFollowed, pending }) => isFollowed && !this.#isAnyOpen(pending))
      .map(({ place, turn }) => ({ place, turn }));
  }

  /**
   * Looks at what processes of a session left since; nothing where it went on meanwhile. `found` is missing where nothing changed;
   * `isQuiet`: nothing of the session ran any more before that was known.
   */
  lookBetween({ place, turn }: Followed, found: FoundPlaces | undefined, isQuiet: boolean): void {
    const watch = this.#watches.get(this.#keyOf(place));
    if (watch?.turn !== turn) return;
    if (found !== undefined) noteBetween(watch, this.#leavings(place, found, watch));
    if (isQuiet) watch.isFollowed = false;
  }

  /** What is to be told of what appeared between calls. */
  async takeBetween(
    place: HeldPlace,
    look: () => FoundPlaces | Promise<FoundPlaces>,
  ): Promise<string | undefined> {
    const watch = this.#watches.get(this.#keyOf(place));
    return watch === undefined || watch.between.length === 0
      ? undefined
      : await this.#between(watch, await look());
  }

  async #between(watch: Watch, found: FoundPlaces): Promise<string | undefined> {
    const { between, going, place } = watch;
    watch.between = [];
    const news = new Set(between.map(({ path }) => path));
    const left: Leaving[] = [];
    for (const leaving of between)
      if (seenAt(leaving.path) !== undefined)
        if (!(await wasMeant(leaving, going, { found, indexes: this.#indexes, watch, news })))
          left.push(leaving);
    const { projectRoot } = place;
    const told = byFile(left, projectRoot).map((leaving) => ({ leaving, to: undefined }));
    return told.length === 0 ? undefined : leftText(told, { projectRoot, isLeft: true });
  }

  /** Whether another session may be running something. */
  #isBeside(watch: Watch): boolean {
    return [...this.#watches.values()].some(
      (one) => one !== watch && (one.isFollowed || this.#isAnyOpen(one.pending)),
    );
  }

  #isAnyOpen(pending: readonly Pending[]): boolean {
    return pending.some(({ ticket }) => this.#isOpen(ticket));
  }

  /** A person had this written by another tool. */
  accept(place: Omit<HeldPlace, "projectRoot">, path: string): void {
    const watch = this.#watches.get(`${place.projectId}\0${place.sessionId}`);
    watch?.known.add(`file:${path}`);
    watch?.goes.delete(path);
  }

  end(place: Omit<HeldPlace, "projectRoot">): void {
    this.#watches.delete(`${place.projectId}\0${place.sessionId}`);
  }

  #keyOf({ projectId, sessionId }: HeldPlace): string {
    return `${projectId}\0${sessionId}`;
  }

  /** `since`: what the session knew before, so that a repository which came later is nobody's yet. */
  #leavings(place: HeldPlace, found: FoundPlaces, since?: Watch): ReadonlyMap<string, Leaving> {
    const made = madeIn(this.#directory, place.projectId);
    return leavingsIn(found, place.projectRoot, (one) => {
      const id = identityOf(one);
      return !made.has(id) && since?.known.has(`repository:${id}`) !== false;
    });
  }
}

/** Notes what a watch did not know: beside processes that go on nobody knows whether they made it or a person did. */
function noteBetween(watch: Watch, now: ReadonlyMap<string, Leaving>): void {
  for (const leaving of now.values()) {
    if (isKnown(watch, leaving)) continue;
    know(watch, leaving);
    watch.between.push(leaving);
  }
}

/**
 * One for each file, with all of its settings, and none below a directory that is left as a whole: what was looked at while it was
 * written is several leavings.
 */
function byFile(left: readonly Leaving[], projectRoot: string): readonly Leaving[] {
  const files = new Map<string, Leaving>();
  for (const leaving of left) {
    const keys = [...(files.get(leaving.path)?.keys ?? []), ...(leaving.keys ?? [])];
    files.set(leaving.path, leaving.keys === undefined ? leaving : { ...leaving, keys });
  }
  const wholes = new Set(left.flatMap(({ path, keys }) => (keys === undefined ? [path] : [])));
  return [...files.values()].filter(({ path }) => !hasAbove(wholes, path, projectRoot));
}

/** What keeps a look from being one at everything. */
function unseenIn({ missing, inPackages }: FoundPlaces): readonly string[] {
  const more = missing === undefined ? [] : [`missing:${missing}`];
  return inPackages.isCut ? [...more, "packages"] : more;
}

const UNSEEN =
  "held by sallyport: the project has more directories or files now than are looked at, so a file that programs outside run by themselves may be among what is new: tell the person.";

/** What a leaving is held against. */
type Around = {
  readonly found: FoundPlaces;
  readonly indexes: GitIndexes;
  readonly watch: Watch;
  /** Paths of what is looked at with it, which the watch knows already. */
  readonly news?: ReadonlySet<string>;
};

/**
 * Whether a call was judged to make it: as something that starts by itself, as a copy of what does so already, or brought by git. WHY no
 * other write: nobody was asked what an archive or a folder holds, nor what a file means that no name tells.
 */
async function wasMeant(
  { path, keys, id }: Leaving,
  calls: readonly Pending[],
  around: Around,
): Promise<boolean> {
  for (const call of calls) {
    const { effects, needs, fetches, startMs } = call;
    const isGit = fetches === true || needs.programs.includes("git");
    const isWide = !needs.isUnbounded;
    const covering = effects.filter((effect) => writesTo(effect, path, isWide));
    if (covering.some(({ kind }) => kind === "persist")) return true;
    // WHY not of settings and hooks: they count by what lies around them, which may have changed.
    if (covering.length > 0 && keys === undefined && id.startsWith("file:"))
      if (isMoved(path, startMs, around.watch) || isCopy(path, around)) return true;
    if (isGit && (await isOfGit(path, call, around))) return true;
  }
  return false;
}

/** Whether it was obeyed before, and a folder with it was moved. WHY not any that is older: where it came from nobody looked at it. */
function isMoved(path: string, startMs: number, { states }: Watch): boolean {
  const files = filesAt(path);
  if (files?.every((file) => lstatSync(file).ctimeMs < startMs) !== true) return false;
  const state = stateAt(path);
  return state !== undefined && [...states.values()].includes(state);
}

/** Whether a watch knows a leaving: what nothing kept from change, only as it was. */
function isKnown({ known, states, goes }: Watch, { id, path }: Leaving): boolean {
  if (!known.has(id) && !known.has(`file:${path}`)) return false;
  if (!goes.has(path) || !id.startsWith("file:")) return true;
  const state = stateAt(path);
  return state !== undefined && state === states.get(path);
}

/** From now on a watch knows a leaving as it is. */
function know({ known, states }: Watch, { id, path }: Leaving): void {
  known.add(id);
  if (!id.startsWith("file:")) return;
  const state = stateAt(path);
  if (state === undefined) states.delete(path);
  else states.set(path, state);
}

/** Whether the same is obeyed elsewhere in the project already. WHY not further up: there it is obeyed more often. */
function isCopy(path: string, { watch, news }: Pick<Around, "watch" | "news">): boolean {
  const files = filesAt(path);
  if (files === undefined) return false;
  return [...watch.known].some((id) => {
    const other = id.slice("file:".length);
    if (!id.startsWith("file:") || baseName(other) !== baseName(path)) return false;
    if (other.split("/").length > path.split("/").length) return false;
    if (news?.has(other) === true || !isKnown(watch, { id, path: other })) return false;
    const others = filesAt(other);
    return (
      others?.length === files.length &&
      files.every((file) => isSame(file, `${other}${file.slice(path.length)}`))
    );
  });
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => readRegularFileNow(path, CONTENT_BYTES_MAX));
  return (
    first?.complete === true &&
    second?.complete === true &&
    Buffer.compare(first.bytes, second.bytes) === 0
  );
}

function writesTo(effect: Effect, path: string, isWide: boolean): boolean {
  const target: Target | undefined =
    effect.kind === "write" || effect.kind === "persist" ? effect.target : undefined;
  if (target?.kind === "path" && target.reach === "entry") return target.real === path;
  if (!isWide || target === undefined) return false;
  switch (target.kind) {
    case "path":
      return isWithin(target.real, path);
    case "pattern": {
      const cut = target.path.search(/[*?[{]/);
      return cut >= 0 && path.startsWith(target.path.slice(0, cut));
    }
    case "unresolved":
      return target.within !== undefined && isWithin(target.within, path);
    default:
      return target satisfies never;
  }
}

/**
 * Whether git itself brought a file: it is one of the index, unchanged, and its content was in the repository before the call,
 * or came from a host that the call was allowed to reach. WHY: code of the call can commit what it likes.
 */
async function isOfGit(
  path: string,
  { needs, startMs, fetches }: Pending,
  { found, indexes }: { readonly found: FoundPlaces; readonly indexes: GitIndexes },
): Promise<boolean> {
  const [repository] = [...found.repositories, ...found.inPackages.repositories]
    .filter(({ root }) => isWithin(root, path))
    .toSorted((one, other) => other.root.length - one.root.length);
  if (repository === undefined) return false;
  const { root } = repository;
  try {
    // WHY found anew: of a further working tree the index and the objects lie in the repository that it belongs to.
    const layout = await findRepository(root);
    if (layout === undefined || layout === "unknown") return false;
    const { gitDirectory, shared } = layout;
    const isTree = lstatSync(path).isDirectory();
    const pattern = isTree ? `${escapeGlob(path)}/**` : escapeGlob(path);
    const matched = await indexes.matching({ gitDirectory, workTree: root }, [pattern]);
    const entries = new Map(
      (matched?.entries ?? []).map(({ name, object }) => [joinPath(root, name), object]),
    );
    const files = isTree ? filesBelow(path) : [path];
    return (
      files !== undefined &&
      files.length > 0 &&
      files.every((file) => {
        const object = entries.get(file);
        if (object === undefined || objectOf(file, object.length) !== object) return false;
        return fetches === true || needs.network === "hosts" || wasThere(shared, object, startMs);
      })
    );
  } catch {
    return false;
  }
}

function objectOf(path: string, chars: number): string | undefined {
  const status = lstatSync(path);
  // Of a link git keeps the text.
  const content = status.isSymbolicLink()
    ? readlinkSync(path, "buffer")
    : status.isFile() && status.size <= CONTENT_BYTES_MAX
      ? readFileSync(path)
      : undefined;
  if (content === undefined) return undefined;
  return createHash(chars === 64 ? "sha256" : "sha1")
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest("hex");
}

/** WHY the time of change: everybody sets the time of writing, and nobody that one. */
function wasThere(gitDirectory: string, object: string, sinceMs: number): boolean {
  const objects = join(gitDirectory, "objects");
  const loose = lstatSync(join(objects, object.slice(0, 2), object.slice(2)), {
    throwIfNoEntry: false,
  });
  if (loose !== undefined) return loose.ctimeMs < sinceMs;
  const packs = readdirSync(join(objects, "pack")).filter((name) => name.endsWith(".pack"));
  return (
    packs.length > 0 &&
    packs.every((name) => lstatSync(join(objects, "pack", name)).ctimeMs < sinceMs)
  );
}

function identityOf({ gitDirectory }: Repository): string {
  const status = seenAt(gitDirectory);
  return status === undefined
    ? `none:${gitDirectory}`
    : `${status.dev}:${status.ino}:${status.birthtimeMs}`;
}

function madeIn(directory: string, projectId: string): ReadonlySet<string> {
  try {
    return new Set(readFileSync(join(directory, projectId), "utf8").split("\n"));
  } catch {
    return new Set();
  }
}

function remember(directory: string, projectId: string, news: readonly Repository[]): void {
  const all = [...madeIn(directory, projectId), ...news.map(identityOf)].filter(
    (one) => one !== "",
  );
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeOwnFile(join(directory, projectId), [...new Set(all)].slice(-MADE_MAX).join("\n"), 0o600);
}
