// What would be lost, as a list that a person can read: bounded, in order, each once.
import type { LostWork } from "#guard/facts/facts.ts";

/** Names that are listed of each kind. */
const LISTED_MAX = 64;
/** Characters of the name of a commit, as git abbreviates it. */
const COMMIT_CHARS = 9;

/** A loss of these files, by their paths from the root, and commits, by their whole names. */
export function listedLoss({
  files = [],
  commits = [],
}: {
  readonly files?: readonly string[];
  readonly commits?: readonly string[];
}): LostWork {
  const left = (items: readonly unknown[]): number => Math.max(0, items.length - LISTED_MAX);
  return {
    files: files.toSorted().slice(0, LISTED_MAX),
    commits: commits.slice(0, LISTED_MAX).map((name) => name.slice(0, COMMIT_CHARS)),
    more: left(files) + left(commits),
  };
}
