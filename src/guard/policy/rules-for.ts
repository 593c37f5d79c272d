// The part of a policy that speaks of one call: its tool and the permission mode are the same for all its effects.
import type { Facts } from "../facts.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import type { Policy, Rule } from "./policy.ts";

/** The policy without the rules that are for other tools or other modes. */
export function rulesFor(policy: Policy, call: ToolCall, facts: Facts): Policy {
  const { mode } = facts.session;
  const speaks = ({ when: { tools, modes } }: Rule): boolean =>
    (tools === undefined || tools.includes(call.tool)) &&
    (modes === undefined || modes.includes(mode));
  return policy.rules.every(speaks) ? policy : { ...policy, rules: policy.rules.filter(speaks) };
}
