// Rates over judged items: recall and precision by tier, by kind and by class of what looks alike.
import type { Tier } from "#guard/content/detection/finding.ts";
import { kindOfDetector } from "./detector-kinds.ts";
import { isAtLeast, type Judged, type Met, overlaps } from "./judge.ts";

/** A count of a whole. */
export type Share = { readonly count: number; readonly of: number };

/** Recall and precision of findings of at least one tier. */
export type Rates = { readonly recall: Share; readonly precision: Share };

/** The share as a number; of nothing, it is not known. */
export function valueOf({ count, of }: Share): number {
  return of === 0 ? Number.NaN : count / of;
}

/** `12.3 %`, or a dash where there is nothing to count. */
export function percent(share: Share): string {
  return share.of === 0 ? "-" : `${(100 * valueOf(share)).toFixed(1)} %`;
}

/** Recall of the labels that `test` takes, and precision of all alarms, at `least` this tier. */
export function ratesOf(
  judged: readonly Judged[],
  least: Tier,
  test: (met: Met) => boolean = () => true,
): Rates {
  const met = judged.flatMap((one) => one.met).filter(test);
  const alarms = judged.flatMap((one) => one.alarms).filter(({ tier }) => isAtLeast(tier, least));
  return {
    recall: { count: met.filter(({ tier }) => isAtLeast(tier, least)).length, of: met.length },
    precision: { count: alarms.filter(({ isTrue }) => isTrue).length, of: alarms.length },
  };
}

/** Of the labels that were met at all, those that a redaction would take away in full. */
export function coverage(judged: readonly Judged[]): Share {
  const met = judged.flatMap((one) => one.met).filter(({ tier }) => tier !== undefined);
  return { count: met.filter(({ isCovered }) => isCovered).length, of: met.length };
}

/**
 * One kind of personal data, strictly: a label is found only by a detector of its own kind, and a finding of that kind that
 * meets no label of it is false, whatever else it meets. What may be found or not counts for neither.
 */
export function ratesOfKind(judged: readonly Judged[], kind: string): Rates {
  const met = judged.flatMap((one) => one.met).filter(({ span }) => span.kind === kind);
  const found = judged.flatMap(({ item, findings }) =>
    findings
      .filter(({ detector }) => kindOfDetector(detector) === kind)
      .flatMap((finding) => {
        const hit = item.spans.filter((span) => overlaps(span, finding));
        const isTrue = hit.some((span) => span.kind === kind && !span.isOptional);
        return !isTrue && hit.some(({ isOptional }) => isOptional) ? [] : [isTrue];
      }),
  );
  return {
    recall: { count: met.filter(({ isNamedRight }) => isNamedRight).length, of: met.length },
    precision: { count: found.filter(Boolean).length, of: found.length },
  };
}

/** Counts by name, the largest first. */
export function tally(names: readonly string[]): readonly (readonly [name: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Labels of each group or kind, with how many were met, in the order of their names. */
export function recallBy(
  judged: readonly Judged[],
  name: (one: Judged, met: Met) => string,
): readonly (readonly [name: string, recall: Share])[] {
  const shares = new Map<string, Share>();
  for (const one of judged) {
    for (const met of one.met) {
      const key = name(one, met);
      const { count, of } = shares.get(key) ?? { count: 0, of: 0 };
      shares.set(key, { count: count + (met.tier === undefined ? 0 : 1), of: of + 1 });
    }
  }
  return [...shares].sort(([a], [b]) => (a < b ? -1 : 1));
}
