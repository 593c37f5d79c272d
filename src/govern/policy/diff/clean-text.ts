// Which texts are paths or names of branches at all, so that no difference is told of a place that cannot be.

/** Where in a path or name the text stands. */
export type CleanState = "begin" | "part" | "dot" | "dots" | "inside";

/** What makes texts of one sort. `next` is undefined where no such text goes on with the character. */
export type TextShape = {
  next(state: CleanState, character: string): CleanState | undefined;
  ends(state: CleanState): boolean;
};

/** Names in a clean path: without a slash, and neither `.` nor `..`. */
export const NAMES: TextShape = {
  next(state, character) {
    return character === "/" ? undefined : inParts(state === "begin" ? "part" : state, character);
  },
  ends: (state) => state === "inside",
};

/** Names that git takes for branches and tags. */
export const REFS: TextShape = {
  next(state, character) {
    if (/[~^:?*[\\\s\u0000-\u001f\u007f]/.test(character)) return undefined;
    if (state !== "begin" && state !== "part") return inParts(state, character);
    return character === "." || character === "-" || character === "/" ? undefined : "inside";
  },
  ends: (state) => state === "inside",
};

function inParts(state: CleanState, character: string): CleanState | undefined {
  if (character === "/") return state === "inside" ? "part" : undefined;
  if (character !== ".") return "inside";
  if (state === "part") return "dot";
  return state === "dot" ? "dots" : "inside";
}
