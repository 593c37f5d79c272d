// Names that a call tells a program to leave out of a tree: `grep --exclude`, `tar --exclude`, `rg -g '!name'`.
import { compileGlob } from "#base/glob.ts";
import type { ExcludePatterns } from "../../vocabulary/effect.ts";
import { type Text, textOf } from "../../shell/values/text.ts";

/**
 * What these words leave out. WHY only plain names with `*` and `?`: programs differ in everything else, and what is
 * taken for left out is not judged. Undefined when nothing certain is left out.
 */
export function excludePatterns(
  files: readonly Text[],
  directories: readonly Text[],
): ExcludePatterns | undefined {
  const found = { files: plainNames(files), directories: plainNames(directories) };
  return found.files.length + found.directories.length === 0 ? undefined : found;
}

/** A test of whether an existing path at or below `root` is left out. */
export function excludeTest(
  { files, directories }: ExcludePatterns,
  root: string,
): (path: string) => boolean {
  const [isFile, isDirectory] = [tests(files), tests(directories)];
  return (path) => {
    const parts = path.slice(root.length).split("/").filter(Boolean);
    const last = parts.at(-1);
    if (last === undefined) return false;
    return isFile(last) || parts.slice(0, -1).some(isDirectory);
  };
}

function plainNames(words: readonly Text[]): string[] {
  return words.flatMap((word) => {
    const name = textOf(word);
    // A leading `!` or `^` means something else to some of the programs.
    return name !== undefined && /^[\w.*?-][\w.*?@+-]*$/.test(name) && name !== "." ? [name] : [];
  });
}

function tests(globs: readonly string[]): (name: string) => boolean {
  const compiled = globs.map((glob) => compileGlob(glob));
  return (name) => compiled.some((test) => test(name));
}
