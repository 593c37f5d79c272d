// Whether a file lies open in git's objects: as it is, or but for changes that no view would hide.
import { lstat } from "node:fs/promises";
import { escapeGlob } from "#base/glob.ts";
import { joinPath, parentPath } from "#base/path.ts";
import { lineKey } from "#guard/hold/views/line-view.ts";
import { hasView, VIEW_BYTES_MAX, viewOf } from "#guard/hold/views/view.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { type GitIndexes, hasContent } from "./git-copies.ts";
import { findRepository, type Layout } from "./git-facts.ts";
import { openObjects } from "./git-objects.ts";

/** What git has of a file: the name of the object, and where the objects are. */
export type GitCopy = Pick<Layout, "shared"> & { readonly object: string };

/** Objects that are read for one: itself, and what it is told as the difference from. */
const OBJECTS_MAX = 64;

/** Whether everybody who has the repository has what the file at a path shows. */
export async function liesOpen(path: string, indexes: GitIndexes): Promise<boolean> {
  const copy = (await trackedCopies(parentPath(path), [path], indexes)).get(path);
  return copy !== undefined && (await isOpen(path, copy));
}

/** Those of some files that the repository of a directory tracks, with what it has of them. */
export async function trackedCopies(
  directory: string,
  paths: readonly string[],
  indexes: GitIndexes,
): Promise<ReadonlyMap<string, GitCopy>> {
  const layout = await findRepository(directory);
  if (layout === undefined || layout === "unknown") return new Map();
  const { root, gitDirectory, shared } = layout;
  const found = await indexes.matching({ gitDirectory, workTree: root }, paths.map(escapeGlob));
  return new Map(
    found?.entries.map(({ name, object }) => [joinPath(root, name), { object, shared }]),
  );
}

/** Whether a file shows nothing but what git has of it, and what no view would hide. */
export async function isOpen(path: string, copy: GitCopy): Promise<boolean> {
  // What a link leads to is another file, with a name of its own.
  if ((await lstat(path).catch(() => undefined))?.isFile() !== true) return false;
  return (await hasContent(path, copy.object)) || (await isOpenChange(path, copy));
}

async function isOpenChange(path: string, copy: GitCopy): Promise<boolean> {
  if (!hasView(path)) return false;
  const read = await readRegularFile(path, VIEW_BYTES_MAX);
  if (read?.complete !== true) return false;
  const text = Buffer.from(read.bytes).toString("utf8");
  const known = await linesOf(copy);
  // WHY no key: what is hidden comes out otherwise whatever the stream is, and nobody sees it.
  const view = await viewOf(path, text, { stream: (_, count) => new Uint8Array(count), known });
  return view === text;
}

/**
 * The assignments in what git has; none where it cannot be read. WHY of each name only one: the index can be written in a session, and a
 * list of all that a short secret may be would tell that it is among them.
 */
async function linesOf({ shared, object }: GitCopy): Promise<ReadonlySet<string>> {
  const bounds = { objectsMax: OBJECTS_MAX, expired: () => false };
  const objects = await openObjects(joinPath(shared, "objects"), bounds);
  try {
    const found = await objects.read(object);
    if (found?.type !== "blob") return new Set();
    const lines = new Map<string, string | undefined>();
    for (const line of found.body.toString("utf8").split(/\r\n|\n|\r/)) {
      const key = lineKey(line);
      if (key !== undefined) lines.set(key, lines.has(key) ? undefined : line);
    }
    return new Set([...lines.values()].filter((line) => line !== undefined));
  } catch {
    return new Set();
  } finally {
    await objects.close();
  }
}
