// What a rule has another person decide, compiled: the names of those who may approve become their keys.
import { Failure } from "#base/failure.ts";
import type { Approval, Approver } from "#guard/policy/approval.ts";
import type { PackApprover, PackRule } from "./pack-schema.ts";
import type { PlaceOfKey } from "./pack-rule.ts";

/**
 * The approval that a rule of a pack needs; undefined where it needs none. `listed` are the approvers of the pack that the rule
 * stands in: no other pack and no other layer names somebody for it. Throws a Failure `policy-invalid`.
 */
export function compileApproval(
  rule: PackRule,
  listed: readonly PackApprover[],
  place: PlaceOfKey,
): Approval | undefined {
  const { approval } = rule;
  if (approval === undefined) return undefined;
  const refuse = refusalAt(rule, place);
  if (rule.verdict !== "ask") refuse("asks nobody: `approval` is for rules that ask");
  if (rule.contained !== undefined)
    refuse("needs another person and gives way to a sandbox: take `contained` or `approval` out");
  const never = rule.effects.find((effect) => effect === "unknown" || effect === "tamper");
  if (approval.afterwards === "allow" && never !== undefined)
    refuse(
      `allows \`${never}\` after an approval: write \`afterwards: ask\`, or name other effects`,
    );
  const approvers = approversOf(approval, listed, refuse);
  const { people, expiresMinutes, single, afterwards } = approval;
  if (approvers !== undefined && approvers.length < people - 1)
    refuse(`needs ${people - 1} others who approve, and ${approvers.length} are named`);
  return {
    people,
    expiresMinutes,
    single,
    afterwards,
    ...(approvers === undefined ? {} : { approvers }),
  };
}

function approversOf(
  { approvers: names, group }: NonNullable<PackRule["approval"]>,
  listed: readonly PackApprover[],
  refuse: (why: string) => never,
): readonly Approver[] | undefined {
  if (listed.length === 0 && names === undefined && group === undefined) return undefined;
  for (const name of names ?? [])
    if (!listed.some((one) => one.name === name))
      refuse(`names \`${name}\`, who is not among the \`approvers\` of this policy`);
  const meant = listed
    .filter(({ name }) => names === undefined || names.includes(name))
    .filter(({ groups }) => group === undefined || groups.includes(group));
  if (meant.length === 0) refuse("names nobody who may approve");
  // One person with two names is one person.
  const keys = new Set(meant.map(({ key }) => key));
  if (keys.size !== meant.length) refuse("has two approvers with the same key");
  return meant.map(({ name, key }) => ({ name, key }));
}

function refusalAt({ id }: PackRule, place: PlaceOfKey): (why: string) => never {
  return (why) => {
    throw new Failure("policy-invalid", `the rule \`${id}\` ${why}`, { at: place("approval") });
  };
}
