// What git could not give back, in words for a person: how many files and commits, and which.
import type { LostWork } from "../facts/facts.ts";

/** Characters of one path; longer ones lose their beginning. */
const PATH_CHARS_MAX = 40;

/** The loss with at most so many names of each kind; undefined where nothing is lost. */
export function lossInWords({ files, commits, more }: LostWork, most: number): string | undefined {
  const parts = [
    counted(files, filesCalled(files), commits.length === 0 ? more : 0, most, shortPath),
    counted(commits, ["commit", "commits"], files.length === 0 ? more : 0, most, (name) => name),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" and ");
}

/** What of it copies give back; undefined where nothing is copied. */
export function copiedInWords({ copied = [] }: LostWork, most: number): string | undefined {
  const files = counted(copied, filesCalled(copied), 0, most, shortPath);
  return files === undefined ? undefined : `copies are kept of ${files} (\`sallyport undo\`)`;
}

function counted(
  names: readonly string[],
  [one, many]: readonly [one: string, many: string],
  more: number,
  most: number,
  shown: (name: string) => string,
): string | undefined {
  if (names.length === 0) return undefined;
  const count = names.length + more;
  const listed = names.slice(0, most).map((name) => `\`${shown(name)}\``);
  const rest = count > listed.length ? ", …" : "";
  return `${count} ${count === 1 ? one : many} (${listed.join(", ")}${rest})`;
}

/** A name with a slash behind it is a directory, with all that is in it. */
function filesCalled(names: readonly string[]): readonly [one: string, many: string] {
  const folders = names.filter((name) => name.endsWith("/")).length;
  if (folders === 0) return ["file", "files"];
  return folders === names.length
    ? ["directory", "directories"]
    : ["file", "files and directories"];
}

function shortPath(path: string): string {
  return path.length <= PATH_CHARS_MAX ? path : `…${path.slice(1 - PATH_CHARS_MAX)}`;
}
