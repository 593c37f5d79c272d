// Whether a file lies open in git's objects: as it is, or but for changes that no view would hide.
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeGlob } from "#base/glob.ts";
import { joinPath, parentPath } from "#base/path.ts";
import { VIEW_CHARS_MAX, hasView, viewOf } from "#guard/hold/views/view.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { type GitIndexes, hasContent } from "./git-copies.ts";
import { openObjects } from "./git-objects.ts";

/** What git has of a file: the name of the object, and where its index lies. */
export type GitCopy = { readonly object: string; readonly gitDirectory: string };

/** Characters of a `.git` file that are read. */
const POINTER_MAX = 4_096;
/** Objects that are read for one: itself, and what it is told as the difference from. */
const OBJECTS_MAX = 64;
/** Directories above a file in which its repository is looked for. */
const LEVELS_MAX = 64;

/** Whether everybody who has the repository has what the file at a path shows. */
export async function liesOpen(path: string, indexes: GitIndexes): Promise<boolean> {
  let root = parentPath(path);
  for (let level = 0; !existsSync(join(root, ".git")); level += 1) {
    if (root === "/" || level > LEVELS_MAX) return false;
    root = parentPath(root);
  }
  const gitDirectory = indexDirectory(root, join(root, ".git"));
  const found = await indexes.matching({ gitDirectory, workTree: root }, [escapeGlob(path)]);
  const entry = found?.entries.find(({ name }) => joinPath(root, name) === path);
  return entry !== undefined && (await isOpen(path, { object: entry.object, gitDirectory }));
}

/** The same of a file of which it is known what git has. */
export async function isOpen(path: string, copy: GitCopy): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  return (await hasContent(path, copy.object)) || (await isOpenChange(path, copy));
}

async function isOpenChange(path: string, { object, gitDirectory }: GitCopy): Promise<boolean> {
  if (!hasView(path) || lstatSync(path).size > VIEW_CHARS_MAX) return false;
  const known = await linesOf(gitDirectory, object);
  const text = readFileSync(path, "utf8");
  // WHY no key: what is hidden comes out otherwise whatever the stream is, and nobody sees it.
  return viewOf(path, text, { stream: (_, count) => new Uint8Array(count), known }) === text;
}

/** The lines of what git has; none where it cannot be read. */
async function linesOf(gitDirectory: string, object: string): Promise<ReadonlySet<string>> {
  const common = join(gitDirectory, "commondir");
  const shared = existsSync(common)
    ? realPath(joinPath(gitDirectory, readFileSync(common, "utf8").slice(0, POINTER_MAX).trim()))
    : gitDirectory;
  const objects = await openObjects(joinPath(shared, "objects"), {
    ...{ objectsMax: OBJECTS_MAX, expired: () => false },
  });
  try {
    const found = await objects.read(object);
    return new Set(found?.type === "blob" ? found.body.toString("utf8").split(/\r\n|\n|\r/) : []);
  } catch {
    return new Set();
  } finally {
    await objects.close();
  }
}

/** Where git keeps the index: of a worktree and a submodule beside the repository that they belong to. */
export function indexDirectory(root: string, gitDirectory: string): string {
  try {
    if (lstatSync(gitDirectory).isFile()) {
      const text = readFileSync(gitDirectory, "utf8").slice(0, POINTER_MAX);
      const to = /^gitdir: (.+)$/m.exec(text)?.[1];
      if (to !== undefined) return realPath(joinPath(root, to.trim()));
    }
  } catch {
    // It is as its name says, or no repository.
  }
  return realPath(gitDirectory);
}
