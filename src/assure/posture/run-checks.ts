// Checks against inputs: every check once, each with what it came to.
import { type Check, type CheckResult, unseen, verdict } from "./check.ts";
import type { AuditInputs } from "./inputs/audit-inputs.ts";
import { filesByName, isMissed } from "./inputs/read-inputs.ts";

/** A check and what it said. */
export type CheckRun = { readonly check: Check; readonly result: CheckResult };

/** Runs every check. One that throws is a defect of ours and throws. */
export function runChecks(checks: readonly Check[], auditInputs: AuditInputs): readonly CheckRun[] {
  return checks.map((check) => ({ check, result: lookAt(check, auditInputs) }));
}

/** What a check says of the audited directory, and of what the settings of projects inside it hold. */
export function lookAt(check: Check, auditInputs: AuditInputs): CheckResult {
  const result = onlyRead(check.look(auditInputs), auditInputs);
  if (check.attest !== undefined || auditInputs.below === undefined) return result;
  const faults = auditInputs.below.flatMap((own) => {
    const shown = new Set(
      own.settingsFiles.flatMap((file) => (file.place === "repository" ? [file.shown] : [])),
    );
    return check.look(own).faults.filter(({ file }) => file !== undefined && shown.has(file));
  });
  // Some checks look at every depth already.
  const more = faults.filter(
    ({ file, line }) => !result.faults.some((one) => one.file === file && one.line === line),
  );
  if (more.length === 0) return result;
  return verdict(
    [...new Set([...result.lookedAt, ...more.flatMap(({ file }) => file ?? [])])],
    [...result.faults, ...more],
  );
}

/** Files of a note about what was not read. */
const MISSED_SHOWN = 3;

/** WHY here for all checks: a file that a check names and that nobody read lets nothing pass. */
function onlyRead(result: CheckResult, auditInputs: AuditInputs): CheckResult {
  if (result.outcome !== "pass") return result;
  const files = filesByName(auditInputs);
  const read = result.lookedAt.filter((name) => files.get(name)?.why === undefined);
  const missed = result.lookedAt.filter((name) => {
    const file = files.get(name);
    return file !== undefined && isMissed(file, read.length > 0);
  });
  if (missed.length === 0) return result;
  return unseen(`${missed.slice(0, MISSED_SHOWN).join(", ")} could not be read`, read);
}
