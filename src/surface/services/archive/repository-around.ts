// Whether a place lies in a git repository, where sessions write and what lies there is committed.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The innermost repository around an absolute path that need not exist; undefined where there is none. */
export function repositoryAround(path: string): string | undefined {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return undefined;
  }
}
