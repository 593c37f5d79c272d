// Directories of which a call packs or copies all: what it is shown of files in them is kept elsewhere.
import type { Effect } from "../vocabulary/effect.ts";

const PACKS = /^(?:(?:bsd|g)?tar|zip|7z[az]?|cp|rsync)$/;

/** The directories, by their real paths. */
export function packedTrees(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) =>
    effect.kind === "read" &&
    effect.target.kind === "path" &&
    effect.target.reach === "tree" &&
    PACKS.test(effect.via.at(-1) ?? "")
      ? [effect.target.real]
      : [],
  );
}
