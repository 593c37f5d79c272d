// Several globs as one question: a path or another glob is held only against those that can end as it does.
import { foldName } from "./fold-name.ts";
import { compileForFolded, globsIntersect, literalTail } from "./glob.ts";

/** Globs that are asked together, case disregarded. */
export type GlobSet = {
  /** Whether one of them matches a path that `foldName` was applied to. */
  readonly matches: (folded: string) => boolean;
  /** Whether one of them may meet a glob, as `globsIntersect` says. */
  readonly meets: (glob: string) => boolean;
};

/** Characters at the end by which globs are told apart: most of a policy end in a name. */
const END_CHARS = 2;
/** Globs of which a set remembers whether it meets them: the effects of a call name the same few. */
const MET_MAX = 16;
const NONE: readonly number[] = [];

/** Makes a set, each glob of it compiled when a path first gets past its literal ends. */
export function globSet(globs: readonly string[]): GlobSet {
  const tests = globs.map(compileForFolded);
  const byEnd = new Map<string, number[]>();
  const open: number[] = [];
  for (const [index, glob] of globs.entries()) {
    const end = endOf(literalTail(foldName(glob)));
    if (end === undefined) open.push(index);
    else byEnd.set(end, [...(byEnd.get(end) ?? []), index]);
  }
  const met = new Map<string, boolean>();
  const isMet = (glob: string): boolean => {
    const end = endOf(literalTail(foldName(glob)));
    const meets = (index: number): boolean => globsIntersect(glob, globs[index] ?? "");
    if (end === undefined) return globs.some((one) => globsIntersect(glob, one));
    return (byEnd.get(end) ?? NONE).some(meets) || open.some(meets);
  };
  return {
    matches: (folded) => {
      const matches = (index: number): boolean => tests[index]?.(folded) === true;
      return (byEnd.get(folded.slice(-END_CHARS)) ?? NONE).some(matches) || open.some(matches);
    },
    meets: (glob) => {
      const known = met.get(glob);
      if (known !== undefined) return known;
      const answer = isMet(glob);
      if (met.size >= MET_MAX) met.clear();
      met.set(glob, answer);
      return answer;
    },
  };
}

/** The end of every match of a glob with this literal tail; undefined where that says too little. */
function endOf(tail: string): string | undefined {
  return tail.length < END_CHARS ? undefined : tail.slice(-END_CHARS);
}
