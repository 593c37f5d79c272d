// Which reasons of a call are given, and in which order: the gravest first, of each rule one before any has two.
import type { Reason, Verdict } from "../decision.ts";
import type { Policy } from "../policy.ts";
import { indexOf } from "../rule-index.ts";
import type { EvaluatedReason } from "./weight.ts";

/** Reasons of one kind that are given; more would not help anybody. */
export const REASONS_MAX = 8;

/** As many reasons as are kept, in their order; of each rule one before any has two, so that no kind of harm is left out. */
export function keptReasons(reasons: readonly Reason[]): readonly Reason[] {
  if (reasons.length <= REASONS_MAX) return reasons;
  const firsts = new Map<string, Reason>();
  for (const one of reasons) if (!firsts.has(one.rule)) firsts.set(one.rule, one);
  const kept = new Set([...new Set([...firsts.values(), ...reasons])].slice(0, REASONS_MAX));
  return reasons.filter((one) => kept.has(one));
}

/**
 * The reasons with one verdict: by weight, then in the order of the policy's rules, for its author put first what matters
 * most. What the guard says of its own accord comes last.
 */
export function gravestFirst(
  evaluated: readonly EvaluatedReason[],
  verdict: Verdict,
  policy: Policy,
): Reason[] {
  const found = evaluated.filter(({ reason }) => reason.verdict === verdict);
  if (found.length < 2) return found.map(({ reason }) => reason);
  const { length } = policy.rules;
  const index = indexOf(policy);
  const shift = { grave: -length, plain: 0, slight: length } as const;
  const rank = ({ reason, weight }: EvaluatedReason): number =>
    (index.orderOf(reason.rule) ?? 2 * length) + shift[weight];
  return found.sort((first, second) => rank(first) - rank(second)).map(({ reason }) => reason);
}

/** The place of an allowing reason among others: what is allowed because of the sandbox comes first. */
export function rankOf({ weight }: EvaluatedReason): number {
  return weight === "grave" ? 0 : 1;
}
