// What an audit says: findings with evidence and fix, what is waived, unseen or to be attested, the score, a checklist.
import { createHash } from "node:crypto";
import type { Capabilities } from "../capabilities.ts";
import {
  type CheckResult,
  type Family,
  type Fault,
  gravityOf,
  SEVERITIES,
  type Severity,
} from "../check.ts";
import type { CheckRun } from "../run-checks.ts";
import { committedSecrets } from "../inputs/committed-secrets.ts";
import { filesByName } from "../inputs/read-inputs.ts";
import { isForTests } from "../inputs/secret-texts.ts";
import { FORMULA, type Score, scoreOf } from "./score.ts";
import type { AuditInputs, StatementInput } from "../inputs/audit-inputs.ts";
import type { Checklist, ItemStatus } from "../checklist/checklist.ts";
import { standingOf } from "../checklist/checklist.ts";
import type { Unseen } from "#assure/scan/scan-finding.ts";

/** Who answers for a finding that stays, until when. */
export type Waived = { readonly owner: string; readonly until: string };

/** A check that failed with every place of it, and those that are mended with it. */
export type Finding = {
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  /** The gravest of its places. */
  readonly severity: Severity;
  /** `repository`: something stands in its files. `around`: the machine, the person's own files, what nobody set, and what is mended there alone. */
  readonly scope: "repository" | "around";
  /** The one step that mends it and all of `also`, where there is one. */
  readonly mend: string | null;
  readonly why: string;
  readonly fix: string;
  readonly references: readonly string[];
  readonly controls: readonly string[];
  readonly lookedAt: readonly string[];
  readonly faults: readonly (Fault & {
    /** The same for this place in every run, and made without what stands there. */
    readonly fingerprint: string;
    /** The check that found it, where that is one of `also`. */
    readonly check?: string;
  })[];
  /** Other checks that failed and that the same step mends; their places are among `faults`. */
  readonly also: readonly Pick<Finding, "id" | "title" | "severity">[];
  readonly waived: Waived | null;
  /** What else is to be known, such as a waiver that ended. */
  readonly note: string | null;
};

/** A check that was not settled, and why. */
export type Unsettled = {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly fix: string;
  readonly why: string;
};

/** Everything that one audit says. */
export type AuditReport = {
  readonly format: 1;
  readonly version: string;
  /** What was audited, as people are shown it. */
  readonly target: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly score: Omit<Score, "value"> & {
    /** Null where there was nothing to look at: that is no score. */
    readonly value: number | null;
    /** Why there is none. */
    readonly none: string | null;
    readonly formula: string;
    /** Places of keys that look live among what git follows; null where nobody scanned it. */
    readonly liveKeys: number | null;
  };
  /** The commit that was checked out when the repository was scanned; null where none was, or nobody scanned it. */
  readonly commit: string | null;
  readonly counts: {
    readonly checks: number;
    readonly pass: number;
    readonly fail: number;
    /** Findings that count: fewer than checks that failed, where one step mends several. */
    readonly findings: number;
    readonly waived: number;
    readonly unseen: number;
    readonly attest: number;
    readonly notApplicable: number;
    /** Findings that count, by severity. */
    readonly bySeverity: Readonly<Record<Severity, number>>;
  };
  /** `gain`: points that the score has more where this one is mended and nothing else. */
  readonly findings: readonly (Finding & { readonly gain: number })[];
  readonly waived: readonly Finding[];
  /** Checks that could not look. */
  readonly unseen: readonly Unsettled[];
  /** Checks that wait for a person. */
  readonly attest: readonly Unsettled[];
  /** Places that could not be looked at. */
  readonly notSeen: readonly Unseen[];
  readonly leftOut: readonly Unseen[];
  /** Files in the form of what the client reads, where it reads nothing: nothing in them was judged. */
  readonly ignored: readonly string[];
  /** What the repository's own commands can do, where that was asked for. */
  readonly capabilities: Capabilities | null;
  readonly profile: {
    readonly id: string;
    readonly title: string;
    readonly items: readonly ItemStatus[];
  } | null;
  /** What is written of the checks that ran. */
  readonly entries: readonly (Omit<Unsettled, "why"> &
    Pick<Finding, "why" | "references" | "controls">)[];
  /** Every check with what it came to and what it looked at. */
  readonly checks: readonly {
    readonly id: string;
    readonly outcome: CheckResult["outcome"];
    readonly lookedAt: readonly string[];
    /** How many files of it were read, and how large they are. */
    readonly read: { readonly files: number; readonly bytes: number };
    readonly note: string | null;
  }[];
};

/** Places that a check looked at and that the report lists; the rest are counted. */
const LOOKED_AT_MAX = 20;
const COMMITTED_SECRET = "secrets/in-committed-file";
/** Ignored files that a report lists. */
const IGNORED_MAX = 1_000;

/** The report of these runs. */
export function reportOf(
  runs: readonly CheckRun[],
  around: {
    readonly auditInputs: AuditInputs;
    readonly leftOut: readonly Unseen[];
    readonly target: string;
    readonly version: string;
    readonly profile?: Checklist | undefined;
    readonly capabilities?: Capabilities | undefined;
  },
): AuditReport {
  const { auditInputs, leftOut, target, version, profile, capabilities = null } = around;
  const waivers = auditInputs.statements.kind === "seen" ? auditInputs.statements.value : [];
  const failed = runs
    .filter(({ result }) => result.outcome === "fail")
    .map((run) => findingOf(run, waivers))
    .toSorted(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        Number(b.family === "secrets") - Number(a.family === "secrets"),
    );
  const counted = failed.filter(({ waived }) => waived === null);
  const waived = failed.filter((finding) => finding.waived !== null);
  const isWaived = new Set(waived.map(({ id }) => id));
  const liveKeys = auditInputs.scanned === undefined ? null : liveKeysIn(auditInputs, isWaived);
  const scoreWithout = (mended: ReadonlySet<string>): Score =>
    scoreOf(
      runs.map(({ check: { id, severity }, result: { outcome, faults } }) => ({
        severity: gravityOf(severity, faults),
        outcome: mended.has(id) ? "pass" : outcome,
        places: faults.length,
        isWaived: isWaived.has(id),
      })),
      (liveKeys ?? 0) > 0 && !mended.has(COMMITTED_SECRET),
    );
  const score = scoreWithout(new Set());
  const findings = mendedTogether(counted).map((finding) => {
    const mended = new Set([finding.id, ...finding.also.map(({ id }) => id)]);
    return { ...finding, gain: scoreWithout(mended).value - score.value };
  });
  const count = (outcome: CheckResult["outcome"]) =>
    runs.filter(({ result }) => result.outcome === outcome).length;
  return {
    format: 1,
    version,
    target,
    at: new Date(auditInputs.nowMs).toISOString(),
    score: { ...score, ...whetherAny(runs, score), formula: FORMULA, liveKeys },
    commit: auditInputs.scanned?.commit ?? null,
    counts: {
      checks: runs.length,
      pass: count("pass"),
      fail: counted.length,
      findings: findings.length,
      waived: waived.length,
      unseen: count("unseen"),
      attest: count("attest"),
      notApplicable: count("not-applicable"),
      bySeverity: bySeverity(findings),
    },
    findings,
    waived,
    unseen: unsettled(runs, "unseen"),
    attest: unsettled(runs, "attest"),
    notSeen: auditInputs.unseen,
    leftOut,
    capabilities,
    ignored: (auditInputs.fixtures ?? []).slice(0, IGNORED_MAX).map(({ shown }) => shown),
    profile:
      profile === undefined
        ? null
        : { id: profile.id, title: profile.title, items: standingOf(profile, runs) },
    entries: runs.map(({ check: { id, title, severity, why, fix, references, controls } }) => ({
      id,
      title,
      severity,
      why,
      fix,
      references,
      controls,
    })),
    checks: runs.map(({ check: { id }, result }) => ({
      id,
      outcome: result.outcome,
      lookedAt: bounded(result.lookedAt),
      read: readBy(result, auditInputs),
      note: result.note ?? null,
    })),
  };
}

/** WHY by the scan and not by checks: they tell one key by different names, and milder where it is tried out. */
function liveKeysIn(auditInputs: AuditInputs, waived: ReadonlySet<string>): number {
  if (waived.has(COMMITTED_SECRET)) return 0;
  return committedSecrets(auditInputs).filter(
    ({ tier, file }) => tier === "high" && !isForTests(file),
  ).length;
}

/** What a check read: a tree that it stands on as a whole, or the files that it names. */
function readBy(
  { read, lookedAt }: CheckResult,
  auditInputs: AuditInputs,
): { readonly files: number; readonly bytes: number } {
  if (read !== undefined) return { files: read.files, bytes: read.bytes };
  const known = filesByName(auditInputs);
  const files = [...new Set(lookedAt)].flatMap((name) => {
    const file = known.get(name);
    return file?.text === undefined ? [] : [file];
  });
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** WHY no 100 where no check looked: nobody knows. The reason that most of them give is told. */
function whetherAny(
  runs: readonly CheckRun[],
  { value, looked, withCase }: Score,
): Pick<AuditReport["score"], "value" | "none"> {
  if (looked > 0) return { value, none: null };
  const notes = new Map<string, number>();
  for (const { result } of runs) {
    if (withCase > 0 && result.outcome === "not-applicable") continue;
    const note = result.note ?? "";
    if (note !== "") notes.set(note, (notes.get(note) ?? 0) + 1);
  }
  const [most] = [...notes].toSorted(([, one], [, other]) => other - one)[0] ?? [];
  return {
    value: null,
    none: most ?? (withCase > 0 ? "nobody looked" : "no check has a case here"),
  };
}

function bySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function findingOf({ check, result }: CheckRun, statements: readonly StatementInput[]): Finding {
  const { id, family, title, why, fix, references, controls } = check;
  const severity = gravityOf(check.severity, result.faults);
  const own = statements.filter(
    ({ kind, about, isHere }) => kind === "waiver" && about === id && isHere,
  );
  const standing = own.find(({ state }) => state === "in-force" || state === "ends-soon");
  const ended = own.find(({ state }) => state === "expired");
  return {
    id,
    family,
    title,
    severity,
    scope: check.scope ?? scopeOf(result.faults),
    why,
    fix,
    mend: check.mend ?? null,
    references,
    controls,
    lookedAt: bounded(result.lookedAt),
    faults: result.faults.map((fault, index) => ({
      ...fault,
      fingerprint: fingerprintOf(id, fault, index),
    })),
    also: [],
    waived: standing === undefined ? null : { owner: standing.owner, until: standing.until },
    note:
      standing === undefined && ended !== undefined
        ? `the waiver of ${ended.owner} ended on ${ended.until}`
        : null,
  };
}

/** WHY by the place: what the machine or nobody set is the same in every repository, and hides what is this one's own. */
function scopeOf(faults: readonly Fault[]): Finding["scope"] {
  return faults.some(({ file }) => file !== undefined && !/^(?:~|\/|[A-Za-z]:)/.test(file))
    ? "repository"
    : "around";
}

/** Findings that one step mends become one, led by the gravest. */
function mendedTogether(findings: readonly Finding[]): readonly Finding[] {
  const leads = new Map<string, Finding>();
  for (const finding of findings) {
    const { id, mend, scope } = finding;
    const key = mend === null ? `check ${id}` : `${scope} by ${mend}`;
    const lead = leads.get(key);
    leads.set(key, lead === undefined ? finding : joined(lead, finding));
  }
  return [...leads.values()];
}

function joined(lead: Finding, { id, title, severity, faults, ...more }: Finding): Finding {
  return {
    ...lead,
    faults: [...lead.faults, ...faults.map((fault) => ({ ...fault, check: id }))],
    also: [...lead.also, { id, title, severity }],
    references: [...new Set([...lead.references, ...more.references])],
    controls: [...new Set([...lead.controls, ...more.controls])],
    lookedAt: [...new Set([...lead.lookedAt, ...more.lookedAt])],
  };
}

/** WHY without the line: text that moves stays the same finding; the ordinal tells places of one file apart. */
function fingerprintOf(id: string, { file = "", message }: Fault, index: number): string {
  return createHash("sha256")
    .update(JSON.stringify([id, file, message, index]))
    .digest("hex")
    .slice(0, 32);
}

function unsettled(runs: readonly CheckRun[], outcome: "unseen" | "attest"): readonly Unsettled[] {
  return runs
    .filter(({ result }) => result.outcome === outcome)
    .map(({ check: { id, title, severity, fix }, result: { note } }) => ({
      id,
      title,
      severity,
      fix,
      why: note ?? "nobody looked",
    }));
}

function bounded(lookedAt: readonly string[]): readonly string[] {
  const more = lookedAt.length - LOOKED_AT_MAX;
  return more <= 0 ? lookedAt : [...lookedAt.slice(0, LOOKED_AT_MAX), `and ${more} more`];
}
