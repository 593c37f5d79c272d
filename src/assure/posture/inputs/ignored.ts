// Whether git would ignore a path, by the ignore files of a repository (gitignore(5)); global ignore files of a person do not count.
import { compileGlob } from "#base/glob.ts";
import { parseIgnoreFile } from "#govern/ignores/ignore-file.ts";
import type { SeenTree } from "./audit-inputs.ts";

type Line = {
  readonly base: string;
  readonly isNegated: boolean;
  readonly isDirectory: boolean;
  readonly matches: (path: string) => boolean;
};

/** A question about paths from the repository's root. A path that ends in `/` is a folder. */
export function ignoredBy(tree: SeenTree): (path: string) => boolean {
  const lines = [...tree.files.values()]
    .filter(({ path, text }) => /(?:^|\/)\.gitignore$/.test(path) && text !== undefined)
    .toSorted((a, b) => a.path.length - b.path.length)
    .flatMap(({ path, text = "" }) => linesOf(path.replace(/\.gitignore$/, ""), text));
  return (path) => {
    const parts = path.replace(/\/$/, "").split("/");
    // WHY from the top: below a folder that is ignored nothing can be taken back.
    return parts.some((_, index) => {
      const isDirectory = index < parts.length - 1 || path.endsWith("/");
      return lastWord(lines, parts.slice(0, index + 1).join("/"), isDirectory);
    });
  };
}

function lastWord(lines: readonly Line[], path: string, isDirectory: boolean): boolean {
  const last = lines.findLast(
    (line) =>
      path.startsWith(line.base) &&
      (isDirectory || !line.isDirectory) &&
      line.matches(path.slice(line.base.length)),
  );
  return last !== undefined && !last.isNegated;
}

function linesOf(base: string, text: string): readonly Line[] {
  return parseIgnoreFile(text.replace(/^\uFEFF/, "")).map(
    ({ pattern, isNegated, isAnchored, isDirectory, text: written }) => {
      const isRooted = isAnchored || /^!?\//.test(written);
      const glob = isRooted || pattern.startsWith("**/") ? pattern : `**/${pattern}`;
      return { base, isNegated, isDirectory, matches: compileGlob(glob) };
    },
  );
}
