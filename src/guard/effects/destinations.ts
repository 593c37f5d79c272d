// Where programs that copy or move put things: the named place, or a place inside it.
import { append, baseOf, literal, type Text } from "../shell/text.ts";

/**
 * Splits operands into sources and the places each may end up in; `into` is an explicit target directory. Where the
 * target is known to be a directory, things go inside.
 */
export function destinations(
  operands: readonly Text[],
  into: readonly Text[],
  plain: boolean,
  isDirectory: (target: Text) => boolean = () => false,
): { sources: readonly Text[]; places: (source: Text) => readonly Text[] } {
  const sources = into.length > 0 ? operands : operands.slice(0, -1);
  const targets = into.length > 0 ? into : operands.slice(-1);
  return {
    sources,
    places: (source) =>
      targets.flatMap((target) => {
        const inside = append(append(target, literal("/")), baseOf(source));
        if (into.length > 0) return [inside];
        if (plain) return [target];
        return isDirectory(target) ? [inside] : [target, inside];
      }),
  };
}
