// A working directory of which part of one name is not known, such as the one that `mktemp -d` has just made.
import { hole, likeOf, literal, type Text } from "./text.ts";

/** Begins each of the marks below: no path of a kernel holds it, so nobody can lay down a file whose name is taken for one. */
const MARK = "\0";

/** Stands for those characters. */
const SOME = `${MARK}s`;

/** Stands for a name, or a part of one, that a program made up so that nothing had it before. */
const MADE = `${MARK}m`;

/** Stands for any directory below another one, or that one itself. */
const BELOW = `${MARK}b`;

/** What a hole looks like that is any directory below what stands before it, never a way up. */
export const ANY_BELOW = "**/.";

/** The text as a directory, each part that is not known standing for some characters without a slash. */
export function someDirectory(text: Text): string | undefined {
  let path = "";
  for (const piece of text) {
    if (piece.kind === "text" && !piece.text.includes(MARK)) path += piece.text;
    else if (piece.kind === "hole" && piece.like === "*" && !piece.splits)
      path += piece.made === undefined ? SOME : MADE;
    else if (piece.kind === "hole" && piece.like === ANY_BELOW && !piece.splits) path += BELOW;
    else return undefined;
  }
  // INVARIANT: a name with such a part has a known character too that is no dot, so that it cannot be `.` or `..`.
  const isBound = (name: string): boolean =>
    !(name.includes(SOME) || name.includes(MADE)) ||
    name.replaceAll(SOME, "").replaceAll(MADE, "").replaceAll(".", "") !== "";
  return path.split("/").every(isBound) ? path : undefined;
}

/** Whether a path stands for several. */
export function isSomePath(path: string): boolean {
  return path.includes(MARK);
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
    .map((piece) =>
      piece.kind === "hole" && piece.made !== undefined
        ? MADE
        : likeOf([piece]).replaceAll(MARK, "*"),
    )
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
  const some = { splits: false, like: "*" } as const;
  const made = directory.split(MADE).map((part) =>
    part
      .replaceAll(BELOW, SOME)
      .split(SOME)
      .flatMap((known, at) => [
        ...(at === 0 ? [] : [hole("missing-fact", some)]),
        ...literal(known),
      ]),
  );
  return made.flatMap((text, at) => [
    ...(at === 0 ? [] : [hole("missing-fact", { ...some, made: true })]),
    ...text,
  ]);
}
