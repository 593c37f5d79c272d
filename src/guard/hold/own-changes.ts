// Hidden files that a call changes and shows nothing of, so that it is given the file itself: over a view a change would be lost.
import { compileGlob } from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import type { Effect, Target } from "../vocabulary/effect.ts";

/** Programs that put into a file what they are given, or take it away, and tell nothing of what was there. */
const WRITERS =
  /^(?:echo|printf|cat|tee|touch|chmod|cp|rm|rmdir|unlink|find|ls|mkdir|true|false|test|\[|:|cd|grep|exit|set)$/;

/** What one command hands to another as a word; a word may be shown by whatever gets it. */
const SUBSTITUTES = /`|\$\(|[<>=]\(|\$\{[^}]*[|@]/;
/** Whether a setting is there. WHY no other search: many of them spell a value out. */
const ASKS = /\bgrep -[qsE]+ (['"]?)\^[A-Za-z_]\w*=\1 /g;

/** Tests of hidden places, by their real paths, which a call may have as they are. */
export type OwnChanges = {
  /** It was judged to change the file, or is to take it away. */
  readonly isGiven: (path: string) => boolean;
  /** All that it does to the place is to take it away. */
  readonly isTaken: (path: string) => boolean;
};

const NONE = { isGiven: () => false, isTaken: () => false };

/**
 * What of the hidden a call changes or takes away, and may have as it is. WHY so few programs and no
 * substitution: a yes to a change is none to reading, and here no view stands behind the reading of the command.
 */
export function ownChanges(call: {
  readonly effects: readonly Effect[];
  readonly command: string;
  /** Names of all programs and builtins that run, without directories. */
  readonly programs: readonly string[];
  /** Places that the call was judged to change, each by itself. */
  readonly changes: readonly string[];
  /** Whether a person agreed to what it was judged to do. */
  readonly isAgreed: boolean;
}): OwnChanges {
  const { effects, command, programs, changes, isAgreed } = call;
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
  if (!isPlain) return NONE;
  const reads = effects.flatMap((effect) => (effect.kind === "read" ? [effect] : []));
  const isSeen = (path: string): boolean =>
    reads.some(({ target, via }) => {
      if (target.kind !== "path") return true;
      // Whether a setting is there: what is printed would have been looking.
      if (target.real === path) return target.isLoaded !== true || via.at(-1) !== "grep";
      return target.reach === "tree" && isWithin(target.real, path);
    });
  const gone = effects.flatMap((effect) => (effect.kind === "delete" ? [effect.target] : []));
  const written = effects.flatMap((effect) => (effect.kind === "write" ? [effect.target] : []));
  const isTaken = (path: string): boolean =>
    gone.some((target) => covers(target, path)) &&
    !written.some((target) => covers(target, path)) &&
    !isSeen(path);
  return {
    isTaken,
    // WHY not unasked: with a folder a secret that nobody named would go.
    isGiven: (path) => (changes.includes(path) && !isSeen(path)) || (isAgreed && isTaken(path)),
  };
}

/** Whether a target certainly means a place, or may as far as its pattern tells. */
function covers(target: Target, path: string): boolean {
  switch (target.kind) {
    case "path":
      return target.real === path || (target.reach === "tree" && isWithin(target.real, path));
    case "pattern":
      return compileGlob(target.path)(path);
    case "unresolved":
      return false;
    default:
      return target satisfies never;
  }
}
