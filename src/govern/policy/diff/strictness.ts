// Whether one policy is nowhere milder than another: what stacks and deployments must hold.
import type { Policy } from "#guard/policy/policy.ts";
import { comparePolicies } from "./compare.ts";
import type { Difference, Unproven } from "./difference.ts";

/** `nowhere-milder` is proven. `not-proven`: no milder verdict was found, and the search did not cover everything. */
export type Strictness = {
  readonly answer: "nowhere-milder" | "milder" | "not-proven";
  readonly milder: readonly Difference[];
  readonly unproven: readonly Unproven[];
};

/** Whether `after` gives no effect a milder verdict than `before` does. */
export function compareStrictness(before: Policy, after: Policy): Strictness {
  const { differences, unproven } = comparePolicies(before, after);
  const milder = differences.filter(({ change }) => change === "milder");
  const doubts = unproven.filter(({ mayBeMilder }) => mayBeMilder);
  if (milder.length > 0) return { answer: "milder", milder, unproven: doubts };
  return { answer: doubts.length > 0 ? "not-proven" : "nowhere-milder", milder, unproven: doubts };
}
