// What search tools and git leave out, and when the call itself may have changed that.
import { compileGlob, globBase } from "#base/glob.ts";
import { baseName, isWithin } from "#base/path.ts";
import { isReformed } from "./written-places.ts";
import type { Effect, Skips, Target } from "../../vocabulary/effect.ts";

/** Whether what is written are files of a list, where they lie: nothing else leaves something out of what it writes. */
export function isOfList(target: Target): target is Extract<Target, { kind: "path" }> {
  return target.kind === "path" && (target.skips !== undefined || target.leaves !== undefined);
}

/** Whether a list knows what to leave out by what ignore files name. */
export function heedsIgnoreFiles(skips: Skips | undefined): boolean {
  return skips !== undefined && skips !== "untracked";
}

/** The effects of a call with what its searches and git take in, because of what the call itself added, changed or named. */
export function withSearchedFiles(noted: readonly Effect[], hasNames: boolean): readonly Effect[] {
  const effects = withWhatIsAdded(noted);
  if (hasNames || mayShowHidden(effects)) return effects.map(withAllBelow);
  return withChangedFiles(effects);
}

/** Files that tell ripgrep what to leave out and what to let in: its own, git's, and those that name others. */
export const STEERING_LISTS = [".ignore", ".rgignore", ".gitignore", ".ripgreprc"];
const STEERING = new Set([
  ...STEERING_LISTS,
  ...["exclude", "ignore", ".gitconfig", "config", ".git", "commondir", "rc", "ripgreprc"],
]);

/**
 * Whether something in the call may bring to light anywhere what a search would leave out: a file that steers searches is
 * written or goes. Facts are from before the call, and jobs in the background may come first, so the order of the effects
 * says nothing. WHY not code that may do anything, or what is not known: what that brings to light it could as well print,
 * and it is judged as that.
 */
function mayShowHidden(effects: readonly Effect[]): boolean {
  return effects.some((effect) => {
    if (effect.kind !== "write" && effect.kind !== "delete") return false;
    const { target } = effect;
    if (target.kind === "unresolved") return effect.kind === "write" && target.within === undefined;
    if (target.kind === "pattern") return maySteer(target.path);
    return (
      target.reach === "entry" &&
      [target.path, target.real].some((path) => STEERING.has(baseName(path)))
    );
  });
}

/** Whether a glob may name a file that steers searches. */
function maySteer(glob: string): boolean {
  const test = compileGlob(glob.slice(glob.lastIndexOf("/") + 1));
  return [...STEERING].some((name) => test(name));
}

/**
 * The effects with what the call may bring into git's index before it shows it: all that git does not leave out.
 * WHY not where a single path was named for that: adding it is judged as reading it.
 */
function withWhatIsAdded(effects: readonly Effect[]): readonly Effect[] {
  const adds = effects.some(
    (effect) =>
      effect.kind === "write" &&
      effect.mode === "tracked" &&
      effect.target.kind === "path" &&
      baseName(effect.target.path) === "index",
  );
  if (!adds) return effects;
  const shown = effects.flatMap((effect): readonly Effect[] => {
    if (effect.kind !== "read" || effect.target.kind !== "path") return [];
    const { copies } = effect.target;
    if (copies === undefined || copies.shown.kind === "unstaged") return [];
    const { workTree: path } = copies;
    return [
      { ...effect, target: { kind: "path", path, real: path, reach: "tree", skips: "ignored" } },
    ];
  });
  return [...effects, ...shown];
}

/** The same effect, with nothing left out. */
function withAllBelow(effect: Effect): Effect {
  if (effect.kind !== "read" || effect.target.kind === "unresolved") return effect;
  if (effect.target.kind === "pattern") return withAllLines(effect);
  if (effect.target.skips === "ignored") return effect;
  // Names that were listed say nothing any more of what lies there.
  if (effect.target.skips === "untracked")
    return { ...effect, target: { kind: "unresolved", within: undefined, reach: "tree" } };
  const { skips: _, leaves: __, shows: ___, ...target } = effect.target;
  return { ...effect, target };
}

/**
 * The effects of reading with what the call may change of what they leave out. WHY: facts tell what files hold before the
 * call, which could put a word of its search beside what it is after, or a file that lets others in. In a tree that is
 * written below the one that is searched nothing is left out; what lies outside of it stays as it was.
 */
function withChangedFiles(effects: readonly Effect[]): readonly Effect[] {
  const trees = effects.flatMap((effect) => writtenTree(effect) ?? []);
  return effects.flatMap((effect): readonly Effect[] => {
    if (effect.kind === "write") return [withChangedLines(effect, effects)];
    if (effect.kind !== "read" || effect.target.kind === "unresolved") return [effect];
    const { target } = effect;
    if (!isNarrow(target)) return [effect];
    const roots = target.kind === "path" ? [target.path, target.real] : [globBase(target.path)];
    const isAround = (tree: Tree): boolean =>
      roots.some((root) => isWithin(tree.path, root)) && !(tree.isNarrow && keepsOut(target));
    const around = trees.filter(isAround);
    if (around.some(({ isTracked }) => !isTracked)) return [withAllBelow(effect)];
    const narrowed = withChangedLines(effect, effects);
    const kept = around.length > 0 ? afterCheckout(narrowed, roots) : [narrowed];
    // What the call leaves out by names is left out there as well.
    const isNamed =
      target.kind === "path" && target.skips === undefined && target.shows === undefined;
    const below = trees.filter(
      (tree) =>
        !isNamed &&
        !tree.isTracked &&
        !(tree.isNarrow && keepsOut(target)) &&
        roots.some((root) => isWithin(root, tree.path)),
    );
    return [
      ...kept,
      ...below.map(
        ({ path }): Effect => ({
          ...effect,
          target: { kind: "path", path, real: path, reach: "tree" },
        }),
      ),
    ];
  });
}

type Tree = {
  readonly path: string;
  /** Version control put there what its history holds: what it leaves out stays as it was. */
  readonly isTracked: boolean;
  /** Files that git knows are changed where they lie, and no other: only what ignore files leave out may be another set. */
  readonly isNarrow: boolean;
};

/** Whether what the target leaves out stays left out when files that git knows change: only ignore files say else. */
function keepsOut(target: Exclude<Target, { kind: "unresolved" }>): boolean {
  return target.kind === "pattern" || !heedsIgnoreFiles(target.skips);
}

/**
 * The trees in which files are written whose names are not known, or that may be any. WHY not what a list that leaves out
 * what ignore files name let through: such a write is told only where no ignore file is among it.
 */
function writtenTree(effect: Effect): readonly Tree[] | undefined {
  if (effect.kind !== "write" || effect.mode === "cache" || isReformed(effect)) return undefined;
  const { target } = effect;
  const isTracked = effect.mode === "tracked";
  const plain = { isTracked, isNarrow: false };
  if (target.kind === "unresolved")
    return target.within === undefined ? undefined : [{ path: target.within, ...plain }];
  if (target.kind === "pattern") return [{ path: globBase(target.path), ...plain }];
  if (target.reach === "entry") return undefined;
  if (heedsIgnoreFiles(target.skips)) return undefined;
  const isNarrow = isOfList(target);
  return [...new Set([target.path, target.real])].map((path) => ({ path, isTracked, isNarrow }));
}

/** Whether less is read than what the target names. */
function isNarrow(target: Exclude<Target, { kind: "unresolved" }>): boolean {
  if (target.shows !== undefined) return true;
  return target.kind === "path" && (target.skips !== undefined || target.leaves !== undefined);
}

/**
 * The same effect where version control may have put files that steer searches: no file is left out by its name, and those
 * that it does not keep hold the words that they held. Where nothing tells words, what is shown cannot be told.
 */
function afterCheckout(effect: Effect, [root = "/"]: readonly string[]): readonly Effect[] {
  if (effect.kind !== "read" || effect.target.kind !== "path") return [effect];
  const { shows } = effect.target;
  const all = withAllBelow(effect);
  if (shows !== undefined && all.kind === "read" && all.target.kind === "path")
    return [{ ...all, target: { ...all.target, shows } }];
  return [effect, { ...effect, target: { kind: "unresolved", within: root, reach: "tree" } }];
}

/**
 * The same effect with the files that are written or deleted one by one, of which facts say nothing any more. Where files of
 * a list are changed that held one of its own words all the same, no other file holds one of them afterwards.
 */
function withChangedLines(effect: FileEffect, effects: readonly Effect[]): FileEffect {
  const { target } = effect;
  if (target.kind === "unresolved" || target.shows === undefined) return effect;
  const roots = target.kind === "path" ? [target.path, target.real] : [globBase(target.path)];
  const { words } = target.shows;
  const changed: string[] = [];
  for (const other of effects) {
    if (other === effect || (other.kind !== "write" && other.kind !== "delete")) continue;
    if (other.target.kind === "unresolved") return withAllLines(effect);
    if (isChangeOfListed(other)) {
      const held = other.target.kind === "path" ? other.target.shows?.words : undefined;
      if (words.length > 0 && held?.every((word) => words.includes(word)) !== true)
        return withAllLines(effect);
      continue;
    }
    if (effect.kind === "write" && (other.target.kind !== "path" || other.target.reach === "tree"))
      return withAllLines(effect);
    if (other.target.kind !== "path" || other.target.reach === "tree") continue;
    const { path, real } = other.target;
    changed.push(...[path, real].filter((one) => roots.some((root) => isWithin(root, one))));
  }
  return { ...effect, target: { ...target, shows: { ...target.shows, changed } } };
}

type FileEffect = Extract<Effect, { kind: "read" | "write" }>;

/** Whether files of a list are changed where they lie. */
function isChangeOfListed(effect: Extract<Effect, { kind: "write" | "delete" }>): boolean {
  return effect.kind === "write" && isOfList(effect.target);
}

function withAllLines(effect: FileEffect): FileEffect {
  if (effect.target.kind === "unresolved") return effect;
  const { shows: _, ...target } = effect.target;
  return { ...effect, target };
}
