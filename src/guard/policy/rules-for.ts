// The part of a policy that speaks of one call: its tool, its findings and its situation hold for all its effects.
import type { Policy } from "./policy.ts";
import { indexOf } from "./rule-index.ts";
import { type Situation, speaks } from "./situation.ts";

/** The policy without the rules that do not speak of the call. */
export function rulesFor(policy: Policy, situation: Situation): Policy {
  const index = indexOf(policy);
  const silent = index.conditioned.flatMap(([rule], group) =>
    rule === undefined || speaks(rule, situation) ? [] : [group],
  );
  return index.without(silent);
}
