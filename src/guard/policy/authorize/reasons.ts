// Reasons as they are told: of a rule, of an exception, of an answer of before, and of the guard itself.
import { describeEffect } from "../../effects/describe.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import type { Reason, Told, Verdict } from "../decision.ts";
import type { Containing } from "./contained.ts";
import { exceptionName } from "../exceptions.ts";
import { type PolicyException, type Policy, type Rule, ruleName } from "../policy.ts";
import type { Match } from "../possible-targets.ts";
import type { Settled } from "../remembered/answers.ts";

/** Why the sandbox does not hold an effect, as the end of a reason's text; nothing where it does, or where there is none. */
export function whyNot(containing: Containing | undefined): string {
  return containing?.isContained === false ? ` (not contained: ${containing.why})` : "";
}

/** The same for a person who is asked: nothing where there is no sandbox. */
export function toldWhyNot(containing: Containing | undefined): string {
  if (containing?.isContained !== false || containing.told === undefined) return "";
  return `; ${containing.told}`;
}

/** The reason of a rule that certainly speaks of an effect. */
export function certainReason(
  rule: Rule,
  { place }: Match,
  {
    effect,
    index,
    policy,
    why,
    told,
  }: {
    readonly effect: Effect;
    readonly index: number;
    readonly policy: Policy;
    readonly why: string;
    readonly told: Told;
  },
): Reason {
  const described = describeEffect(effect);
  const there = place === undefined || described.includes(place) ? "" : ` (there is \`${place}\`)`;
  const text = `${described}: ${rule.reason}${there}${why}`;
  const reason = { ...toReason(rule, rule.verdict, index, policy, text), told };
  return place === undefined ? reason : { ...reason, place };
}

/** The reason that a rule gives; `effect` is the effect's index in its call. */
export function toReason(
  rule: Rule,
  verdict: Verdict,
  effect: number | undefined,
  policy: Policy,
  text: string,
): Reason {
  return { verdict, rule: ruleName(rule, policy), effect, text, instead: rule.instead };
}

/** What a person's answer of before makes of a question. */
export function answeredReason(by: Settled, what: string, effect: number | undefined): Reason {
  const reason = { verdict: "allow", effect, instead: undefined } as const;
  if (by.by === "session")
    return {
      ...reason,
      rule: "guard/remembered",
      text: `${what}: you said yes to this ${by.when}`,
    };
  const text = `${what}: you allowed this for a while, by the exception ${by.exception.id}`;
  return { ...reason, rule: exceptionName(by.exception), text };
}

/** What an exception makes of a rule. */
export function exceptedReason(
  exception: PolicyException,
  rule: Rule,
  { effect }: { readonly effect: number | undefined },
): Reason {
  const { verdict } = exception;
  const text = exceptionWords(exception, rule);
  return { verdict, rule: exceptionName(exception), effect, text, instead: undefined };
}

/** What an exception says beside the rule that it lifts, in words. */
export function exceptionWords({ id, verdict }: PolicyException, rule: Rule): string {
  const whom = verdict === "ask" ? "has a person decide" : "allows it";
  return `the exception ${id} ${whom} although ${rule.reason}`;
}

/** A reason that the guard gives of its own accord. */
export function builtin(verdict: Verdict, id: string, text: string): Reason {
  return { verdict, rule: `guard/${id}`, effect: undefined, text, instead: undefined };
}
