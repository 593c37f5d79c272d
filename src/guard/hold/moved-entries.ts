// What a call moves: directories with hidden files go only to where such files are looked for again, and keep their names.
import { baseName, isWithin, joinPath } from "#base/path.ts";
import type { Effect, Target } from "../vocabulary/effect.ts";
import { PASSED_OVER } from "./passed-over.ts";

/** Places to which one call moves directories: each is looked at for each hidden file. */
const PLACES_MAX = 16;

/** Whether trees are put somewhere, so that what lay in one of them may lie elsewhere afterwards. */
export function putsTrees(effects: readonly Effect[]): boolean {
  return effects.some(
    (effect) =>
      effect.kind === "write" &&
      (effect.worktree === "moved" ||
        (effect.mode !== "tracked" &&
          effect.mode !== "cache" &&
          (effect.target.kind !== "path" || effect.target.reach === "tree"))),
  );
}

/** What tells how a call moves things. Paths are absolute and real. */
type Moving = {
  readonly effects: readonly Effect[];
  /** Where hidden files are looked for: the project, and directories that count like it. */
  readonly roots: readonly string[];
  /** Whether the policy hides a place, whether anything is there or not. */
  readonly hides: (path: string) => boolean;
  readonly isFile: (path: string) => boolean;
  /** Whether nothing else of its session is running that could put a link where it moves to. */
  readonly isAlone: () => boolean;
};

/**
 * Tells around what no directory needs to be a mount to stay where it is; of a call that runs no unforeseen code. WHY it matters: git and
 * others move by renaming, which no system does from one mount to another, nor with a mount itself.
 */
export function goesAlong({
  effects,
  roots,
  hides,
  isFile,
  isAlone,
}: Moving): (path: string) => boolean {
  const gone = effects.flatMap((effect) =>
    effect.kind === "delete" || (effect.kind === "write" && effect.worktree === "moved")
      ? [effect.target]
      : [],
  );
  const paths = gone.flatMap((target) => (target.kind === "path" ? [target.real] : []));
  if (paths.length === 0 || paths.length < gone.length) return () => false;
  const [root = ""] = roots;
  // WHY by its name alone: it is hidden wherever it comes to lie.
  const isByName = (path: string): boolean => hides(joinPath(root, `moved/${baseName(path)}`));
  if (paths.every(isFile)) return isByName;
  const places = placesOf(effects);
  const isInSight = places?.every((place) => roots.some((one) => isLookedAt(place, one)));
  if (places === undefined || isInSight !== true || !isAlone()) return () => false;
  return (path) =>
    isByName(path) &&
    paths
      .filter((from) => isWithin(from, path))
      .every((from) => places.every((to) => hides(`${to}${path.slice(from.length)}`)));
}

/**
 * Tells what is obeyed in folders that a call takes away or moves as a whole, and may go with them. WHY no folder of settings: what is
 * done to one is judged by itself. Nothing of git's or the client's goes, nor what lies right in the project.
 */
export function goesWith(
  effects: readonly Effect[],
  projectRoot: string,
): (path: string) => boolean {
  const folders = effects.flatMap((effect) =>
    effect.kind === "delete" && effect.target.kind === "path" && effect.target.reach === "tree"
      ? [effect.target.real]
      : [],
  );
  const going = folders.filter(
    (path) =>
      path !== projectRoot &&
      isWithin(projectRoot, path) &&
      !path.slice(projectRoot.length).includes("/."),
  );
  return (path) =>
    going.some((folder) => folder !== path && isWithin(folder, path)) &&
    !/\/\.(?:git|claude)(?:\/|$)/.test(path.slice(projectRoot.length));
}

/** Where a call puts anything; undefined where that may be anywhere, or is too much. */
function placesOf(effects: readonly Effect[]): readonly string[] | undefined {
  const targets = effects.flatMap((effect): readonly (Target | undefined)[] => {
    if (effect.kind === "persist") return [effect.target];
    if (effect.kind !== "write" || effect.worktree === "moved") return [];
    return isOfBooks(effect) ? [] : [effect.target];
  });
  const places = targets.flatMap((target) => (target?.kind === "path" ? [target.real] : []));
  return places.length < targets.length || places.length > PLACES_MAX ? undefined : places;
}

/** What git keeps of its own. */
function isOfBooks({ mode, worktree, target }: Extract<Effect, { kind: "write" }>): boolean {
  return (
    mode === "tracked" &&
    worktree === undefined &&
    target.kind === "path" &&
    baseName(target.real) === ".git"
  );
}

/** Whether hidden files are looked for in a directory of this path. */
function isLookedAt(path: string, root: string): boolean {
  if (!isWithin(root, path)) return false;
  const parts = path.slice(root.length).split("/");
  return parts.every(
    (part, at) => !PASSED_OVER.has(part) && (part !== ".claude" || parts[at + 1] === "worktrees"),
  );
}
