// What a rule says of itself, by the name that the record has of it.
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadPack, packNamed } from "../../services/policy/policy-source.ts";

/**
 * Looks up why a rule is there by `<layer>:<policy>/<rule>`, as its pack says it now. Undefined for a rule of no pack that ships: the
 * record keeps names of rules, and a file may have said something else at that time.
 */
export function ruleWords(): (rule: string) => string | undefined {
  const policies = new Map<string, Policy | undefined>();
  return (rule) => {
    const [, policyId, ruleId] = /^builtin:([^/]+)\/(.+)$/.exec(rule) ?? [];
    if (policyId === undefined) return undefined;
    if (!policies.has(policyId)) policies.set(policyId, packOf(policyId));
    return policies.get(policyId)?.rules.find(({ id }) => id === ruleId)?.reason;
  };
}

function packOf(id: string): Policy | undefined {
  const name = packNamed(id);
  if (name === undefined) return undefined;
  try {
    return loadPack(name);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return undefined;
  }
}
