// What a call left behind: which of the files that it would change did change, and where version control stands there.
import { lstat, realpath } from "node:fs/promises";
import { findRepository, readHead } from "./git-facts.ts";
import { readReference } from "./git-revisions.ts";

/** Clocks of file systems tick more slowly than ours: some only every two seconds. */
const TICK_MS = 2_000;

/** A file with what a call would do to it. */
export type Change = { readonly action: "write" | "delete"; readonly path: string };

/** Where version control stands: the branch (undefined for none) and the commit (undefined before the first). */
export type Revision = { readonly branch: string | undefined; readonly commit: string | undefined };

/** Those of the files that changed since a time, or are gone; what cannot be looked at counts as changed. */
export async function seenChanges<One extends Change>(
  files: readonly One[],
  sinceMs: number,
): Promise<readonly One[]> {
  const seen = await Promise.all(
    files.map(async ({ action, path }) => {
      try {
        // WHY ctime: a copy or a moved file brings its old time of modification along.
        const { ctimeMs } = await lstat(path);
        return action === "write" && ctimeMs >= sinceMs - TICK_MS;
      } catch (error) {
        const isGone = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
        return action === "delete" || !isGone;
      }
    }),
  );
  return files.filter((_file, at) => seen[at]);
}

/** Branch and commit of the repository that holds a directory; undefined where there is none, or it cannot be read. */
export async function revisionAt(directory: string): Promise<Revision | undefined> {
  try {
    const layout = await findRepository(await realpath(directory));
    if (layout === undefined || layout === "unknown") return undefined;
    const { gitDirectory: own, shared } = layout;
    const head = await readHead(own);
    if (head === undefined) return undefined;
    return { branch: head.branch, commit: await readReference({ own, shared }, "HEAD") };
  } catch {
    return undefined;
  }
}
