// Policies of several layers as one: what restricts is kept from each, and a lower layer can never weaken a higher one (decision 0004).
import { portsOfLayers } from "#guard/policy/machine-ports.ts";
import { HOLD_MODES, type Layer, type Policy, type Rule } from "#guard/policy/policy.ts";
import { policyDigest } from "../digest/policy-digest.ts";

/** Layers from the highest to the lowest. */
export const LAYERS = ["managed", "project", "user", "builtin"] as const satisfies readonly Layer[];

/**
 * Puts policies together, highest layer first. Each rule that denies or asks stays in force. An allow rule counts only where
 * no higher layer forbids that, and none answers prompts unless all layers let rules do so: so adding a layer leaves every
 * verdict as strict as it was, save that it may answer where the others have no opinion; what one requires, the whole does.
 * Where one of them asks about what no rule speaks of, all do. A port of the machine is open where each layer that speaks of
 * ports names it, and a repository opens none. INVARIANT: at least one policy.
 */
export function stackPolicies(policies: readonly Policy[]): Policy {
  const ordered = LAYERS.flatMap((layer) => policies.filter((policy) => policy.layer === layer));
  const [highest, ...lower] = ordered;
  if (highest === undefined) throw new Error("INVARIANT: a stack holds at least one policy");
  if (lower.length === 0) return highest;
  let mayAllow = true;
  const rules: Rule[] = [];
  const heard: { readonly policy: Policy; readonly mayAllow: boolean }[] = [];
  let above: Layer = highest.layer;
  let isForbidden = false;
  for (const policy of ordered) {
    if (policy.layer !== above) {
      mayAllow &&= !isForbidden;
      above = policy.layer;
    }
    isForbidden ||= policy.lowerMayAllow === false;
    heard.push({ policy, mayAllow });
    const from = { layer: policy.layer, policy: policy.id };
    for (const rule of policy.rules)
      if (mayAllow) rules.push({ from, ...rule });
      else if (rule.verdict !== "allow") rules.push({ from, ...uncontained(rule) });
  }
  const requires = [...new Set(ordered.flatMap((policy) => policy.requires ?? []))];
  const exceptions = ordered.flatMap((policy) => policy.exceptions ?? []);
  const budgets = ordered.flatMap((policy) => policy.budgets ?? []);
  const sessionLabels = ordered.flatMap((policy) => policy.sessionLabels ?? []);
  // The strictest of those that say something.
  const hold = HOLD_MODES.find((mode) => ordered.some((policy) => policy.hold === mode));
  const machinePorts = portsOfLayers(heard);
  const compiled = {
    id: ordered.map(({ id }) => id).join("+"),
    layer: highest.layer,
    version: ordered.map(({ version }) => version).join("+"),
    automaticApproval: ordered.every(({ automaticApproval }) => automaticApproval),
    ...(requires.length === 0 ? {} : { requires }),
    ...(ordered.some(({ otherwise }) => otherwise === "ask") ? { otherwise: "ask" as const } : {}),
    ...(hold === undefined ? {} : { hold }),
    ...(machinePorts === undefined ? {} : { machinePorts }),
    rules,
    ...(budgets.length === 0 ? {} : { budgets }),
    ...(exceptions.length === 0 ? {} : { exceptions }),
    ...(sessionLabels.length === 0 ? {} : { sessionLabels }),
  };
  return { ...compiled, digest: policyDigest(compiled) };
}

/** A rule that restricts, in a layer that may answer nothing: no sandbox stands in for it either. */
export function uncontained({ contained: _contained, views: _views, ...rule }: Rule): Rule {
  return rule;
}
