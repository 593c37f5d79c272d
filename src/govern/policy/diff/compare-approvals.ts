// What two policies have another person decide: a rule that needs one, and then none, is milder; other people are a doubt.
import type { Approval } from "#guard/policy/approval.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import { ruleName } from "#guard/policy/policy.ts";
import { type Anchored, ORDINARY } from "./circumstance.ts";
import type { Differences } from "./difference.ts";

type Needing = { readonly rule: Rule; readonly name: string; readonly approval: Approval };

/** Adds to the report what became of rules with an approval; a rule is known again by what it speaks of, whatever its name. */
export function compareApprovals(
  [first, second]: readonly [Policy, Policy],
  anchors: Anchored,
  report: Differences,
): void {
  const [before, after] = [needing(first), needing(second)];
  const add = (one: Needing, isGone: boolean): void => {
    const waits = { verdict: "deny", rule: `${one.name}/approval` } as const;
    const asks = { verdict: "ask", rule: one.name } as const;
    report.add(
      {
        kind: "approval",
        effect: undefined,
        words: [one.rule.id],
        circumstance: ORDINARY,
        before: isGone ? waits : asks,
        after: isGone ? asks : waits,
        files: [],
        directories: [],
        anchors,
      },
      [],
    );
  };
  for (const [key, one] of before) if (!after.has(key)) add(one, true);
  for (const [key, one] of after) {
    const known = before.get(key);
    if (known === undefined) add(one, false);
    else if (JSON.stringify(known.approval) !== JSON.stringify(one.approval))
      doubt(known, one, report);
  }
}

function needing(policy: Policy): ReadonlyMap<string, Needing> {
  return new Map(
    policy.rules.flatMap((rule) => {
      const { approval, verdict, when } = rule;
      if (approval === undefined) return [];
      const key = JSON.stringify([verdict, when]);
      return [[key, { rule, name: ruleName(rule, policy), approval }] as const];
    }),
  );
}

/** Fewer people, a longer time, more than one call and an answer in the person's place are milder; who approves may be either. */
function doubt(before: Needing, after: Needing, report: Differences): void {
  const [old, now] = [before.approval, after.approval];
  const steps = [
    old.people - now.people,
    now.expiresMinutes - old.expiresMinutes,
    Number(old.single) - Number(now.single),
    Number(now.afterwards === "allow") - Number(old.afterwards === "allow"),
  ];
  const isOther = JSON.stringify(old.approvers) !== JSON.stringify(now.approvers);
  report.doubt({
    kind: "approval",
    what: `calls that the rule \`${before.rule.id}\` has another person approve, which the other policy has approved otherwise`,
    mayBeMilder: isOther || steps.some((step) => step > 0),
    mayBeStricter: isOther || steps.some((step) => step < 0),
  });
}
