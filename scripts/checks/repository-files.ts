// The files of the repository as a commit would hold them: tracked, or new and not ignored.
import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One file; `text` is undefined when the bytes are not text. */
export type RepositoryFile = {
  readonly path: string;
  readonly bytes: number;
  readonly text: string | undefined;
};

/** Absolute path of the repository. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

const outside = new Set([".git", "node_modules", "dist", "coverage"]);

/** All files, sorted. Without git, for example in an unpacked archive, the folders are walked instead. */
export function repositoryFiles(): readonly RepositoryFile[] {
  return listPaths()
    .sort()
    .flatMap((path) => {
      const stat = lstatSync(join(repositoryRoot, path), { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile()) return [];
      const content = readFileSync(join(repositoryRoot, path));
      const text = content.includes(0) ? undefined : content.toString("utf8");
      return [{ path, bytes: content.length, text }];
    });
}

function listPaths(): string[] {
  try {
    const output = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
      cwd: repositoryRoot,
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    });
    return output
      .toString("utf8")
      .split("\0")
      .filter((path) => path !== "");
  } catch {
    return walk("");
  }
}

function walk(folder: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (outside.has(entry.name)) return [];
    return entry.isDirectory() ? walk(path) : [path];
  });
}
