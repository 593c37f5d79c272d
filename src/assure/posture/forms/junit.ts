// An audit's report as JUnit XML, as pipelines show it: a suite for each family, a case for each check.
import type { AuditReport, Finding } from "../report/report.ts";
import { escapeMarkup } from "./markup.ts";

type Failed = Pick<Finding, "id" | "title" | "severity" | "fix" | "faults">;

/** The report as text. What was not seen, attested or is waived is skipped with its reason: no pass, and no failure. */
export function auditJunit(report: AuditReport): string {
  const failed = new Map(report.findings.flatMap(failuresOf));
  const waived = new Map(report.waived.map((finding) => [finding.id, finding]));
  const families = [...new Set(report.checks.map(({ id }) => familyOf(id)))];
  const suites = families.map((family) => {
    const cases = report.checks.filter(({ id }) => familyOf(id) === family);
    const skipped = cases.filter(({ id, outcome }) => outcome !== "pass" && !failed.has(id));
    const failures = cases.filter(({ id }) => failed.has(id)).length;
    const body = cases.map(({ id, outcome, note }) => {
      const head = `    <testcase classname="sallyport.${family}" name="${escapeMarkup(id)}" time="0"`;
      const finding = failed.get(id);
      if (finding !== undefined) {
        const text = finding.faults
          .map(({ file, line, message, evidence }) => {
            const at = [file, line].filter((part) => part !== undefined).join(":");
            return [at, message, evidence].filter((part) => part !== "").join("  ");
          })
          .concat(`fix: ${finding.fix}`)
          .map(escapeMarkup)
          .join("\n");
        const words = `type="${finding.severity}" message="${escapeMarkup(finding.title)}"`;
        return `${head}>\n      <failure ${words}>${text}</failure>\n    </testcase>`;
      }
      if (outcome === "pass") return `${head}/>`;
      const by = waived.get(id)?.waived;
      const why =
        by === undefined || by === null
          ? `${outcome}: ${note ?? "no reason"}`
          : `waived by ${by.owner} until ${by.until}`;
      return `${head}>\n      <skipped>${escapeMarkup(why)}</skipped>\n    </testcase>`;
    });
    const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped.length}"`;
    const name = `name="sallyport.${family}" ${counts} time="0" timestamp="${report.at.slice(0, 19)}"`;
    return [`  <testsuite ${name}>`, ...body, "  </testsuite>"].join("\n");
  });
  const { checks, fail } = report.counts;
  const all = `name="sallyport audit" tests="${checks}" failures="${fail}" errors="0" time="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${all}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

/** A finding as the failure of each of its checks, each with its own places. */
function failuresOf(finding: Finding): readonly (readonly [string, Failed])[] {
  const { id, title, severity, fix, faults, also } = finding;
  return [{ id, title, severity }, ...also].map((one) => [
    one.id,
    { ...one, fix, faults: faults.filter(({ check = id }) => check === one.id) },
  ]);
}

function familyOf(id: string): string {
  return id.split("/")[0] ?? "";
}
