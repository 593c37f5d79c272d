// A working directory of which part of one name is not known, such as the one that `mktemp -d` has just made.
import { hole, literal, type Text } from "./text.ts";

/** Stands for those characters. A path that really holds it is taken for such a directory as well, which says less. */
const SOME = "\uE0F5";

/** Stands for any directory below another one, or that one itself. */
const BELOW = "\uE0F6";

/** What a hole looks like that is any directory below what stands before it, never a way up. */
export const ANY_BELOW = "**/.";

/** The text as a directory, each part that is not known standing for some characters without a slash. */
export function someDirectory(text: Text): string | undefined {
  let path = "";
  for (const piece of text) {
    if (piece.kind === "text") path += piece.text;
    else if (piece.kind === "hole" && piece.like === "*" && !piece.splits) path += SOME;
    else if (piece.kind === "hole" && piece.like === ANY_BELOW && !piece.splits) path += BELOW;
    else return undefined;
  }
  // INVARIANT: a name with such a part has a known character too that is no dot, so that it cannot be `.` or `..`.
  const isBound = (name: string): boolean =>
    !name.includes(SOME) || name.replaceAll(SOME, "").replaceAll(".", "") !== "";
  return path.split("/").every(isBound) ? path : undefined;
}

/** Whether a path stands for several. */
export function isSomePath(path: string): boolean {
  return path.includes(SOME) || path.includes(BELOW);
}

/** An escaped path of that kind as the glob that it stands for. */
export function globOfSome(escaped: string): string {
  return escaped.replaceAll(SOME, "*").replaceAll(BELOW, "**");
}

/** What the shell prints of a directory. */
export function directoryText(directory: string): Text {
  return directory
    .replaceAll(BELOW, SOME)
    .split(SOME)
    .flatMap((known, at) => [
      ...(at === 0 ? [] : [hole("missing-fact", { splits: false, like: "*" })]),
      ...literal(known),
    ]);
}
