// What search tools and git leave out, and when the call itself may have changed that.
import { globBase } from "#base/glob.ts";
import { baseName, isWithin } from "#base/path.ts";
import type { Effect } from "./effect.ts";

/** Files that tell ripgrep what to leave out and what to let in: its own, git's, and those that name others. */
const STEERING = new Set([
  ...[".ignore", ".rgignore", ".gitignore", "exclude", "ignore", ".gitconfig", "config"],
  ...[".git", "commondir", ".ripgreprc", "rc", "ripgreprc"],
]);

/**
 * Whether something in the call may bring to light what a search would leave out. Facts are from before the call, and
 * jobs in the background may come first, so the order of the effects says nothing.
 */
export function mayShowHidden(effects: readonly Effect[]): boolean {
  return effects.some((effect) => {
    switch (effect.kind) {
      case "write": {
        const { target } = effect;
        if (target.kind !== "path" || target.reach === "tree") return true;
        return [target.path, target.real].some((path) => STEERING.has(baseName(path)));
      }
      case "execute":
        return effect.reach === "unbounded";
      case "install":
      case "unknown":
        return true;
      default:
        return false;
    }
  });
}

/**
 * The effects with what the call may bring into git's index before it shows it: all that git does not leave out.
 * WHY not where a single path was named for that: adding it is judged as reading it.
 */
export function withWhatIsAdded(effects: readonly Effect[]): readonly Effect[] {
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
export function withAllBelow(effect: Effect): Effect {
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
 * The same effect, as if all lines were shown, where the call may itself change what is searched. WHY: facts tell what
 * files hold before the call, which could put a word of its search beside what it is after.
 */
export function withChangedFiles(effect: Effect, effects: readonly Effect[]): Effect {
  if (effect.kind !== "read" || effect.target.kind === "unresolved") return effect;
  const { target } = effect;
  if (target.shows === undefined) return effect;
  const roots = target.kind === "path" ? [target.path, target.real] : [globBase(target.path)];
  const changed: string[] = [];
  for (const other of effects) {
    if (other.kind !== "write" && other.kind !== "delete") continue;
    if (other.target.kind !== "path" || other.target.reach === "tree") return withAllLines(effect);
    const { path, real } = other.target;
    changed.push(...[path, real].filter((one) => roots.some((root) => isWithin(root, one))));
  }
  return { ...effect, target: { ...target, shows: { ...target.shows, changed } } };
}

function withAllLines(effect: Extract<Effect, { kind: "read" }>): Effect {
  if (effect.target.kind === "unresolved") return effect;
  const { shows: _, ...target } = effect.target;
  return { ...effect, target };
}
