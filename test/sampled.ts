// Large tables whose rows resemble each other: a run of everything tries a part of the rows, a run that names tests all of them.
import process from "node:process";

/** Set by `scripts/test.ts` where somebody names tests: who asks for them wants them whole. */
export const WHOLE_VARIABLE = "SALLYPORT_WHOLE";
/** Whether every row is tried. */
export const isWhole = process.env[WHOLE_VARIABLE] === "1";
/** Whether a change is held to this run. */
export const isCi = process.env["CI"] === "true";

/** Of how many rows one is tried, where a run of everything tries one of `step`. WHY in CI too: its time is bounded, and a table that grows must not keep changes out. */
export function stepOf(step: number): number {
  return isWhole ? 1 : step;
}

/** Every so manieth row, beginning with the one of this number, so that several samples of one table need not be the same. */
export function sampled<Row>(rows: readonly Row[], step: number, from = 0): readonly Row[] {
  const every = stepOf(step);
  return rows.filter((_, at) => (at + from) % every === 0);
}
