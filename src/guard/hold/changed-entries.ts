// Which entries of a directory a call was judged to change, each by its name.
import { compileGlob, hasMagic } from "#base/glob.ts";
import { baseName, isWithin, parentPath } from "#base/path.ts";
import type { Effect, Target } from "../vocabulary/effect.ts";

/** The changes of one entry: `isGone` where it is taken away. */
export type ChangedEntry = { readonly isGone: boolean };

/**
 * The entries of a directory that change; undefined where it may be any of them, or the directory as a whole. What lies deeper is
 * not meant. Paths are absolute and real. `names`, where they can be told, are there already: what a pattern means besides is new.
 */
export function changedEntries(
  effects: readonly Effect[],
  directory: string,
  names: () => readonly string[] | undefined = () => undefined,
): ReadonlyMap<string, ChangedEntry> | undefined {
  const found = new Map<string, ChangedEntry>();
  for (const { target, isGone } of effects.flatMap(changesOf)) {
    const isMeant = namesMeant(target, directory);
    // WHY not before: most calls change nothing by a pattern.
    const there = isMeant === undefined ? undefined : names();
    if (isMeant !== undefined && there !== undefined) {
      for (const name of there.filter(isMeant)) note(name, isGone);
      continue;
    }
    const path = placeOf(target);
    if (path === undefined || isWithin(path, directory)) return undefined;
    if (!isWithin(directory, path) || parentPath(path) !== directory) continue;
    note(baseName(path), isGone);
  }
  return found;

  function note(name: string, isGone: boolean): void {
    found.set(name, { isGone: isGone || found.get(name)?.isGone === true });
  }
}

/** Tells the entries right in a directory that a pattern means; undefined of any other target, and where it may mean what lies deeper. */
function namesMeant(target: Target, directory: string): ((name: string) => boolean) | undefined {
  if (target.kind !== "pattern" || parentPath(target.path) !== directory) return undefined;
  const glob = baseName(target.path);
  return hasMagic(directory) || glob.includes("**") ? undefined : compileGlob(glob);
}

function changesOf(
  effect: Effect,
): readonly { readonly target: Target; readonly isGone: boolean }[] {
  switch (effect.kind) {
    case "write":
      return effect.mode === "cache" ? [] : [{ target: effect.target, isGone: false }];
    case "delete":
      return [{ target: effect.target, isGone: true }];
    case "persist":
      return effect.target === undefined ? [] : [{ target: effect.target, isGone: false }];
    default:
      return [];
  }
}

/** The place; of a pattern the directory in which its first part stands that is none. Undefined where it may be anywhere. */
function placeOf(target: Target): string | undefined {
  switch (target.kind) {
    case "path":
      return target.real;
    case "pattern": {
      const cut = target.path.search(/[*?[{\\]/);
      return cut < 0 ? target.path : parentPath(`${target.path.slice(0, cut)}x`);
    }
    case "unresolved":
      return target.within;
    default:
      return target satisfies never;
  }
}
