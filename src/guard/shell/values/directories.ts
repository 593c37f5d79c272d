// Working directories that a shell may be in: each once, bounded, compared.
import { ALTERNATIVES_MAX, CHARS_PER_STEP, DIRECTORIES_CHARS_MAX } from "#base/limits.ts";

/** The directories, each once. WHY past the bound an unknown one in place of the rest: each branch may double them. */
export function possibleDirectories(
  directories: Iterable<string | undefined>,
): readonly (string | undefined)[] {
  const all = [...new Set(directories)];
  let chars = 0;
  const isBeyond = (directory: string | undefined): boolean => {
    chars += directory?.length ?? 0;
    return chars > DIRECTORIES_CHARS_MAX;
  };
  const beyond = all.findIndex(isBeyond);
  if (beyond < 0 && all.length <= ALTERNATIVES_MAX) return all;
  const most = Math.min(ALTERNATIVES_MAX - 1, beyond < 0 ? all.length : beyond);
  return [...new Set([...all.slice(0, most), undefined])];
}

/** Steps that going through these directories costs: what a word means is looked at in each of them. */
export function weightOfDirectories(directories: readonly (string | undefined)[]): number {
  const chars = directories.reduce((sum, directory) => sum + (directory?.length ?? 0), 0);
  return directories.length + Math.floor(chars / CHARS_PER_STEP);
}

/** Whether two lists hold the same directories. */
export function sameDirectories(
  first: readonly (string | undefined)[],
  second: readonly (string | undefined)[],
): boolean {
  return first.length === second.length && first.every((directory) => second.includes(directory));
}
