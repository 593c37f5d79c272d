// What a check of the posture is: an entry of data joined with how it looks, and what it says of what it saw.
import type { CheckId as LintId } from "#govern/settings/lint/checks.ts";
import type { AuditInputs } from "./inputs/audit-inputs.ts";
import { SEVERITIES, type Severity } from "./inputs/severity.ts";

export { SEVERITIES, type Severity };

/** What checks are about; each is a file in `data/checks`. */
export const FAMILIES = [
  ...(["permissions", "settings", "managed", "hooks", "mcp", "plugins", "memory"] as const),
  ...(["secrets", "environment", "sandbox", "git", "ci", "telemetry", "record"] as const),
  ...(["machine", "untrusted", "governance"] as const),
] as const;
export type Family = (typeof FAMILIES)[number];

/** What a check came to. `unseen` is never a pass; `attest`: only a person can say, and nobody did or it ended. */
export const OUTCOMES = ["pass", "fail", "unseen", "not-applicable", "attest"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One place of a fault. `file` as people are shown it; `line` and `column` count from 1. Never holds a secret. */
export type Fault = {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** What stands there, redacted and bounded. */
  readonly evidence: string;
  readonly message: string;
  /** What repairs this place, where that is more than the check's own fix. */
  readonly fix?: string;
  /** Where an attacker gets less here than at worst, or the evidence is less sure: milder than the check, never graver. */
  readonly severity?: Severity;
};

/** What a check read, as people are shown it: files, or what else was asked. A pass has some. */
export type Inputs = readonly [string, ...string[]];

/** What a check says. A pass without what it read is not even a value of this type. */
export type CheckResult =
  | (Said & { readonly outcome: "pass"; readonly lookedAt: Inputs })
  | (Said & { readonly outcome: Exclude<Outcome, "pass">; readonly lookedAt: readonly string[] });

/** `note`: why it could not see, why it does not apply, or who attested until when. */
type Said = {
  readonly faults: readonly Fault[];
  readonly note?: string;
  /** How much was read, where `lookedAt` stands for more than it names. */
  readonly read?: {
    readonly files: number;
    readonly bytes: number;
    readonly commit: string | undefined;
  };
};

/** How a check looks: pure, from what was collected. */
export type Look = (auditInputs: AuditInputs) => CheckResult;

/** What is written of a check in `data/checks`. */
export type CheckEntry = {
  /** `family/fault-name`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly fix: string;
  /** Items of the requirements and sources. */
  readonly references: readonly string[];
  /** Ids of controls of frameworks. */
  readonly controls: readonly string[];
  /** Items of checklists, as `checklist/item`. */
  readonly profiles: readonly string[];
  /** Findings of settings lint that are faults of this check; without it a function of the same name looks. */
  readonly lint?: readonly LintId[];
  /** Only a person can say whether it is so; for how many days that holds. */
  readonly attest?: { readonly days: number };
  /** Repair that `--fix` may make by itself. */
  readonly repair?: Repair;
  /** The one step that mends it, and with it every check of the same word: such checks are one finding. */
  readonly mend?: string;
  /** What mends it stands outside of the repository, such as in managed settings: its places are told with the surroundings. */
  readonly scope?: "around";
};
/** Repairs of single findings that are safe: each is shown as a diff first and taken back by `uninstall`. */
export const REPAIRS = ["modes", "ignore-lines", "settings-modes", "commit-hook"] as const;
export type Repair = (typeof REPAIRS)[number];

/** A check that can be run. */
export type Check = CheckEntry & { readonly family: Family; readonly look: Look };

/** Functions of one family by the name of the fault, without the family. */
export type Looks = Readonly<Record<string, Look>>;

/** Characters of evidence that are kept. */
const EVIDENCE_CHARS_MAX = 200;
/** Faults of one check that are kept; the last says how many more there are. */
const FAULTS_MAX = 1_000;

/** The milder of two severities: a place is never graver than its check. */
export function milder(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other) ? one : other;
}

/** How bad a check's faults are: the gravest of its places. `of` is the check's own severity. */
export function gravityOf(of: Severity, faults: readonly Fault[]): Severity {
  const own = faults.map(({ severity }) => milder(of, severity ?? of));
  return SEVERITIES.find((severity) => own.includes(severity)) ?? of;
}

/** Fail where there are faults, else pass if anything was looked at. The gravest places stand first. */
export function verdict(lookedAt: readonly string[], faults: readonly Fault[]): CheckResult {
  const once = [...new Map(faults.map((fault) => [placeAndWords(fault), fault])).values()].toSorted(
    (a, b) => rank(a) - rank(b),
  );
  const kept = once.slice(0, FAULTS_MAX).map(bounded);
  const more = once.length - kept.length;
  const rest = more > 0 ? [{ evidence: "", message: `${more} more places of the same kind` }] : [];
  if (faults.length > 0) return { outcome: "fail", lookedAt, faults: [...kept, ...rest] };
  const [first, ...others] = lookedAt;
  if (first === undefined) return notApplicable("there is nothing here to look at");
  return { outcome: "pass", lookedAt: [first, ...others], faults: [] };
}

/** Places without a severity of their own are as grave as the check, so they come first. */
function rank({ severity }: Fault): number {
  return severity === undefined ? -1 : SEVERITIES.indexOf(severity);
}

/** WHY once: what is found by two ways, such as a step and its whole file, is one fault. */
function placeAndWords({ file, line, column, evidence, message }: Fault): string {
  return JSON.stringify([file, line, column, evidence, message]);
}

/** What could not be seen, and why: no pass. */
export function unseen(why: string, lookedAt: readonly string[] = []): CheckResult {
  return { outcome: "unseen", lookedAt, faults: [], note: why };
}

/** There is nothing here that it could be about. */
export function notApplicable(why: string, lookedAt: readonly string[] = []): CheckResult {
  return { outcome: "not-applicable", lookedAt, faults: [], note: why };
}

function bounded(fault: Fault): Fault {
  if (fault.evidence.length <= EVIDENCE_CHARS_MAX) return fault;
  return { ...fault, evidence: `${fault.evidence.slice(0, EVIDENCE_CHARS_MAX)}…` };
}
