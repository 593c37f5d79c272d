// What a rule says in words, by the policy that is in force where the call was made; of rules of other versions nothing is known.
import { type Policy, type Rule, ruleName } from "#guard/policy/policy.ts";
import { judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import type { DashboardParts } from "../context/parts.ts";

export type RuleWords = {
  /** The words of the first of these rules that is known; rules of the guard itself stand in no policy. */
  of(
    rules: readonly string[],
  ): { readonly reason: string | undefined; readonly instead: string | undefined } | undefined;
};

/** Words of the rules in force at a place; none where no policy can be read. */
export async function wordsOfRules(
  { directories }: Pick<DashboardParts, "directories">,
  place: string | undefined,
): Promise<RuleWords> {
  const { policy } = await judgingPolicy(place ?? directories.root, undefined, {
    root: directories.root,
  }).catch((): { policy: Policy | undefined } => ({ policy: undefined }));
  const rules = policy === undefined ? [] : policy.rules;
  const known = new Map<string, Rule>(
    rules.map((rule) => [ruleName(rule, policy as Policy), rule]),
  );
  return {
    of(names) {
      const rule = names.flatMap((name) => known.get(name) ?? [])[0];
      return rule === undefined ? undefined : { reason: rule.reason, instead: rule.instead };
    },
  };
}
