// Directories in which a cache is mounted that is not there: each laid out anew in the call's own mounts, so that nothing is made in the person's.
import { readdirSync, readlinkSync } from "node:fs";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import type { GrownDirectory } from "#guard/hold/profile.ts";
import type { CacheLayer } from "./cache-layers.ts";
import type { Looks } from "./looks.ts";

/** Entries of a directory that are laid out one by one: each costs a third of a millisecond. */
const ENTRIES_MAX = 96;

/** Where directories may be laid out, and what lies over entries of them. Real paths. */
type Around = {
  readonly home: string;
  /** Places of which the call sees the machine's own, or nothing: nothing can be laid out in one. */
  readonly fixed: readonly string[];
  /** Entries that something else stands for. */
  readonly covered: ReadonlySet<string>;
  readonly looks: Looks;
};

/** Layers of places that are not there, each with its directory laid out; without those for which that cannot be. */
export function grownLayers(
  missing: readonly CacheLayer[],
  around: Around,
): { readonly layers: readonly CacheLayer[]; readonly grown: readonly GrownDirectory[] } {
  const grown = new Map<string, GrownDirectory | undefined>();
  const layers = missing.filter(({ path }) => {
    const directory = directoryOf(path, around);
    if (directory === undefined) return false;
    if (!grown.has(directory)) grown.set(directory, laidOut(directory, around));
    return grown.get(directory) !== undefined;
  });
  return { layers, grown: [...grown.values()].filter((one) => one !== undefined) };
}

/** The nearest directory around a place in which something can be laid out; undefined where that is nowhere. */
function directoryOf(path: string, { home, fixed, looks }: Around): string | undefined {
  let at = parentPath(path);
  while (at !== home && isWithin(home, at) && looks.status(at) === undefined) at = parentPath(at);
  const isFree = isWithin(home, at) && !fixed.some((one) => isWithin(one, at));
  return isFree && looks.real(at) === at ? at : undefined;
}

function laidOut(path: string, { covered, looks }: Around): GrownDirectory | undefined {
  const status = looks.status(path);
  if (status?.isDirectory() !== true) return undefined;
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    if (entries.length > ENTRIES_MAX) return undefined;
    return {
      path,
      mode: (status.mode & 0o777).toString(8).padStart(4, "0"),
      entries: entries.flatMap((entry) => {
        const place = joinPath(path, entry.name);
        if (covered.has(place)) return [];
        return entry.isSymbolicLink()
          ? [{ path: place, leadsTo: readlinkSync(place) }]
          : [{ path: place }];
      }),
    };
  } catch {
    // It changed meanwhile, or cannot be read: programs find no such cache.
    return undefined;
  }
}
