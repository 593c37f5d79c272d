// The part of a policy that speaks of one call: its tool, its findings and the permission mode hold for all its effects.
import type { Finding } from "../content/finding.ts";
import type { Facts } from "../facts.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import type { Policy, Rule } from "./policy.ts";

/** The policy without the rules that are for other tools or modes, or for what no detector found in the call. */
export function rulesFor(
  policy: Policy,
  { call, findings }: { readonly call: ToolCall; readonly findings: readonly Finding[] },
  facts: Facts,
): Policy {
  const { mode } = facts.session;
  const found = new Set(findings.map(({ detector }) => detector));
  const speaks = ({ when: { tools, modes, detectors } }: Rule): boolean =>
    (tools === undefined || tools.includes(call.tool)) &&
    (modes === undefined || modes.includes(mode)) &&
    (detectors === undefined || detectors.some((id) => found.has(id)));
  return policy.rules.every(speaks) ? policy : { ...policy, rules: policy.rules.filter(speaks) };
}
