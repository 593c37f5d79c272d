// An audit's report as OCSF 1.8 events of the class Compliance Finding (2003), one for each check that has a case here.
import { printable } from "#base/printable.ts";
import type { Severity } from "../check.ts";
import type { AuditReport } from "../report/report.ts";

const CLASS = 2003;
const CREATE = 1;
/** `status_id` of the object `compliance`: what nobody saw is a warning, for the schema knows no third answer. */
const STATUSES = {
  pass: [1, "Pass"],
  fail: [3, "Fail"],
  unseen: [2, "Warning"],
  attest: [2, "Warning"],
} as const;
const SEVERITIES: Readonly<Record<Severity, readonly [number, string]>> = {
  info: [1, "Informational"],
  low: [2, "Low"],
  medium: [3, "Medium"],
  high: [4, "High"],
  critical: [5, "Critical"],
};

/** The events. `uid` is the same for a check of a directory in every run, so that a receiver follows it over time. */
export function auditOcsf(report: AuditReport): readonly unknown[] {
  const entries = new Map(report.entries.map((entry) => [entry.id, entry]));
  const waived = new Map(report.waived.map((finding) => [finding.id, finding.waived]));
  const found = [...report.findings, ...report.waived].flatMap(({ id, faults }) =>
    faults.map((fault) => ({ check: id, ...fault })),
  );
  return report.checks.flatMap(({ id, outcome, lookedAt, note }) => {
    const entry = entries.get(id);
    if (outcome === "not-applicable" || entry === undefined) return [];
    const [statusId, status] = STATUSES[outcome];
    const [severityId, severity] = SEVERITIES[outcome === "pass" ? "info" : entry.severity];
    const by = waived.get(id);
    const detail =
      by === undefined || by === null ? note : `waived by ${by.owner} until ${by.until}`;
    const faults = found.filter(({ check }) => check === id);
    return [
      {
        activity_id: CREATE,
        activity_name: "Create",
        category_uid: 2,
        class_uid: CLASS,
        type_uid: CLASS * 100 + CREATE,
        time: Date.parse(report.at),
        severity_id: severityId,
        severity,
        // Suppressed where somebody answers for it, else new.
        ...(by === undefined || by === null
          ? { status_id: 1, status: "New" }
          : { status_id: 3, status: "Suppressed" }),
        message: `${status}: ${entry.title}`,
        metadata: {
          version: "1.8.0",
          product: { name: "sallyport", vendor_name: "sallyport", version: report.version },
        },
        finding_info: {
          uid: `${id}@${printable(report.target)}`,
          title: entry.title,
          desc: entry.why,
          types: ["posture"],
          product_uid: id,
          created_time: Date.parse(report.at),
        },
        compliance: {
          control: id,
          standards: standardsOf(entry.controls),
          requirements: [...entry.references, ...entry.controls],
          status_id: statusId,
          status,
          ...(detail === null ? {} : { status_detail: printable(detail) }),
        },
        remediation: { desc: entry.fix },
        resources: resourcesOf(lookedAt, report.target),
        evidences: faults.map(({ file, line, evidence, message }) => ({
          name: printable(message),
          data: { file: file ?? null, line: line ?? null, evidence: printable(evidence) },
        })),
      },
    ];
  });
}

function standardsOf(controls: readonly string[]): readonly string[] {
  const names = controls.map((control) => control.split("/")[0] ?? control);
  return names.length === 0 ? ["sallyport"] : [...new Set(names)];
}

function resourcesOf(lookedAt: readonly string[], target: string) {
  const names = lookedAt.length === 0 ? [target] : lookedAt;
  return names.map((name) => ({ name: printable(name), type: "configuration" }));
}
