// What would have become of a recorded call if one rule had not been in its policy.
import { type Policy, ruleName } from "#guard/policy/policy.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { createRejudge, type Rejudge } from "./rejudge.ts";
import type { Wording } from "./rule-match.ts";

/** How recorded calls of one rule went without it. */
export type ReplayedRule = {
  /** Those that could be judged again. */
  readonly replayed: number;
  /** Of these, those that nothing else refuses or asks about: they run, or the client decides. */
  readonly freed: number;
};

/** Judges calls that a rule refused or asked about again, without it. */
export type ReplayWithout = (rule: string, calls: Iterable<RecordedCall>) => ReplayedRule;

/**
 * Prepares it. `policies` are those by which calls may have been judged; calls of another one are left out, and so is what the record
 * cannot tell. What the guard says of its own accord is no rule, and is never left away.
 */
export function createReplayWithout(policies: readonly Policy[], wording: Wording): ReplayWithout {
  const byDigest = new Map(policies.map((policy) => [policy.digest, policy]));
  return (rule, calls) => {
    const ready = new Map<Policy, Rejudge | undefined>();
    const rejudgeOf = (policy: Policy): Rejudge | undefined => {
      if (!ready.has(policy)) ready.set(policy, rejudgeWithout(policy, rule, wording));
      return ready.get(policy);
    };
    let [replayed, freed] = [0, 0];
    for (const call of calls) {
      const policy = byDigest.get(call.policyDigest);
      const told = policy === undefined ? undefined : rejudgeOf(policy)?.(call);
      if (told?.kind !== "decided") continue;
      replayed += 1;
      if (told.verdict === "allow" || told.verdict === "abstain") freed += 1;
    }
    return { replayed, freed };
  };
}

function rejudgeWithout(policy: Policy, rule: string, wording: Wording): Rejudge | undefined {
  const rules = policy.rules.filter((one) => ruleName(one, policy) !== rule);
  if (rules.length === policy.rules.length) return undefined;
  return createRejudge({ ...policy, rules }, wording, [policy]);
}
