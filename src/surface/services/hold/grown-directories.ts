// Directories that are laid out anew in the call's own mounts: something is mounted in them that is not there, or programs replace what is hidden in them.
import { readdirSync, readlinkSync } from "node:fs";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import type { GrownDirectory } from "#guard/hold/profile.ts";
import { mountTable } from "#platform/namespaces.ts";
import type { CacheLayer } from "./cache-layers.ts";
import type { Looks } from "../../foundation/files/looks.ts";
import { unescaped } from "./mount-check.ts";

/** Entries of a directory that are laid out one by one: each costs a third of a millisecond. */
const ENTRIES_MAX = 160;

/** File systems that may not answer: whoever mounts what lies there waits for them. */
const DISTANT = /^(?:autofs|nfs|cifs|smb|9p|fuse|ceph|afs|lustre)/;

/** Where directories may be laid out, and what lies over entries of them. Real paths. */
type Around = {
  readonly home: string;
  /** Places of which the call sees the machine's own, or nothing: nothing can be laid out in one. */
  readonly fixed: readonly string[];
  /** Entries that something else stands for. */
  readonly covered: ReadonlySet<string>;
  readonly looks: Looks;
};

/**
 * Layers of places that are not there, each with its directory laid out; without those for which that cannot be. And the
 * directories around files that programs outside replace by name, as far as they can be laid out. WHY: a mount over a file goes
 * with the file (`lost-views.ts`), and one on a file of our own stays.
 */
export function grownLayers(
  missing: readonly CacheLayer[],
  replaced: readonly string[],
  around: Around,
): { readonly layers: readonly CacheLayer[]; readonly grown: readonly GrownDirectory[] } {
  const grown = new Map<string, GrownDirectory | undefined>();
  let distant: ReadonlySet<string> | undefined;
  const grow = (directory: string): boolean => {
    distant ??= aroundDistant();
    if (!grown.has(directory))
      grown.set(directory, distant.has(directory) ? undefined : laidOut(directory, around));
    return grown.get(directory) !== undefined;
  };
  const layers = missing.filter(({ path }) => {
    const directory = directoryOf(path, around);
    return directory !== undefined && grow(directory);
  });
  for (const directory of replaced) if (around.looks.real(directory) === directory) grow(directory);
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
    const own = entries.filter((entry) => !covered.has(joinPath(path, entry.name)));
    if (own.length > ENTRIES_MAX) return undefined;
    return {
      path,
      mode: (status.mode & 0o777).toString(8).padStart(4, "0"),
      entries: own.map((entry) => {
        const place = joinPath(path, entry.name);
        return entry.isSymbolicLink()
          ? { path: place, leadsTo: readlinkSync(place) }
          : { path: place };
      }),
    };
  } catch {
    // It changed meanwhile, or cannot be read: programs find no such cache.
    return undefined;
  }
}

/** Directories in which such a file system is mounted. Lines as proc(5) has them. */
function aroundDistant(): ReadonlySet<string> {
  const lines = mountTable().split("\n");
  const distant = lines.filter((line) => DISTANT.test(line.split(" - ")[1] ?? ""));
  return new Set(distant.map((line) => parentPath(unescaped(line.split(" ")[4] ?? "/"))));
}
