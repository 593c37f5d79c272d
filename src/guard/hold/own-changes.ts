// Hidden files that a call changes and shows nothing of, so that it is given the file itself: over a view a change would be lost.
import { isWithin } from "#base/path.ts";
import type { Effect } from "../vocabulary/effect.ts";

/** Programs that put into a file what they are given, and tell nothing of what was there. */
const WRITERS =
  /^(?:echo|printf|cat|tee|touch|chmod|cp|rm|mkdir|true|false|test|\[|:|cd|grep|exit|set)$/;

/** What one command hands to another as a word; a word may be shown by whatever gets it. */
const SUBSTITUTES = /`|\$\(|[<>=]\(|\$\{[^}]*[|@]/;
/** Whether a setting is there. WHY no other search: many of them spell a value out. */
const ASKS = /\bgrep -[qsE]+ (['"]?)\^[A-Za-z_]\w*=\1 /g;

/**
 * A test of files, by their real paths, that a call was judged to change and which it may have as they are. WHY so few programs and no
 * substitution: a yes to a change is none to reading, and here no view stands behind the reading of the command.
 */
export function ownChanges(call: {
  readonly effects: readonly Effect[];
  readonly command: string;
  /** Names of all programs and builtins that run, without directories. */
  readonly programs: readonly string[];
  /** Places that the call was judged to change, each by itself. */
  readonly changes: readonly string[];
}): (path: string) => boolean {
  const { effects, command, programs, changes } = call;
  const isPlain =
    programs.every((program) => WRITERS.test(program)) &&
    !SUBSTITUTES.test(command) &&
    !/\bgrep\b/.test(command.replace(ASKS, "")) &&
    effects.every(
      ({ kind, ...rest }) =>
        kind === "read" ||
        kind === "write" ||
        kind === "delete" ||
        (kind === "execute" && "reach" in rest && rest.reach === "modelled"),
    );
  if (!isPlain) return () => false;
  const reads = effects.flatMap((effect) => (effect.kind === "read" ? [effect] : []));
  const isSeen = (path: string): boolean =>
    reads.some(({ target, via }) => {
      if (target.kind !== "path") return true;
      // Whether a setting is there: what is printed would have been looking.
      if (target.real === path) return target.isLoaded !== true || via.at(-1) !== "grep";
      return target.reach === "tree" && isWithin(target.real, path);
    });
  return (path) => changes.includes(path) && !isSeen(path);
}
