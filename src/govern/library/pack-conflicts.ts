// Rules of a pack that contradict a stricter one it extends: refused when the pack is read.
import { Failure, type SourcePlace } from "#base/failure.ts";
import type { Rule } from "#guard/policy/policy.ts";

const STRICTNESS = { allow: 0, ask: 1, deny: 2 } as const;

/**
 * A rule of the policy's own that does not hold, because another says something stricter of the same: people will believe in
 * it. What is stricter than in a pack that is extended is meant so.
 */
export function refuseConflicts(
  rules: readonly Rule[],
  own: ReadonlySet<string>,
  placeOf: (id: string) => SourcePlace,
): void {
  const strictest = new Map<string, Rule>();
  for (const rule of rules) {
    const key = JSON.stringify(rule.when);
    const other = strictest.get(key);
    const [milder, stricter] =
      other !== undefined && STRICTNESS[other.verdict] > STRICTNESS[rule.verdict]
        ? [rule, other]
        : [other, rule];
    strictest.set(key, stricter);
    if (milder === undefined || milder.verdict === stricter.verdict || !own.has(milder.id))
      continue;
    throw new Failure(
      "policy-conflict",
      `\`${stricter.id}\` says ${stricter.verdict} and \`${milder.id}\` says ${milder.verdict} of the same: keep one`,
      { at: placeOf(rule.id) },
    );
  }
}
