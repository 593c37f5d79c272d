// Large tables whose rows resemble each other: an ordinary run tries a part of the rows, CI a larger one, a run that names tests all of them.
import process from "node:process";

/** Set by `scripts/test.ts` where somebody names tests: who asks for them wants them whole. */
const WHOLE_VARIABLE = "SALLYPORT_WHOLE";
/** How many times as many rows CI tries. WHY not all: its time is bounded, and a table that grows must not keep changes out. */
const CI_TIMES = 2;

/** Whether every row is tried. */
export const isWhole = process.env[WHOLE_VARIABLE] === "1";
/** Whether a change is held to this run. */
export const isCi = process.env["CI"] === "true";

/** Of how many rows one is tried, where an ordinary run tries one of `step`. */
export function stepOf(step: number): number {
  if (isWhole) return 1;
  return isCi ? Math.ceil(step / CI_TIMES) : step;
}

/** Every so manieth row, beginning with the one of this number, so that several samples of one table need not be the same. */
export function sampled<Row>(rows: readonly Row[], step: number, from = 0): readonly Row[] {
  const every = stepOf(step);
  return rows.filter((_, at) => (at + from) % every === 0);
}
