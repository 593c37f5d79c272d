// A working directory of which part of one name is not known, such as the one that `mktemp -d` has just made.
import { hole, likeOf, literal, type Text } from "./text.ts";

/** Stands for those characters. A path that really holds it is taken for such a directory as well, which says less. */
const SOME = "\uE0F5";

/** Stands for a name, or a part of one, that a program made up so that nothing had it before. */
const MADE = "\uE0F7";

/** Stands for any directory below another one, or that one itself. */
const BELOW = "\uE0F6";

/** What a hole looks like that is any directory below what stands before it, never a way up. */
export const ANY_BELOW = "**/.";

/** The text as a directory, each part that is not known standing for some characters without a slash. */
export function someDirectory(text: Text): string | undefined {
  let path = "";
  for (const piece of text) {
    if (piece.kind === "text") path += piece.text;
    else if (piece.kind === "hole" && piece.like === "*" && !piece.splits)
      path += piece.made === true ? MADE : SOME;
    else if (piece.kind === "hole" && piece.like === ANY_BELOW && !piece.splits) path += BELOW;
    else return undefined;
  }
  // INVARIANT: a name with such a part has a known character too that is no dot, so that it cannot be `.` or `..`.
  const isBound = (name: string): boolean =>
    !/[\uE0F5\uE0F7]/.test(name) || name.replaceAll(/[\uE0F5\uE0F7.]/g, "") !== "";
  return path.split("/").every(isBound) ? path : undefined;
}

/** Whether a path stands for several. */
export function isSomePath(path: string): boolean {
  return path.includes(SOME) || path.includes(BELOW) || path.includes(MADE);
}

/** Whether part of a path, or of a glob made of one by `globOfSome`, is a name that nothing had before. */
export function isMadePath(path: string): boolean {
  return path.includes(MADE);
}

/** The directory in which the first made-up name of a path stands. */
export function madeIn(path: string): string {
  const before = path.slice(0, path.indexOf(MADE));
  return before.slice(0, Math.max(before.lastIndexOf("/"), 1));
}

/** A glob that every value of the text matches, with marks where a name is made up; `withoutMarks` makes it a plain one. */
export function markedLikeOf(text: Text): string {
  return text
    .map((piece) => (piece.kind === "hole" && piece.made === true ? MADE : likeOf([piece])))
    .join("");
}

/** The glob itself. */
export function withoutMarks(glob: string): string {
  return glob.replaceAll(MADE, "*");
}

/** An escaped path of that kind as the glob that it stands for, with marks of made-up names still in it. */
export function globOfSome(escaped: string): string {
  return escaped.replaceAll(SOME, "*").replaceAll(BELOW, "**");
}

/** What the shell prints of a directory. */
export function directoryText(directory: string): Text {
  return directory
    .replaceAll(BELOW, SOME)
    .split(/([\uE0F5\uE0F7])/)
    .flatMap((part): Text => {
      if (part === SOME) return [hole("missing-fact", { splits: false, like: "*" })];
      if (part === MADE) return [hole("missing-fact", { splits: false, like: "*", made: true })];
      return literal(part);
    });
}
