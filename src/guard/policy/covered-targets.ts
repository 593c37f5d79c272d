// Whether a target certainly lies where a condition applies, wherever links lead.
import { escapeGlob, globBase, globsIntersect } from "#base/glob.ts";
import type { Target } from "../vocabulary/effect.ts";
import type { FactReader } from "../facts/fact-reader.ts";
import type { Place } from "./condition-places.ts";
import { type Found, withoutHidden, withoutLeft } from "./possible-targets.ts";

/** Links out of a place that are followed to see whether anything that is meant lies there. */
const WAYS_OUT_MAX = 4;

/** Whether all that the target names lies in the place, as far as its words tell. */
export function targetCovered(target: Target, place: Place): boolean {
  const { test } = place;
  switch (target.kind) {
    case "path": {
      if (!test(target.path) || !test(target.real)) return false;
      return (
        target.reach === "entry" ||
        [target.path, target.real].every(
          (root) => place.coversTree(root) && !reachesInto(root, place),
        )
      );
    }
    case "pattern":
      // WHY: `..` cannot be in a clean pattern, so everything it matches lies below its literal base.
      return place.coversTree(globBase(target.path)) && !place.meetsExcept(target.path);
    case "unresolved":
      return false;
    default:
      return target satisfies never;
  }
}

/**
 * Whether files of a list that are changed lie in the place. WHY asked of what is there: only such files are listed, so an
 * exception of which none is listed is not reached.
 */
export function listStays(
  target: Extract<Target, { kind: "path" }>,
  place: Place,
  reader: FactReader | undefined,
): boolean {
  const { path, real, skips, leaves } = target;
  if (reader === undefined) return false;
  return [...new Set([path, real])].every((root) => {
    if (!place.coversTree(root)) return false;
    const tree = `${root === "/" ? "" : escapeGlob(root)}/**`;
    const patterns = place.except.filter((glob) => globsIntersect(tree, glob));
    if (patterns.length === 0) return true;
    const found = reader.ask({
      kind: "find",
      root,
      patterns,
      ...(skips === undefined ? {} : { skips }),
    });
    if (found?.kind !== "find" || !found.complete) return false;
    const files = found.paths.filter((one) => !holdsOthers(one, found.paths));
    const left = withoutLeft({ ...found, paths: files }, leaves, root);
    const held = withoutHidden(left, target.shows, () => true, reader);
    return held.paths.length + held.links.length === 0;
  });
}

/** Whether a path is a directory that others lie in. */
function holdsOthers(path: string, paths: readonly string[]): boolean {
  return paths.some((other) => other.startsWith(`${path}/`));
}

/**
 * Whether what is written under names that match a pattern stays where the pattern says. WHY: writing follows links, those
 * that match and those on the way there, so the disk is asked for both. What only changes what exists may have a pattern
 * that meets an exception in which nothing matches.
 */
export function patternStays(
  target: Extract<Target, { kind: "pattern" }>,
  place: Place,
  reader: FactReader | undefined,
  onlyExisting: boolean,
): boolean {
  if (reader === undefined) return false;
  if (target.reach === "tree")
    return ["", "/**"]
      .map((below) => ({ ...target, path: `${target.path}${below}`, reach: "entry" }) as const)
      .map((entries) => patternStays(entries, place, reader, onlyExisting))
      .every(Boolean);
  const base = globBase(target.path);
  const isAllCovered = targetCovered(target, place);
  if (!isAllCovered && !(onlyExisting && place.coversTree(base))) return false;
  const end = target.path.lastIndexOf("/");
  const [holders, last] = [target.path.slice(0, end), target.path.slice(end + 1)];
  // Asked all at once: rounds of facts are few.
  const start = reader.ask({ kind: "path", path: base });
  // What lies below a new name is what the call puts there, and no link of before leads on from it.
  const isNew = target.isNew === true;
  const found = isNew ? NOTHING : foundOf(target.path, reader);
  const ways = holders.length > base.length && !isNew ? foundOf(holders, reader)?.links : [];
  if (start?.kind !== "path" || start.real !== base) return false;
  if (found === undefined || ways === undefined) return false;
  const outward = [...new Set(ways.map(({ real }) => real))].filter((real) => !place.test(real));
  return (
    found.links.every(({ real }) => place.test(real)) &&
    (isAllCovered || found.paths.every(place.test)) &&
    (outward.length === 0 || (onlyExisting && holdNone(outward, last, reader)))
  );
}

const NOTHING: Found = { paths: [], links: [], complete: true };

/** All that exists and matches; undefined where that is not certain. */
function foundOf(pattern: string, reader: FactReader): Found | undefined {
  const answer = reader.ask({ kind: "glob", pattern, dotfiles: true, ignoreCase: false });
  return answer?.kind === "glob" && answer.complete ? answer : undefined;
}

/** Whether certainly nothing below these directories has such a name, and no link leads on from there. */
function holdNone(directories: readonly string[], name: string, reader: FactReader): boolean {
  const answers = directories.slice(0, WAYS_OUT_MAX).flatMap((directory) => {
    const below = `${directory === "/" ? "" : escapeGlob(directory)}/**`;
    return [foundOf(`${below}/${name}`, reader)?.paths, foundOf(below, reader)?.links];
  });
  return directories.length <= WAYS_OUT_MAX && answers.every((answer) => answer?.length === 0);
}

/** Whether folders on the way of a pattern that are links lead to covered places: deleting follows these, though not the last part. */
export function waysStay(
  target: Extract<Target, { kind: "pattern" }>,
  place: Place,
  reader: FactReader | undefined,
): boolean {
  const base = globBase(target.path);
  const holders = target.path.slice(0, target.path.lastIndexOf("/"));
  if (target.isNew === true || holders.length <= base.length) return true;
  if (reader === undefined) return false;
  const ways = foundOf(holders, reader)?.links;
  const meant = foundOf(target.path, reader)?.paths;
  if (ways === undefined || meant === undefined) return false;
  return ways.every(
    ({ path, real }) => place.coversTree(real) || !meant.some((one) => one.startsWith(`${path}/`)),
  );
}

/** Whether all that exists and matches is covered: a pattern may meet an exception in which nothing matches. */
export function deletesOnlyCovered(
  target: Extract<Target, { kind: "pattern" }>,
  place: Place,
  reader: FactReader | undefined,
): boolean {
  const { reach } = target;
  const base = globBase(target.path);
  if (reader === undefined || !place.coversTree(base)) return false;
  const start = reader.ask({ kind: "path", path: base });
  if (start?.kind !== "path" || start.real !== base) return false;
  const found = target.isNew === true ? NOTHING : foundOf(target.path, reader);
  return (
    waysStay(target, place, reader) &&
    found?.links.length === 0 &&
    found.paths.every((path) => targetCovered({ kind: "path", path, real: path, reach }, place))
  );
}

/** Whether an exception may lie below a directory, now or later. */
function reachesInto(root: string, place: Place): boolean {
  return place.meetsExcept(`${root === "/" ? "" : escapeGlob(root)}/**`);
}
