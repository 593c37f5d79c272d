// An audit on one screen: this repository apart from what is around it, places milder than their check, what one step mends in one line.
import { describe, expect, it } from "vitest";
import { type Check, type Fault, type Severity, verdict } from "#assure/posture/check.ts";
import { auditSarif } from "#assure/posture/forms/sarif.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { type AuditReport, reportOf } from "#assure/posture/report/report.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { auditDetails } from "#surface/services/posture/audit-details.ts";
import { auditLines } from "#surface/services/posture/audit-words.ts";

const nowMs = Date.UTC(2026, 10, 21);
const auditInputs = sightsFromMemory({ files: {} }, { catalogue: loadCatalogue(), nowMs });

function reported(checks: readonly Check[]): AuditReport {
  return reportOf(runChecks(checks, auditInputs), {
    auditInputs,
    leftOut: [],
    target: ".",
    version: "0.1.0",
  });
}

function check(id: string, severity: Severity, faults: readonly Fault[], mend?: string): Check {
  const words = { title: `title of ${id}`, why: "why", fix: `fix of ${id}` };
  const lists = { references: ["X.1"], controls: [], profiles: [] };
  const step = mend === undefined ? {} : { mend };
  const look = () => verdict(["seen"], faults);
  return { id, family: "hooks", severity, ...words, ...lists, ...step, look };
}

const at = (file: string, more: Partial<Fault> = {}): Fault => ({
  file,
  line: 7,
  evidence: "",
  message: `message of ${file}`,
  ...more,
});
const absent: Fault = { evidence: "", message: "nobody set it" };
const words = (report: AuditReport): readonly string[] =>
  auditLines(report, { ...openTerminal({}), hasColour: false });

describe("a place that is milder than its check", () => {
  const mild = check("hooks/mild", "critical", [at("a.sh", { severity: "low" })]);
  const mixed = check("hooks/mixed", "high", [
    at("b.sh", { severity: "medium" }),
    at("c.sh"),
    at("d.sh", { severity: "critical" }),
  ]);
  const report = reported([mild, mixed]);
  it("makes the finding as mild as its gravest place, and is never graver than the check", () => {
    expect(report.findings.map(({ id, severity }) => [id, severity])).toEqual([
      ["hooks/mixed", "high"],
      ["hooks/mild", "low"],
    ]);
    expect(report.counts.bySeverity).toMatchObject({ critical: 0, high: 1, low: 1 });
  });
  it("stands behind the graver ones", () => {
    expect(report.findings[0]?.faults.map(({ file }) => file)).toEqual(["c.sh", "d.sh", "b.sh"]);
  });
  it("costs what it is, and has its own level in SARIF", () => {
    expect(report.score.parts).toMatchObject({ critical: 0, low: 1 });
    const { runs } = auditSarif(report) as { runs: { results: { level: string }[] }[] };
    expect(runs[0]?.results.map(({ level }) => level)).toEqual([
      ...["note", "error", "error", "warning"],
    ]);
  });
});

describe("what is around the repository", () => {
  const report = reported([
    check("hooks/here", "low", [at("x.yml"), absent]),
    check("hooks/home", "high", [at("~/.claude/settings.json")]),
    check("hooks/system", "high", [at("/etc/profile")]),
    check("hooks/unset", "medium", [absent]),
    check("hooks/one", "medium", [absent], "sallyport init"),
    check("hooks/two", "low", [absent], "sallyport init"),
    check("hooks/three", "low", [at("y.yml")], "sallyport init"),
  ]);
  it("is what the machine has and what nobody set", () => {
    expect(report.findings.map(({ id, scope }) => [id, scope])).toEqual([
      ["hooks/home", "around"],
      ["hooks/system", "around"],
      ["hooks/unset", "around"],
      ["hooks/one", "around"],
      ["hooks/here", "repository"],
      ["hooks/three", "repository"],
    ]);
  });
  it("is a group of its own behind the repository's, a line each, what one step mends in one", () => {
    const lines = words(report);
    expect(lines[0]).toBe("IN THIS REPOSITORY  2 low");
    const head = lines.indexOf("AROUND IT  2 high, 2 medium: the machine, and what nobody set");
    expect(lines.slice(head + 1, head + 6)).toEqual([
      "  medium   title of hooks/one, and 1 more that `sallyport init` mends",
      "  high     title of hooks/home  [hooks/home]",
      "  high     title of hooks/system  [hooks/system]",
      "  medium   title of hooks/unset  [hooks/unset]",
      "",
    ]);
  });
  it("is said to be nothing where nothing was found", () => {
    expect(words(reported([check("hooks/fine", "high", [])]))[0]).toBe(
      "IN THIS REPOSITORY  nothing found",
    );
  });
});

describe("one screen", () => {
  const many = (severity: Severity, count: number) =>
    Array.from({ length: count }, (_, index) =>
      check(
        `hooks/${severity}-${index}`,
        severity,
        Array.from({ length: 30 }, (_unused, place) =>
          at(`folder/${place}.sh`, { evidence: "run --this --command" }),
        ),
      ),
    );
  it("holds twenty findings of thirty places, the mild ones in a line, and `--all` tells each", () => {
    const report = reported([...many("high", 4), ...many("medium", 8), ...many("low", 8)]);
    const lines = words(report);
    expect(lines.length).toBeLessThanOrEqual(50);
    for (const { id } of report.findings) expect(lines.join("\n")).toContain(`[${id}]`);
    const whole = auditDetails(report, openTerminal({})).join("\n");
    expect(whole).toContain("folder/19.sh:7");
    expect(whole).toContain("why: why");
  });
  it("tells evidence and repair of the grave ones where there is room", () => {
    const lines = words(reported([...many("critical", 1), ...many("low", 1)])).join("\n");
    expect(lines).toContain("folder/0.sh:7; folder/1.sh:7; folder/2.sh:7 and 27 more");
    expect(lines).toContain("| run --this --command");
    expect(lines).toContain("fix: fix of hooks/critical-0");
    expect(lines).not.toContain("fix of hooks/low-0");
  });
});
