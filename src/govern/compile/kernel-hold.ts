// What the kernel holds of a rule, command by command, where a policy is compiled for a machine.
import { layersOf } from "#guard/policy/held-by-layer.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import type { Extent } from "./permission-rules.ts";
import type { Target } from "./target.ts";

/** How far profiles of single commands hold a rule, and in what way. */
export function kernelHold(
  rule: Rule,
  { hold }: Pick<Policy, "hold">,
  {
    target: { platform },
    isGuarded,
    isContained,
  }: { readonly target: Target; readonly isGuarded: boolean; readonly isContained: boolean },
): { readonly extent: Extent; readonly how: string } {
  const why = whyNot();
  if (why !== undefined) return { extent: "none", how: why };
  const elsewhere = { works: false, why: "it is not asked here" } as const;
  const [found] = layersOf(rule, {
    kernel: { works: true },
    sandbox: elsewhere,
    gateway: elsewhere,
    // Wherever the project lies.
    session: { projectRoot: "/project" },
  }).filter(({ layer }) => layer === "kernel");
  return { extent: found?.extent ?? "none", how: found?.how ?? "it allows nothing" };

  function whyNot(): string | undefined {
    if (!isGuarded)
      return "no hook is written for this target, so no command is put into a profile";
    if (hold === "never") return "the policy has `hold: never`";
    if (isContained) return "the client's own sandbox is on, and one of the two wraps commands";
    return platform === "linux" ? undefined : "commands are held on Linux only";
  }
}
