// The score of a posture: what each fault that was seen costs, and one number from 0 to 100 that no repair can lower.
import type { Outcome, Severity } from "../check.ts";

/** What one place of a fault costs, by what the fault lets happen. */
export const COSTS: Readonly<Record<Severity, number>> = {
  critical: 40,
  high: 12,
  medium: 4,
  low: 1,
  info: 0,
};
/** The most that a repository with a live key has, whatever else is right in it, and one less than any other has at least. */
export const LIVE_KEY_MAX = 9;
/** Share of the cost for a fault that somebody waived: less than one that stays, and never nothing. */
const WAIVED = 0.25;

/** What counts of a check. `places`: of its fault. */
export type Counted = {
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly places: number;
  readonly isWaived: boolean;
};

/** A score with what it is made of. */
export type Score = {
  /** 0 to 100; 100 only where nothing costs. */
  readonly value: number;
  readonly cost: number;
  /** What faults of each severity cost, and those that are waived. */
  readonly parts: Readonly<Record<Severity | "waived", number>>;
  /** Checks that looked, and all that have a case: those that could not look and those that wait for a person too. */
  readonly looked: number;
  readonly withCase: number;
};

/** The formula in words, as reports give it. */
export const FORMULA =
  "100 x 100 / (100 + cost), rounded down. A failed check costs 40 (critical), 12 (high), 4 (medium) or 1 (low), up to twice that with many places: 2 - 1/places. One that is waived costs a quarter. What nobody looked at or attested costs and counts nothing: `looked` of `withCase` checks are in it. With a key that looks live among what git follows it is at most 9, the same share of 9 in place of 100; without one at least 10.";

/**
 * The score of these checks. INVARIANT: taking places away or letting a check pass never lowers it, and a check that did not look
 * changes nothing; held by property tests. WHY nothing for what was not seen: one picture among scripts would make a repository look
 * worse than another with the same faults.
 */
export function scoreOf(checks: readonly Counted[], hasLiveKey = false): Score {
  const parts = { critical: 0, high: 0, medium: 0, low: 0, info: 0, waived: 0 };
  let looked = 0;
  let withCase = 0;
  for (const { severity, outcome, places, isWaived } of checks) {
    if (outcome === "not-applicable") continue;
    withCase += 1;
    if (outcome === "unseen" || outcome === "attest") continue;
    looked += 1;
    if (outcome === "pass") continue;
    if (isWaived) parts.waived += COSTS[severity] * WAIVED;
    else parts[severity] += COSTS[severity] * (2 - 1 / Math.max(1, places));
  }
  const cost = rounded(Object.values(parts).reduce((sum, part) => sum + part, 0));
  // WHY not a share times 100: it would lose a point to rounding.
  const whole = (most: number) => Math.floor((most * 100) / (100 + cost));
  const value = hasLiveKey ? whole(LIVE_KEY_MAX) : Math.max(LIVE_KEY_MAX + 1, whole(100));
  return {
    value,
    cost,
    parts: {
      critical: rounded(parts.critical),
      high: rounded(parts.high),
      medium: rounded(parts.medium),
      low: rounded(parts.low),
      info: rounded(parts.info),
      waived: rounded(parts.waived),
    },
    looked,
    withCase,
  };
}

/** WHY: sums of thirds end in noise, and a noisy last digit could tip the floor. */
function rounded(cost: number): number {
  return Math.round(cost * 1_000) / 1_000;
}
