// The cases of the bench, from the graded corpora.
import type { Case } from "../../packages/guard/bench/cases.ts";
import { CORPORA, readGraded } from "../../test/corpus/graded/graded.ts";

const RUNS: ReadonlySet<Case["expected"]> = new Set(["allow", "contained"]);

/**
 * All cases. WHY no ordinary command that is rightly a question: a guard that asks about it disturbs nobody, and one that does not
 * does no harm.
 */
export function readCases(): readonly Case[] {
  const all = CORPORA.flatMap((corpus) =>
    readGraded(corpus).map(({ family, expected, command, sealed }) => ({
      kind: corpus.startsWith("red") ? ("harmful" as const) : ("everyday" as const),
      family,
      expected,
      command,
      isSealed: sealed,
    })),
  );
  return all.filter(({ kind, expected }) => kind === "harmful" || RUNS.has(expected));
}
