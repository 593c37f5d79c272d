// Large tables whose rows resemble each other: an ordinary run tries a part of the rows, CI and a run that names tests all of them.
import process from "node:process";

/** Set by `scripts/test.ts` where somebody names tests: who asks for them wants them whole. */
const WHOLE_VARIABLE = "SALLYPORT_WHOLE";

/** Whether somebody named these tests. */
export const isNamed = process.env[WHOLE_VARIABLE] === "1";

/** Whether every row is tried. */
export const isWhole = process.env["CI"] === "true" || isNamed;

/** Every so manieth row, beginning with the one of this number, so that several samples of one table need not be the same. */
export function sampled<Row>(rows: readonly Row[], step: number, from = 0): readonly Row[] {
  return isWhole ? rows : rows.filter((_, at) => (at + from) % step === 0);
}
