// Figures: percentiles of samples, and lines that put a measured value beside its floor or peer.

/** The value below which `share` of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One measured figure. `goal` is what the project wants; `meets` says whether this run reached it. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly beside?: string;
  readonly goal?: string;
  readonly meets?: boolean;
};

/** A figure as one line of text. */
export function lineOf({ name, value, unit, beside, goal, meets }: Figure): string {
  const number =
    value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
  const wanted = goal === undefined ? "" : `  goal ${goal}: ${meets === true ? "met" : "missed"}`;
  return `  ${name.padEnd(46)} ${number.padStart(10)} ${unit.padEnd(8)}${beside ?? ""}${wanted}`;
}
