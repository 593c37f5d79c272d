// The digest by which a compiled policy is known.
import { createHash } from "node:crypto";
import type { Policy } from "#guard/policy/policy.ts";

/** Hex SHA-256 over the canonical form of a compiled policy. */
export function policyDigest(policy: Omit<Policy, "digest">): string {
  const { id, layer, version, automaticApproval, lowerMayAllow, requires, rules } = policy;
  const { exceptions, hold, machinePorts, otherwise, sessionLabels, stage, budgets } = policy;
  const head = { id, layer, version, automaticApproval, lowerMayAllow, requires, otherwise, hold };
  // What a policy does not say is undefined, and left out of the text.
  const canonical = { ...head, rules, exceptions, sessionLabels, machinePorts, stage, budgets };
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}
