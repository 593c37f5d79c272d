// Checks against sights: every check once, each with what it came to.
import type { Check, CheckResult } from "./check.ts";
import type { Sights } from "./sights.ts";

/** A check and what it said. */
export type CheckRun = { readonly check: Check; readonly result: CheckResult };

/** Runs every check. One that throws is a defect of ours and throws. */
export function runChecks(checks: readonly Check[], sights: Sights): readonly CheckRun[] {
  return checks.map((check) => ({ check, result: check.look(sights) }));
}
