// What git could not give back of a repository at one point of a call: a fact, as far as the call itself changed nothing that it shows.
import { escapeGlob, globBase } from "#base/glob.ts";
import { baseName, isWithin, joinPath } from "#base/path.ts";
import type { GitAct, GitCopies, LostWork } from "../../facts/facts.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import type { Ask } from "../paths/targets.ts";
import type { EffectNotes } from "./effect-notes.ts";

/** Undefined where it cannot be told. */
export function lostWork(
  repository: Pick<GitCopies, "gitDirectory" | "workTree">,
  act: GitAct,
  { ask, notes }: { readonly ask: Ask; readonly notes: EffectNotes },
): LostWork | undefined {
  const before = [...notes.effects()];
  const { gitDirectory, workTree } = repository;
  const still = stillTrue(repository, act, before);
  const asked = still ?? afterBooks(repository, act, { before, ask });
  if (asked === undefined) return undefined;
  const answer = ask({ kind: "loss", repository: { gitDirectory, workTree }, act: asked });
  const lost = answer?.kind === "loss" ? answer.lost : undefined;
  // WHY: what the call put into the index or a commit before is not lost with files that are named, and nobody knows what that was.
  const isSure = still !== undefined || act.kind !== "overwrites" || act.paths.length === 0;
  return isSure || lost?.files.length === 0 ? lost : undefined;
}

/** The question to which the answer from before the call still holds; undefined where none does. */
function stillTrue(
  repository: Pick<GitCopies, "gitDirectory" | "workTree">,
  act: GitAct,
  before: readonly Effect[],
): GitAct | undefined {
  // What throws away logs is asked about itself; nothing else in a call makes them shorter.
  if (before.some((effect) => effect.kind === "history" && effect.operation === "prune"))
    return undefined;
  switch (act.kind) {
    case "moves-head":
      return act;
    case "overwrites":
    case "drops-stash":
      return hasChanged(
        before.filter((effect) => !isOfTheCall(effect) && !isElsewhere(effect, repository)),
      )
        ? undefined
        : act;
    case "removes-tree":
    case "takes-away":
      return hasChanged(before) ? undefined : act;
    case "removes-refs": {
      const shared = repository.gitDirectory.replace(/\/worktrees\/[^/]+$/, "");
      if (before.some((effect) => mayTakeBranches(effect, shared))) return undefined;
      // A fetch may have taken away what a remote no longer has; branches stay where nothing forces them away.
      return hasChanged(before) ? { ...act, isLater: true } : act;
    }
    default:
      return act satisfies never;
  }
}

/**
 * The question in its place where the call only changed git's books before: files are as they were, and only what they become is not
 * known. WHY nothing may lie there that git does not follow: a commit that came may hold a file of that name, and what was put into the
 * index is taken away with it.
 */
function afterBooks(
  repository: Pick<GitCopies, "gitDirectory" | "workTree">,
  act: GitAct,
  { before, ask }: { readonly before: readonly Effect[]; readonly ask: Ask },
): GitAct | undefined {
  if (act.kind !== "overwrites" || (!act.staged && act.paths.length === 0)) return undefined;
  const { workTree } = repository;
  const books = joinPath(workTree, ".git");
  const isOfBooks = (effect: Effect): boolean =>
    effect.kind === "write" &&
    effect.mode === "tracked" &&
    effect.target.kind === "path" &&
    isWithin(books, effect.target.path);
  if (hasChanged(before.filter((one) => !isOfBooks(one) && !isElsewhere(one, repository))))
    return undefined;
  if (before.some(({ kind }) => kind === "history")) return undefined;
  const find = (skips: "kept" | "followed"): readonly string[] | undefined => {
    const patterns = [`${escapeGlob(workTree)}/**`];
    const answer = ask({ kind: "find", root: workTree, patterns, skips });
    return answer?.kind === "find" && answer.complete
      ? [...answer.paths, ...answer.links.map(({ path }) => path)]
      : undefined;
  };
  const isAll = act.paths.length === 0;
  if (isAll && find("kept")?.length !== 0) return undefined;
  const named = isAll ? before.flatMap((effect) => takenIn(effect, workTree)) : act.paths;
  const meets = (one: string): boolean =>
    named.some((path) => isWithin(path, one) || isWithin(one, path));
  if (named.length > 0 && find("followed")?.some(meets) !== false) return undefined;
  return { ...act, from: "HEAD", staged: true };
}

/** What git read of a working tree: it may have taken that into its index, ignored or not. */
function takenIn(effect: Effect, workTree: string): readonly string[] {
  if (effect.kind !== "read" || effect.via.at(-1) !== "git") return [];
  const { target } = effect;
  if (target.kind !== "path") return [workTree];
  return isWithin(workTree, target.path) ? [target.path] : [];
}

/** Places for what is thrown away. */
const SCRATCH = ["/tmp", "/var/tmp"];
/** Programs that make something of files, and leave them where they are. */
const COPIERS: ReadonlySet<string> = new Set(["", "tee", "cp", "tar", "mkdir", "mktemp"]);

/** Whether an effect only makes something in a place for scratch files that has nothing to do with the repository. */
function isElsewhere(
  effect: Effect,
  { gitDirectory, workTree }: Pick<GitCopies, "gitDirectory" | "workTree">,
): boolean {
  if (effect.kind !== "write" || !["create", "append", "change"].includes(effect.mode))
    return false;
  const { target, via } = effect;
  if (!COPIERS.has(via.at(-1) ?? "") || target.kind === "unresolved") return false;
  const place = target.kind === "path" ? target.real : globBase(target.path);
  return (
    (target.kind === "pattern" || target.path === place) &&
    SCRATCH.some((one) => isWithin(one, place)) &&
    [gitDirectory, workTree].every((one) => !isWithin(one, place) && !isWithin(place, one))
  );
}

/**
 * Whether an effect puts only what the call itself says into a file that git does not obey: what overwrites that takes nothing that was
 * there before, and what was changed before is told as lost. WHY by so few: what moves or copies a file brings others' work there.
 */
function isOfTheCall(effect: Effect): boolean {
  if (effect.kind !== "write" || !["create", "append", "change"].includes(effect.mode))
    return false;
  const { target, via } = effect;
  if (!WRITERS.has(via.at(-1) ?? "")) return false;
  if (target.kind === "pattern") return target.reach === "entry" && ENDING.test(target.path);
  if (target.kind !== "path" || target.path !== target.real || target.reach !== "entry")
    return false;
  return !OBEYED.test(target.real);
}

/** The shell, by a redirection, and programs that write where their words say. */
const WRITERS: ReadonlySet<string> = new Set(["", "sed", "tee"]);
const OBEYED = /\/\.git(?:\/|$|ignore$|attributes$|modules$|config$)/;
/** The names of files of one kind, none of which git obeys. */
const ENDING = /\*[\w-]*\.[a-z]\w{0,9}$/i;

/** Whether files, or what git says of them, may be others after these effects. */
export function hasChanged(before: Iterable<Effect>): boolean {
  return [...before].some((effect) => CHANGING.has(effect.kind) || isUnbounded(effect));
}

/**
 * Whether git may follow, or ignore, other files of the working tree at `root` after these effects, or something may lie there that was
 * not made by them. WHY no `delete`: what is moved is taken from one place and lies in another, where it is lost as well.
 */
export function mayFollowOthers(before: Iterable<Effect>, root: string): boolean {
  const books = joinPath(root, ".git");
  return [...before].some((effect) => {
    if (effect.kind !== "write") return hasChanged([effect]);
    const { target } = effect;
    if (target.kind !== "path" || target.path !== target.real) return true;
    return (
      isWithin(books, target.real) ||
      isAround(target, books) ||
      /^\.git(?:ignore|modules)?$/.test(baseName(target.real))
    );
  });
}

const CHANGING: ReadonlySet<string> = new Set("write delete unknown persist tamper".split(" "));

function isUnbounded(effect: Effect): boolean {
  return effect.kind === "execute" && effect.reach === "unbounded";
}

/** Whether branches, or the logs of where they stood, may be gone after an effect. */
function mayTakeBranches(effect: Effect, books: string): boolean {
  switch (effect.kind) {
    case "history":
      return effect.remote === undefined && effect.operation !== "amend";
    case "write":
    case "delete": {
      const { target } = effect;
      const isOfGit = effect.kind === "write" && effect.mode === "tracked";
      const isElsewhere =
        target.kind === "path" && !isWithin(books, target.real) && !isAround(target, books);
      return !isOfGit && !isElsewhere;
    }
    case "unknown":
    case "tamper":
    case "persist":
      return true;
    default:
      return isUnbounded(effect);
  }
}

function isAround(
  { real, reach }: { readonly real: string; readonly reach: string },
  books: string,
): boolean {
  return reach === "tree" && isWithin(real, books);
}
