// What search tools and git leave out, and when the call itself may have changed that.
import { baseName } from "#base/path.ts";
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
  if (effect.kind !== "read" || effect.target.kind !== "path") return effect;
  if (effect.target.skips === "ignored") return effect;
  const { skips: _, leaves: __, ...target } = effect.target;
  return { ...effect, target };
}
