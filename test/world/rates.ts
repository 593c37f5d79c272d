// Shares with their intervals: what of the labelled lines is found, and what of the findings is true.
import type { Asked } from "./candidates.ts";
import type { Found } from "./findings.ts";
import { type Label, labelKey } from "./labels.ts";
import { isAtLeast, type Tier } from "#guard/content/detection/finding.ts";

/** `hits` of `all`. */
export type Share = { readonly hits: number; readonly all: number };
/** `unlabelled`: findings that nobody has read; they count for neither. */
export type Rates = {
  readonly recall: Share;
  readonly precision: Share;
  readonly unlabelled: number;
};

/** A finding with the repository that it is in. */
export type FoundIn = Found & { readonly repository: string };

/** Keys of all the lines that a finding is in: a person who goes to the first of a private key sees the others. */
export function keysOf(one: FoundIn): readonly string[] {
  return [one.digest, ...one.below].map((digest) => labelKey({ ...one, digest }));
}

/** What rates are made of. `drawn`: keys of the lines that were chosen without a look at what is found. */
export type Measured = {
  readonly labels: readonly Label[];
  readonly found: readonly FoundIn[];
  readonly drawn: ReadonlySet<string>;
};

/**
 * Which of the drawn lines whose label says `true` were found at `least` or surer, and which of such findings are true.
 * WHY drawn: a line that was read because it was found is found, and says nothing of what is missed.
 */
export function ratesOf({ labels, found, drawn }: Measured, asked: Asked, least: Tier): Rates {
  const own = labels.filter((label) => label.asked === asked);
  const verdicts = new Map(own.map((label) => [labelKey(label), label.verdict]));
  const counted = found.filter((one) => one.asked === asked && isAtLeast(one.tier, least));
  const keys = new Set(counted.map(labelKey));
  const reached = new Set(counted.flatMap(keysOf));
  const trues = own.filter((label) => label.verdict === "true" && drawn.has(labelKey(label)));
  const read = [...keys].filter((key) => verdicts.has(key));
  return {
    recall: {
      hits: trues.filter((label) => reached.has(labelKey(label))).length,
      all: trues.length,
    },
    precision: {
      hits: read.filter((key) => verdicts.get(key) === "true").length,
      all: read.length,
    },
    unlabelled: keys.size - read.length,
  };
}

/** The interval of Wilson for a share at 95 %: from, to. */
export function wilson({ hits, all }: Share): readonly [number, number] {
  if (all === 0) return [0, 1];
  const z = 1.96;
  const share = hits / all;
  const middle = share + (z * z) / (2 * all);
  const half = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const under = 1 + (z * z) / all;
  return [Math.max(0, (middle - half) / under), Math.min(1, (middle + half) / under)];
}

/** `87.1 % (27/31; 71-95 %)`, or a dash where there is nothing to share. */
export function shareText(share: Share): string {
  if (share.all === 0) return "-";
  const percent = (part: number): string => (part * 100).toFixed(0);
  const [from, to] = wilson(share);
  return `${((share.hits / share.all) * 100).toFixed(1)} % (${share.hits}/${share.all}; ${percent(from)}-${percent(to)} %)`;
}
