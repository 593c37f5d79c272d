// Other names of a file with several: a hard link is no way around the name by which a policy knows it.
import type { Dirent, Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LINKED_FOLDERS } from "#guard/facts/facts.ts";

/** Entries of all folders that are looked at for one file. */
const ENTRIES_MAX = 8_000;
const DEPTH_MAX = 3;
const HOME_DEPTH_MAX = 2;
/** Directories above a file that are looked at for the one of its repository. */
const PARENTS_MAX = 24;

/**
 * Looked for only where secrets are usually kept: below each of `near`, in the repository and beside the file, and in hidden
 * folders of the home. `status` is the file's own. Where there are too many entries names may be missing, and once `expired` says that
 * the time is over.
 */
export async function otherNames(
  path: string,
  status: Pick<Stats, "dev" | "ino" | "nlink">,
  near: readonly string[],
  home: string,
  expired: () => boolean = () => false,
): Promise<readonly string[]> {
  if (status.nlink < 2) return [];
  const found = new Set<string>();
  let left = ENTRIES_MAX;
  /** How deep each directory was looked through: the places lie in one another. */
  const seen = new Map<string, number>();
  const look = async (
    directory: string,
    depth: number,
    isMeant: (name: string) => boolean,
  ): Promise<void> => {
    if ((seen.get(directory) ?? 0) >= depth) return;
    seen.set(directory, depth);
    for (const entry of await entriesOf(directory)) {
      if (left-- <= 0 || expired()) return;
      if (!isMeant(entry.name)) continue;
      const name = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (depth > 1) await look(name, depth - 1, isOwn);
      } else if (entry.isFile() && name !== path) {
        const own = await statusOf(name);
        if (own?.ino === status.ino && own.dev === status.dev) found.add(name);
      }
    }
  };
  const beside = dirname(path);
  for (const directory of new Set([beside, ...(await repositoryOf(beside)), ...near]))
    await look(directory, DEPTH_MAX, isOwn);
  await look(home, HOME_DEPTH_MAX, (name) => name.startsWith("."));
  return [...found];
}

const PASSED_OVER: ReadonlySet<string> = new Set(LINKED_FOLDERS);
const isOwn = (name: string): boolean => !PASSED_OVER.has(name);

async function repositoryOf(directory: string): Promise<readonly string[]> {
  let at = directory;
  for (let steps = 0; steps < PARENTS_MAX && at !== "/"; steps++) {
    if ((await statusOf(join(at, ".git"))) !== undefined) return [at];
    at = dirname(at);
  }
  return [];
}

function entriesOf(directory: string): Promise<readonly Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch(() => []);
}

function statusOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}
