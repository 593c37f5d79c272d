// Trees of commits: which files of them have names that are looked for, and which differ between two.
import type { IndexEntry } from "./git-index.ts";
import type { ObjectReader } from "./git-objects.ts";

/** A file of a tree, by its path from the root, with the name of its content; `isAfter`: as it is in the second of two trees. */
export type TreeFile = {
  readonly path: string;
  readonly object: string;
  readonly mode: number;
  readonly isAfter: boolean;
};

type Entry = { readonly name: string; readonly mode: number; readonly object: string };

const HASH_BYTES = 20;
const DIRECTORY = 0o040000;

/** The entries of a tree; undefined where it is damaged. */
export function parseTree(body: Buffer): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const nul = body.indexOf(0, space);
    if (space < 0 || nul < 0 || nul + 1 + HASH_BYTES > body.length) return undefined;
    const mode = Number.parseInt(body.toString("latin1", at, space), 8);
    const name = body.toString("utf8", space + 1, nul);
    if (Number.isNaN(mode) || name === "") return undefined;
    entries.push({ name, mode, object: body.toString("hex", nul + 1, nul + 1 + HASH_BYTES) });
    at = nul + 1 + HASH_BYTES;
  }
  return entries;
}

/**
 * Files with a path that `matches`, of those in which the trees differ: of all of them where one tree is undefined.
 * Undefined where a tree cannot be read.
 */
export async function differing(
  objects: ObjectReader,
  [first, second]: readonly [string | undefined, string | undefined],
  matches: (path: string) => boolean,
  prefix = "",
): Promise<readonly TreeFile[] | undefined> {
  if (first === second) return [];
  const [one, other] = [await entriesOf(objects, first), await entriesOf(objects, second)];
  if (one === undefined || other === undefined) return undefined;
  const found: TreeFile[] = [];
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const [before, after] = [one.get(name), other.get(name)];
    if (before?.object === after?.object && before?.mode === after?.mode) continue;
    const path = `${prefix}${name}`;
    const directories = [before, after].map((entry) =>
      entry?.mode === DIRECTORY ? entry.object : undefined,
    );
    if (directories.some((tree) => tree !== undefined)) {
      const [left, right] = directories;
      const below = await differing(objects, [left, right], matches, `${path}/`);
      if (below === undefined) return undefined;
      found.push(...below);
    }
    for (const entry of [before, after])
      if (entry !== undefined && entry.mode !== DIRECTORY && matches(path))
        found.push({ path, object: entry.object, mode: entry.mode, isAfter: entry === after });
  }
  return found;
}

/** The object at a path of a tree; undefined where there is none, or it cannot be read. */
export async function objectAt(
  objects: ObjectReader,
  tree: string,
  path: string,
): Promise<string | undefined> {
  let at: string | undefined = tree;
  for (const part of path.split("/")) at = (await entriesOf(objects, at))?.get(part)?.object;
  return at;
}

/**
 * Files of a tree by their paths from the root, links among them, and directories that other repositories lie in. What the index holds
 * alike (`trees` are those of its directories) is taken from there, unread. Undefined where a tree cannot be read.
 */
export async function filesBelow(
  objects: ObjectReader,
  root: string,
  index: {
    readonly entries: readonly IndexEntry[];
    readonly trees: ReadonlyMap<string, string>;
  },
  isWanted: (path: string, mode: number) => boolean,
): Promise<ReadonlyMap<string, string> | undefined> {
  const found = new Map<string, string>();
  const walk = async (tree: string, directory: string): Promise<boolean> => {
    const prefix = directory === "" ? "" : `${directory}/`;
    if (index.trees.get(directory) === tree) {
      for (const { name, mode, object } of index.entries)
        if (name.startsWith(prefix) && isWanted(name, mode)) found.set(name, object);
      return true;
    }
    const read = await objects.read(tree);
    const entries = read?.type === "tree" ? parseTree(read.body) : undefined;
    if (entries === undefined) return false;
    for (const { name, mode, object } of entries) {
      const path = `${prefix}${name}`;
      if (mode === DIRECTORY) {
        if (!(await walk(object, path))) return false;
      } else if (isWanted(path, mode)) found.set(path, object);
    }
    return true;
  };
  return (await walk(root, "")) ? found : undefined;
}

async function entriesOf(
  objects: ObjectReader,
  tree: string | undefined,
): Promise<ReadonlyMap<string, Entry> | undefined> {
  if (tree === undefined) return new Map();
  const found = await objects.read(tree);
  const entries = found?.type === "tree" ? parseTree(found.body) : undefined;
  return entries && new Map(entries.map((entry) => [entry.name, entry]));
}
