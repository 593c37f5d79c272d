// Temporary trees for tests of facts.
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A file's text, a symlink, or a directory. */
export type Leaf =
  | string
  | { readonly link: string }
  | { readonly mode: number; readonly text: string }
  | null;

/** A fresh directory with these entries (null is an empty directory); `remove` deletes it. */
export async function makeTree(
  entries: Readonly<Record<string, Leaf>>,
  parent: string = tmpdir(),
): Promise<{ readonly root: string; readonly remove: () => Promise<void> }> {
  const root = await realpath(await mkdtemp(join(parent, "sallyport-facts-")));
  for (const [name, leaf] of Object.entries(entries)) {
    const path = join(root, name);
    await mkdir(leaf === null ? path : dirname(path), { recursive: true });
    if (leaf === null) continue;
    if (typeof leaf === "string") await writeFile(path, leaf);
    else if ("link" in leaf) await symlink(leaf.link.replace("<root>", root), path);
    else {
      await writeFile(path, leaf.text);
      await chmod(path, leaf.mode);
    }
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
