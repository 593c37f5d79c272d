// Answers in the making: a verdict with the rule that gave it.
import type { CompiledRule } from "./session.ts";
import type { NativeAnswer, RuleList } from "./stack.ts";

/** An answer that a rule gave. */
export function byRule(found: CompiledRule, why: string): NativeAnswer {
  return { verdict: found.rule.list, rule: found.rule, why };
}

/** An answer that no rule that allows changes. */
export function byProtection(verdict: "ask" | "deny", why: string): NativeAnswer {
  return { verdict, rule: undefined, why, isProtection: true };
}

/** An answer without a rule. */
export function byClient(verdict: RuleList, why: string): NativeAnswer {
  return { verdict, rule: undefined, why };
}
