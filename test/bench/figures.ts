// Figures: percentiles of samples, ratios of rounds taken in turns, and lines that put a value beside its floor and goal.

/** The value below which `share` of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** One measured figure. `goal` is what the project wants; `meets` says whether this run reached it. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
  readonly meets?: boolean;
};

/** A figure with a goal that it must not pass. */
export function atMost(name: string, value: number, unit: string, most: number): Figure {
  return { name, value, unit, goal: `<= ${numberText(most)} ${unit}`, meets: value <= most };
}

/** A figure with a goal that it must reach. */
export function atLeast(name: string, value: number, unit: string, least: number): Figure {
  return { name, value, unit, goal: `>= ${numberText(least)} ${unit}`, meets: value >= least };
}

/** What a person may choose: `calls` that the daemon answers before its memory is looked at, `trees` in which files are scanned, `seconds` that agents work. */
export type BenchOptions = {
  readonly calls: number;
  readonly trees?: string;
  readonly seconds?: number;
};

/** What one suite gives: its figures, and one sentence on what the floor does where there is one. */
export type Suite = { readonly figures: readonly Figure[]; readonly method: string };

/** A figure as one line of text. */
export function lineOf({ name, value, unit, goal, meets }: Figure): string {
  const wanted = goal === undefined ? "" : `  goal ${goal}: ${meets === true ? "met" : "missed"}`;
  return `  ${name.padEnd(52)} ${valueText(value).padStart(10)} ${unit.padEnd(6)}${wanted}`;
}

/** A value with as many digits as a measurement deserves. */
export function valueText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return numberText(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function numberText(value: number): string {
  return value.toLocaleString("en-US");
}
