// Where programs that copy or move put things: the named place, or a place inside it.
import type { ModelContext } from "../model/command-model.ts";
import { append, baseOf, literal, type Text, textOf } from "../../shell/values/text.ts";

/**
 * Splits operands into sources and the places each may end up in; `into` is an explicit target directory. Where the
 * target is known to be a directory, things go inside; where it is known to be none, they take its name.
 */
export function destinations(
  operands: readonly Text[],
  into: readonly Text[],
  plain: boolean,
  context: Pick<ModelContext, "isDirectory" | "isFile" | "isNoDirectory">,
): { sources: readonly Text[]; places: (source: Text) => readonly Text[] } {
  const sources = into.length > 0 ? operands : copiedOperands(operands);
  // Of several such options the last one counts, where they are not an error.
  const targets = into.length > 0 ? into.slice(-1) : operands.slice(-1);
  return {
    sources,
    places: (source) =>
      targets.flatMap((target) => {
        const inside = append(append(target, literal("/")), baseOf(source));
        if (into.length > 0) return [inside];
        if (plain || isNoDirectory(target, context)) return [target];
        return context.isDirectory(target) ? [inside] : [target, inside];
      }),
  };
}

/** So many files are told apart by their names. */
const NAMES_MAX = 64;

/**
 * The names that what is copied takes inside of a directory. Of files that were found those are known that are there: what
 * is not there is not copied.
 */
export function namesInside(source: Text, context: Pick<ModelContext, "matches">): readonly Text[] {
  const [only, ...others] = source;
  const like = only?.kind === "hole" && others.length === 0 ? (only.like ?? "") : "";
  const [, tree] = /^((?:\.\/)?\w[\w/-]*\/\*\*\/)[^/]+$/.exec(like) ?? [];
  // WHY none that is hidden: these are not told, nor is what lies below such a folder.
  const isShown = tree !== undefined && context.matches(`${tree}.*`)?.length === 0;
  const found = isShown ? context.matches(like) : undefined;
  const names = new Set(found?.map((path) => path.slice(path.lastIndexOf("/") + 1)));
  if (names.size === 0 || names.size > NAMES_MAX) return [baseOf(source)];
  return [...names].map(literal);
}

/** All operands but the target, which is the last one; where the last word may become several, these are among them. */
export function copiedOperands(operands: readonly Text[]): readonly Text[] {
  const isSeveral = operands.at(-1)?.some((piece) => piece.kind === "hole" && piece.splits);
  return isSeveral === true ? operands : operands.slice(0, -1);
}

/** Whether it is known that nothing goes inside a place: it is a plain file, or there is nothing. */
export function isNoDirectory(
  target: Text,
  context: Pick<ModelContext, "isFile" | "isNoDirectory">,
): boolean {
  // A name with a slash at its end means a directory, if only one that comes to be.
  if (textOf(target)?.endsWith("/") === true) return false;
  return context.isFile(target) || context.isNoDirectory(target);
}
