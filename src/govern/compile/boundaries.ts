// The boundary report: for each rule of a policy what holds it, how fully, and what nothing can hold.
import type { EffectKind } from "#guard/vocabulary/effect.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import { conditionInWords } from "#govern/policy/condition-words.ts";
import { layersOf } from "#guard/policy/held-by-layer.ts";
import type { Extent, NativeRules } from "./permission-rules.ts";
import { canContain, containedBy } from "./sandbox-settings.ts";
import { hasHooks } from "./settings-object.ts";
import type { Site } from "./site.ts";
import type { Target } from "./target.ts";

/** What may hold a rule. `service`: what lies beyond the machine, such as the protection of a branch; we do not write it. */
export const BOUNDARIES = ["hook", "kernel", "sandbox", "rules", "network", "service"] as const;
export type Boundary = (typeof BOUNDARIES)[number];

/** How far a boundary holds a rule, and in what way. */
export type Hold = { readonly extent: Extent; readonly how: string };

/** A rule with what holds it. */
export type RuleBoundaries = {
  readonly rule: string;
  readonly verdict: Rule["verdict"];
  readonly words: string;
  readonly holds: Readonly<Record<Boundary, Hold>>;
  /** What of it no boundary holds, and why. */
  readonly open: readonly string[];
  /** Whether anything that is compiled here holds any of it. An allow rule holds nothing back. */
  readonly isHeld: boolean;
};

/** What no boundary of a client holds of an effect, whatever is configured. */
const OPEN: Partial<Record<EffectKind, string>> = {
  read: "a copy that was made under another name before",
  egress: "what an allowed host does with what it is sent",
  execute: "what a program that was allowed does inside of the project",
  unknown: "what a program that was allowed does inside of the project",
  publish: "what others do with what is out",
  persist: "files of the project that somebody runs later by hand",
};
/** What a host of repositories or a registry can hold by itself. */
const SERVICES: Partial<Record<EffectKind, string>> = {
  history: "protection of the branch at the host of the repository",
  publish: "protection of the branch, or the rights of the token at the registry",
  deploy: "the rights of the credentials that the agent can reach",
};

/** Says what holds each rule. `native`: the client's rules for each, in its order. */
export function boundariesOf(
  policy: Policy,
  native: readonly NativeRules[],
  { target, site }: { readonly target: Target; readonly site: Site },
): readonly RuleBoundaries[] {
  const isGuarded = hasHooks(target, site);
  const isContained = canContain(target, site);
  return policy.rules.map((rule, index) => {
    const holds: RuleBoundaries["holds"] = {
      hook: hookHold(rule, isGuarded),
      kernel: kernelHold(rule, policy, { target, isGuarded, isContained }),
      sandbox: sandboxHold(rule, isContained),
      rules: rulesHold(rule, native[index], { policy, isGuarded }),
      network: networkHold(rule, isContained),
      service: serviceHold(rule),
    };
    const isHeld = [holds.hook, holds.kernel, holds.sandbox, holds.rules].some(
      ({ extent }) => extent !== "none",
    );
    return {
      rule: rule.id,
      verdict: rule.verdict,
      words: conditionInWords(rule.when),
      holds,
      open: rule.verdict === "allow" ? [] : openIn(rule, holds, policy),
      isHeld: rule.verdict === "allow" || isHeld,
    };
  });
}

function hookHold({ verdict, when }: Rule, isGuarded: boolean): Hold {
  if (!isGuarded) return { extent: "none", how: "no hook is written for this target" };
  if (verdict === "allow") return { extent: "whole", how: "answers what is proven to be no more" };
  const how = "judges each call by its effects";
  // A file that a prompt mentions is put into the request without a call, so no hook is asked.
  return when.effects.includes("read") && when.paths !== undefined
    ? { extent: "part", how: `${how}; not: a file that a prompt mentions by \`@\`` }
    : { extent: "whole", how };
}

function sandboxHold(rule: Rule, isContained: boolean): Hold {
  if (!isContained) return { extent: "none", how: "no sandbox is written for this target" };
  const { extent, how } = containedBy(rule);
  return { extent, how: extent === "none" ? how : `commands alone: ${how}` };
}

function rulesHold(
  { verdict }: Rule,
  native: NativeRules | undefined,
  { policy, isGuarded }: { readonly policy: Policy; readonly isGuarded: boolean },
): Hold {
  if (native === undefined || native.extent === "none")
    return { extent: "none", how: (native?.left ?? []).join("; ") };
  if (verdict === "ask" && isGuarded)
    return {
      extent: "none",
      how: "the hook asks; a rule that asks could not be lifted by an exception",
    };
  if (verdict === "allow" && !policy.automaticApproval)
    return { extent: "none", how: "the policy answers nothing in a person's place" };
  const left = native.left.length === 0 ? "" : `; not: ${native.left.join("; ")}`;
  return { extent: native.extent, how: `${native.rules.length} of the client's rules${left}` };
}

function networkHold({ verdict, when }: Rule, isContained: boolean): Hold {
  const isEgress = when.effects.some((effect) =>
    ["egress", "publish", "deploy", "install"].includes(effect),
  );
  if (!isEgress || verdict === "allow")
    return { extent: "none", how: "it is about nothing on the network" };
  if (!isContained)
    return { extent: "none", how: "a proxy of the site could hold it; none is written" };
  return {
    extent: "part",
    how: "commands reach the listed hosts through the sandbox's proxy alone",
  };
}

function serviceHold({ verdict, when }: Rule): Hold {
  const found = verdict === "allow" ? [] : when.effects.flatMap((effect) => SERVICES[effect] ?? []);
  if (found.length === 0) return { extent: "none", how: "nothing beyond the machine is asked" };
  return { extent: "part", how: `${[...new Set(found)].join("; ")}: to be set there` };
}

function openIn(
  { when }: Rule,
  { hook, rules, kernel }: RuleBoundaries["holds"],
  { machinePorts = [] }: Policy,
): readonly string[] {
  const open = when.effects.flatMap((effect) => OPEN[effect] ?? []);
  if (when.effects.includes("egress") && kernel.extent !== "none" && machinePorts.length > 0)
    open.push(
      `what listens on ${machinePorts.join(", ")} of the machine (\`machinePorts\`), and what that does with what code of a project sends it`,
    );
  if (when.effects.includes("read") && when.paths !== undefined && rules.extent === "none")
    open.push(
      "a file that a prompt mentions by `@`: no call, no hook, and no rule of the client here",
    );
  if (hook.extent === "none" && rules.extent === "part")
    open.push("every way past the client's rules");
  return [...new Set(open)];
}

/** How far profiles of single commands hold a rule, and in what way. */
function kernelHold(
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
