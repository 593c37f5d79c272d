// The part of a policy that speaks of one call: its tool, its findings and its situation hold for all its effects.
import type { Policy } from "./policy.ts";
import { indexOf } from "./rule-index.ts";
import { chainOf, type Situation, speaks } from "./situation.ts";

/** The policy without the rules that do not speak of the call. */
export function rulesFor(policy: Policy, situation: Situation): Policy {
  const index = indexOf(policy);
  const silent = index.conditioned.flatMap(([rule], group) =>
    rule === undefined || speaks(rule, situation) ? [] : [group],
  );
  return tellingChains(index.without(silent), situation);
}

/** The rules about chains with the chain in their reason: the person who is asked must see what it was. */
function tellingChains(policy: Policy, { session }: Situation): Policy {
  if (session.chains === undefined || session.chains.length === 0) return policy;
  const rules = policy.rules.map((rule) => {
    const { chains } = rule.when;
    const found = chains === undefined ? undefined : chainOf(chains, session);
    return found === undefined ? rule : { ...rule, reason: `${rule.reason} (${found.words})` };
  });
  return { ...policy, rules };
}
