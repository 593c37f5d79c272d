// Effects on files: reading, writing and deleting what words name, and what such a change means besides.
import { escapeGlob } from "#base/glob.ts";
import { REQUIRED_FILES_MAX } from "#base/limits.ts";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import type { CallSite } from "../../shell/values/host.ts";
import {
  knownPrefix,
  type Listed,
  listedIn,
  literal,
  programOf,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { isOwnPackage } from "../commands/sallyport.ts";
import type {
  ExcludePatterns,
  Reach,
  Skips,
  Target,
  WorktreeChange,
  WriteMode,
} from "../../vocabulary/effect.ts";
import { HARM_TO_GUARD } from "../services/guard-processes.ts";
import { classifyChange, touchesDecoy, touchesHistory, touchesOwn } from "../paths/places.ts";
import { heedsIgnoreFiles, isOfList, STEERING_LISTS } from "../paths/searched-files.ts";
import type { Ask } from "../paths/targets.ts";
import type { CallTargets } from "./call-targets.ts";
import type { SeenFiles } from "./seen-files.ts";
import type { ChangedFiles } from "./changed-files.ts";
import { isPipe, QUIET_DEVICES } from "./devices.ts";
import type { EffectNotes } from "./effect-notes.ts";
import { wasMissing } from "./known-paths.ts";

/** Devices, and git's own data: what was written there did its work before it is taken away. */
const ACTS_AT_ONCE = /^\/dev\/|\/\.git(?:\/|$)/;
/** Paths at which our own programs are installed. */
const OWN_BINARY = /\/\.?bin\/sallyport(?:-hook)?$/;

/** Words that are paths, from the root or home on, and not less. */
const NAMED = /^\/[^/\s]+\/[^\s]+$/;

/** Steps for each directory of a change: what it means for links, history, controls and others is asked of each. */
const CLASSIFIED = 4;

type Parts = {
  readonly session: Facts["session"];
  readonly ask: Ask;
  readonly notes: EffectNotes;
  readonly targets: CallTargets;
  readonly files: ChangedFiles;
  readonly seen: SeenFiles;
};

/** Notes what happens to files. */
export class FileEffects {
  readonly #session: Facts["session"];
  readonly #ask: Ask;
  readonly #notes: EffectNotes;
  readonly #targets: CallTargets;
  readonly #files: ChangedFiles;
  readonly #seen: SeenFiles;

  constructor(parts: Parts) {
    this.#files = parts.files;
    this.#seen = parts.seen;
    this.#session = parts.session;
    this.#ask = parts.ask;
    this.#notes = parts.notes;
    this.#targets = parts.targets;
  }

  /** Notes that what a word names is read. */
  read(
    {
      path,
      reach,
      filter,
      skips,
      leaves,
      words,
      isPublic,
      isKey,
      usedTo,
      isLoaded,
      isServed,
      isPicked,
    }: Extract<Consequence, { kind: "reads" }>,
    place: CallSite,
  ): void {
    const listed = this.#listed(path, place);
    const isSetting = isLoaded === true || isLoadedAt(place, textOf(path));
    for (const found of this.#read(path, reach, listed, place, filter)) {
      const narrow = withoutAll(found, {
        skips: listed?.skips ?? skips,
        leaves: listed?.leaves ?? leaves,
        words: words ?? listed?.words,
      });
      const target: Target =
        narrow.kind === "path"
          ? {
              ...narrow,
              ...(isPublic === true ? { isPublic } : {}),
              ...(isKey === true ? { isKey } : {}),
              ...(usedTo === undefined ? {} : { usedTo }),
              ...(isSetting ? { isLoaded: true as const } : {}),
              ...(isPicked === true && words !== undefined && words.length > 0
                ? { picks: words }
                : {}),
              ...(isServed === true ? { isServed } : {}),
            }
          : narrow;
      if (target.kind === "path" && (QUIET_DEVICES.test(target.path) || isPipe(target.path))) {
        if (isPipe(target.path) && place.isFollowed !== true && !isSetting)
          this.#seen.shows(this.#files.get(target.path) ?? []);
        continue;
      }
      this.#notes.add({ kind: "read", target }, place);
      if (!isSetting) this.#seen.reads(target, place.isFollowed === true);
      if (touchesOwn(target, this.#session))
        this.#notes.add({ kind: "tamper", control: "sallyport", target }, place);
      if (touchesDecoy(target, this.#session))
        this.#notes.add({ kind: "tamper", control: "decoy", target }, place);
    }
  }

  #read(
    path: Text,
    reach: Reach,
    listed: Listed | undefined,
    place: CallSite,
    filter: string | undefined,
  ): readonly Target[] {
    if (listed === undefined) return this.#targets.of(path, reach, place, filter);
    const found = this.#targets.of(literal("."), "tree", place, filter);
    const { copies } = listed;
    if (copies === undefined) return found;
    const { workTree } = copies;
    return [...found, { kind: "path", path: workTree, real: workTree, reach: "tree", copies }];
  }

  /** The files that were found where the word is used, and not elsewhere. */
  #listed(path: Text, { directories }: CallSite): Listed | undefined {
    const listed = listedIn(path);
    const isHere = directories.length === 1 && directories[0] === listed?.place;
    return isHere && !this.#targets.hasNames ? listed : undefined;
  }

  /** Notes that what a word names is written. `isWhole`: all below it may be meant. */
  change(
    text: Text,
    mode: WriteMode,
    place: CallSite,
    more: {
      readonly reach?: Reach;
      readonly isWhole?: boolean;
      readonly replaces?: boolean;
      readonly worktree?: WorktreeChange;
      readonly copyOf?: Text;
      readonly keeps?: boolean;
    } = {},
  ): void {
    const { reach = "entry", isWhole = false, replaces = false, worktree } = more;
    const copied = more.copyOf === undefined ? undefined : this.#copied(more.copyOf, place);
    const how = {
      mode,
      ...(worktree === undefined ? {} : { worktree }),
      ...(copied === undefined
        ? {}
        : { copyOf: { path: copied, ...(more.keeps === true ? ({ keeps: true } as const) : {}) } }),
    };
    this.#changeProgram(text, place);
    const listed = this.#listed(text, place);
    // A program that follows links would change what a link among the files leads to.
    const isAmong = replaces || listed?.skips?.startsWith("hidden") === true;
    if (listed !== undefined && isAmong && mode === "change") {
      for (const target of this.#changedAmong(listed, place)) {
        this.#notes.add({ kind: "write", target, mode }, place);
        this.#classify(target, "write", place);
      }
      return;
    }
    for (const entry of this.#targets.of(text, "entry", place, undefined, CLASSIFIED)) {
      const target: Target = { ...entry, reach };
      if (target.kind === "path" && (QUIET_DEVICES.test(target.path) || isPipe(target.path)))
        continue;
      this.#notes.add({ kind: "write", target, ...how }, place);
      this.#classify(isWhole ? { ...target, reach: "tree" } : target, "write", place);
    }
  }

  /** The one place where a file really lies that is copied; undefined where that is not certain, or the call changed it. */
  #copied(text: Text, place: CallSite): string | undefined {
    const [target, ...others] = this.#targets.of(text, "entry", place);
    if (others.length > 0 || target?.kind !== "path" || this.#targets.hasNames) return undefined;
    const answer = this.#ask({ kind: "path", path: target.path });
    return answer?.kind === "path" && answer.type === "file" && answer.real === target.path
      ? target.path
      : undefined;
  }

  /**
   * Files of a list that are changed where they lie: the directory without what the list leaves out. A path that is not
   * known where the list may hold what steers searches or controls the session.
   */
  #changedAmong(listed: Listed, place: CallSite): readonly Target[] {
    const { skips, leaves, copies, words } = listed;
    const trees = copies === undefined ? this.#targets.of(literal("."), "tree", place) : [];
    const isOrdinary = (tree: Target): boolean =>
      tree.kind === "path" && tree.reach === "tree" && this.#holdsNoControl(tree.real, listed);
    if (trees.length === 0 || !trees.every(isOrdinary))
      return [{ kind: "unresolved", within: undefined, reach: "entry" }];
    return trees.map((tree) => withoutAll(tree, { skips, leaves, words }));
  }

  /** Whether certainly no file that a list of a directory may hold steers searches or controls the session. */
  #holdsNoControl(root: string, { skips, words }: Listed): boolean {
    const { ownPaths, controlPaths = [], decoys = [] } = this.#session;
    const { includedSettings = [], linkedSettings = [] } = this.#session;
    const below = escapeGlob(root === "/" ? "" : root);
    // What git knows is told by its index, whatever ignore files say.
    const steering = heedsIgnoreFiles(skips)
      ? [...STEERING_LISTS, ".git/**"].map((name) => `${below}/**/${name}`)
      : [];
    const controls = [
      ...[...ownPaths, ...controlPaths, ...decoys],
      ...[...includedSettings, ...linkedSettings],
    ]
      .filter((path) => isWithin(root, path))
      .flatMap((path) => [escapeGlob(path), `${escapeGlob(path)}/**`]);
    const patterns = [...steering, ...controls];
    if (patterns.length === 0) return true;
    const answer = this.#ask({
      kind: "find",
      root,
      patterns,
      ...(skips === undefined ? {} : { skips }),
    });
    if (answer?.kind !== "find" || !answer.complete || answer.links.length > 0) return false;
    const isHeld = (path: string): boolean => {
      const told = words === undefined ? undefined : this.#ask({ kind: "words", path, words });
      return told?.kind !== "words" || told.holds;
    };
    return answer.paths.length <= REQUIRED_FILES_MAX && !answer.paths.some(isHeld);
  }

  /** Notes that what a word names is deleted. */
  delete(text: Text, reach: Reach, place: CallSite, filter?: string): void {
    this.#changeProgram(text, place);
    for (const named of this.#targets.of(text, reach, place, filter, CLASSIFIED)) {
      // With a slash at its end a link is followed all the same.
      const isFollowed = reach === "tree" && textOf(text)?.endsWith("/") === true;
      const target = isFollowed ? named : this.#entryItself(named);
      if (reach === "entry" && this.#isOwnNew(target)) continue;
      this.#notes.add({ kind: "delete", target }, place);
      // WHY the reach that was asked for: what is below may be there by then, and a filter was made a glob already.
      const isNarrow = filter !== undefined && target.kind === "path";
      this.#classify(filter === undefined ? { ...target, reach } : target, "delete", place);
      if (isNarrow) {
        const path = `${target.path === "/" ? "" : escapeGlob(target.path)}/**/${filter}`;
        this.#classify({ kind: "pattern", path, reach: "entry" }, "delete", place);
      }
    }
  }

  /** Whether nothing was at a place before the call, which made what is there now: taking that away again loses nothing. */
  #isOwnNew(target: Target): boolean {
    return (
      target.kind === "path" &&
      target.reach === "entry" &&
      target.path === target.real &&
      !ACTS_AT_ONCE.test(target.path) &&
      this.#files.has(target.path) &&
      !this.#files.mayBeReplaced(target.path) &&
      wasMissing(target.path, this.#ask)
    );
  }

  /** Wherever a program of ours lies, what changes it changes a control. */
  #changeProgram(text: Text, place: CallSite): void {
    const isOwn = isOwnPackage(programOf(text) ?? "") || OWN_BINARY.test(textOf(text) ?? "");
    if (isOwn) this.#notes.add(HARM_TO_GUARD, place);
  }

  /** A program without a model may read the file that a word names. */
  mayRead(argument: Text, place: CallSite): void {
    const value = textOf(argument);
    if (value === undefined) {
      const glued = /^-{1,2}[A-Za-z0-9-]*=?/.exec(knownPrefix(argument));
      if (
        glued === null &&
        argument.every((piece) => piece.kind !== "hole" || piece.like !== undefined)
      ) {
        this.read({ kind: "reads", path: argument, reach: "entry" }, place);
      }
      return;
    }
    const isLoaded = isLoadedAt(place, value);
    for (const candidate of new Set([
      value,
      value.replace(/^[^=]*=/, ""),
      value.replace(/^-[A-Za-z]/, ""),
    ])) {
      if (
        candidate === "" ||
        candidate.startsWith("-") ||
        candidate.length > 4096 ||
        /^[a-z]+:\/\//i.test(candidate)
      )
        continue;
      for (const target of this.#targets.of(literal(candidate), "entry", place)) {
        if (target.kind !== "path") continue;
        const answer = this.#ask({ kind: "path", path: target.path });
        const isThere = answer?.kind === "path" && answer.type === "file";
        // What is named as a path is meant, there or not.
        const isMeant =
          answer?.kind === "path" && answer.type === "missing" && NAMED.test(candidate);
        if (isThere || isMeant)
          this.read(
            {
              kind: "reads",
              path: literal(target.path),
              reach: "entry",
              ...(isLoaded ? { isLoaded } : {}),
            },
            place,
          );
      }
    }
  }

  /** Deleting does not follow a link at the end of a path, only those on the way. */
  #entryItself(target: Target): Target {
    if (target.kind !== "path" || target.path === target.real || target.path === "/") return target;
    const answer = this.#ask({ kind: "path", path: parentPath(target.path) });
    if (answer?.kind !== "path") return target;
    return { ...target, real: joinPath(answer.real, baseName(target.path)) };
  }

  #classify(target: Target, change: "write" | "delete", place: CallSite): void {
    if (touchesHistory(target))
      this.#notes.add({ kind: "history", operation: "rewrite", remote: undefined }, place);
    // Of a list it was asked before whether it holds what controls the session.
    const isListed = change === "write" && isOfList(target);
    const session = isListed
      ? {
          ...this.#session,
          ownPaths: [],
          controlPaths: [],
          decoys: [],
          includedSettings: [],
          linkedSettings: [],
        }
      : this.#session;
    for (const found of classifyChange(target, session, change)) {
      if (found.kind === "persist")
        this.#notes.add({ kind: "persist", means: found.means, target }, place);
      else if (found.kind === "privilege")
        this.#notes.add({ kind: "privilege", means: found.means, user: undefined }, place);
      else this.#notes.add({ kind: "tamper", control: found.means, target }, place);
    }
  }
}

/** What is searched of a target: a file that is named outright is searched whatever is left out of trees. */
function withoutAll(
  target: Target,
  without: {
    readonly skips: Skips | undefined;
    readonly leaves: ExcludePatterns | undefined;
    readonly words: readonly string[] | undefined;
  },
): Target {
  const { skips, leaves, words } = without;
  const shown = words === undefined ? {} : { shows: { words, changed: [] } };
  if (target.kind === "pattern") return { ...target, ...shown };
  if (target.kind !== "path" || target.reach !== "tree") return target;
  return {
    ...target,
    ...shown,
    // Copies of git's are no files of the tree.
    ...(skips === undefined || target.copies !== undefined ? {} : { skips }),
    ...(leaves === undefined ? {} : { leaves }),
  };
}

/** Whether a word of a call names settings of what runs there. */
function isLoadedAt({ isLoading, loaded }: CallSite, word: string | undefined): boolean {
  return isLoading === true || (word !== undefined && loaded?.has(word) === true);
}
