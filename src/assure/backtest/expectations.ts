// How many commands of a corpus came out as their case expects, and which did not.
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import { type CorpusCase, type Expectation, isAsExpected } from "./corpus.ts";

/** Commands that were expected to get one verdict and got another, or the same by other rules. */
export type Unexpected = {
  readonly expected: Expectation;
  readonly got: Verdict;
  readonly count: number;
  readonly examples: readonly string[];
};

/** `stated`: commands with an expectation. `before`: how many of them come out so under the policy compared with. */
export type ExpectationReport = {
  readonly stated: number;
  readonly before: number;
  readonly met: number;
  readonly otherwise: readonly Unexpected[];
};

type Judged = Pick<Decision, "verdict" | "reasons">;

/** Takes cases one by one, each with its name as an example. */
export type ExpectationTally = {
  add(name: string, one: CorpusCase, judged: { readonly old: Judged; readonly now: Judged }): void;
  report(): ExpectationReport;
};

/** An empty tally that keeps `examplesMax` examples of each kind. */
export function createExpectationTally(examplesMax: number): ExpectationTally {
  const groups = new Map<string, Unexpected & { count: number; examples: string[] }>();
  let [stated, before, met] = [0, 0, 0];
  return {
    add(name, one, { old, now }) {
      const { expected, isSealed } = one;
      if (expected === undefined) return;
      stated += 1;
      if (isAsExpected(one, old)) before += 1;
      if (isAsExpected(one, now)) {
        met += 1;
        return;
      }
      const got = now.verdict;
      const key = `${expected} ${got}`;
      const group = groups.get(key) ?? { expected, got, count: 0, examples: [] };
      groups.set(key, group);
      group.count += 1;
      if (!isSealed && group.examples.length < examplesMax) group.examples.push(name);
    },
    report() {
      const otherwise = [...groups.values()].sort((first, second) => second.count - first.count);
      return { stated, before, met, otherwise };
    },
  };
}
