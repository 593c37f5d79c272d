// A report as a whole: what one step mends is one finding in every form, what nobody looked at has no score, a container has no disk.
import { describe, expect, it } from "vitest";
import { type Check, type CheckResult, notApplicable, verdict } from "#assure/posture/check.ts";
import { auditHtml } from "#assure/posture/forms/html.ts";
import { auditJunit } from "#assure/posture/forms/junit.ts";
import { auditMarkdown } from "#assure/posture/forms/markdown.ts";
import { auditOcsf } from "#assure/posture/forms/ocsf.ts";
import { auditSarif } from "#assure/posture/forms/sarif.ts";
import { type InMemory, sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { type AuditReport, reportOf } from "#assure/posture/report/report.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import type { GuardInput, MachineInput, AuditInputs } from "#assure/posture/inputs/audit-inputs.ts";
import { clientRefusals } from "#govern/compile/client-refusals.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { auditDetails } from "#surface/services/posture/audit-details.ts";
import { auditLines } from "#surface/services/posture/audit-words.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const sightsOf = (given: Partial<InMemory> = {}): AuditInputs =>
  sightsFromMemory({ files: {}, ...given }, around);
const all = loadCheckFamilies().flatMap(({ checks }) => checks);

function reported(checks: readonly Check[], auditInputs = sightsOf()): AuditReport {
  return reportOf(runChecks(checks, auditInputs), {
    auditInputs,
    leftOut: [],
    target: ".",
    version: "0.1.0",
  });
}

function check(id: string, severity: Check["severity"], result: CheckResult, mend?: string): Check {
  const words = { title: `title of ${id}`, why: "why", fix: `fix of ${id}` };
  const lists = { references: [`X.${id.length}`], controls: [], profiles: [] };
  const step = mend === undefined ? {} : { mend };
  return { id, family: "hooks", severity, ...words, ...lists, ...step, look: () => result };
}

const fault = (file: string) => verdict([file], [{ file, line: 1, evidence: "", message: file }]);

describe("findings that one step mends", () => {
  const report = reported([
    check("hooks/low", "low", fault("c"), "step"),
    check("hooks/other", "medium", fault("d")),
    check("hooks/high", "high", fault("a"), "step"),
    check("hooks/passed", "critical", verdict(["b"], []), "step"),
  ]);
  it("are one, led by the gravest, with all places and who found each", () => {
    expect(report.findings.map(({ id, also }) => [id, also.map((one) => one.id)])).toEqual([
      ["hooks/high", ["hooks/low"]],
      ["hooks/other", []],
    ]);
    expect(report.findings[0]?.faults.map(({ file, check: by }) => [file, by])).toEqual([
      ["a", undefined],
      ["c", "hooks/low"],
    ]);
    expect(report.counts).toMatchObject({ checks: 4, pass: 1, fail: 3, findings: 2 });
    expect(report.counts.bySeverity).toMatchObject({ high: 1, medium: 1, low: 0 });
  });
  it("keep the score and the fingerprints that each check would have alone", () => {
    const alone = reported([check("hooks/low", "low", fault("c"), "step")]);
    const [own] = alone.findings[0]?.faults ?? [];
    expect(report.findings[0]?.faults[1]?.fingerprint).toBe(own?.fingerprint);
    expect(report.score.parts).toMatchObject({ high: 12, medium: 4, low: 1 });
  });
  it("are one in words, SARIF, HTML and Markdown; each check has its own case in JUnit and OCSF", () => {
    const words = auditDetails(report, { ...openTerminal({}), hasColour: false }).join("\n");
    expect(words).toContain("HIGH  1\n");
    expect(words).toContain("mended with it: title of hooks/low [hooks/low]");
    expect(words).not.toContain("LOW  ");
    expect(words).toContain("1 passed, 3 failed (in 2 findings)");
    expect(auditHtml(report)).toContain(
      "Mended with it: title of hooks/low <code>hooks/low</code>",
    );
    expect(auditMarkdown(report)).toContain("- mended with it: title of hooks/low (`hooks/low`)");
    const { runs } = auditSarif(report) as {
      runs: { results: { ruleId: string }[]; tool: { driver: { rules: { id: string }[] } } }[];
    };
    expect(runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual([
      ...["hooks/high", "hooks/high", "hooks/other"],
    ]);
    expect(runs[0]?.tool.driver.rules).toHaveLength(2);
    const junit = auditJunit(report);
    expect(junit).toContain('failures="3"');
    expect(junit).toMatch(/name="hooks\/low"[^>]*>\s*<failure type="low"[^>]*>c:1 {2}c/);
    const events = auditOcsf(report) as {
      compliance: { control: string };
      evidences: { data: { file: string } }[];
    }[];
    const places = events.map(({ compliance, evidences }) => [
      compliance.control,
      ...evidences.map(({ data }) => data.file),
    ]);
    expect(places).toContainEqual(["hooks/low", "c"]);
    expect(places).toContainEqual(["hooks/high", "a"]);
  });
});

describe("the steps of the data", () => {
  const steps = new Map<string, number>();
  for (const { mend } of all) if (mend !== undefined) steps.set(mend, (steps.get(mend) ?? 0) + 1);
  it("each mend more than one check", () => {
    expect(steps.size).toBeGreaterThan(3);
    const single = [...steps].filter(([, count]) => count < 2);
    expect(single).toEqual([]);
  });
  it("`sallyport init` mends each check that it is said to mend", () => {
    const files = {
      "package.json": "{}",
      ".env": "A=b",
      ".claudeignore": ".env\n",
      ".claude/settings.json": '{ "permissions": { "allow": ["Bash(make)"], "deny": [] } }',
    };
    const own = all.filter(({ mend }) => mend === "sallyport init");
    const guarded = (isGuarded: boolean): AuditInputs => {
      const value: GuardInput = {
        isInstalled: isGuarded,
        isGuarded,
        isDaemonRunning: isGuarded,
        policy: "team",
        logDirectory: "/data/log",
        isLogInRepository: false,
        isLogOpen: false,
        exportTargets: 0,
        hasManagedPolicy: false,
        lastEventDays: 0,
      };
      // What it writes beside hooks: refusals of the policy.
      const deny = clientRefusals(loadPack("team"), "project");
      const local = { ".claude/settings.local.json": JSON.stringify({ permissions: { deny } }) };
      const now = isGuarded ? { ...files, ...local } : files;
      return { ...sightsOf({ files: now }), guard: { kind: "seen", value } };
    };
    const failing = runChecks(own, guarded(false)).filter(
      ({ result }) => result.outcome === "fail",
    );
    expect(failing.length).toBeGreaterThanOrEqual(5);
    const left = runChecks(own, guarded(true)).filter(({ result }) => result.outcome === "fail");
    expect(left.map(({ check: { id } }) => id)).toEqual([]);
  });
});

describe("a family that has nothing to look at", () => {
  it("has no score, and says why", () => {
    const ci = reported(all.filter(({ family }) => family === "ci"));
    expect(ci.score).toMatchObject({ value: null, none: "there is no pipeline here" });
    const words = auditLines(ci, openTerminal({})).join("\n");
    expect(words).toContain("no score for .: there is no pipeline here; ");
    expect(auditHtml(ci)).toContain("<p>No score: there is no pipeline here</p>");
    expect(auditMarkdown(ci)).toContain("**No score: there is no pipeline here**");
    expect(auditSarif(ci)).toMatchObject({
      runs: [{ properties: { score: null, noScore: "there is no pipeline here" } }],
    });
  });
  it("has one as soon as one check has a case", () => {
    const files = { ".gitlab-ci.yml": "test:\n  script: [make]\n" };
    const ci = reported(
      all.filter(({ family }) => family === "ci"),
      sightsOf({ files }),
    );
    expect(ci.score.value).toEqual(expect.any(Number));
    expect(ci.score.none).toBeNull();
    expect(reported([check("a/b", "low", notApplicable("no case"))]).score.none).toBe("no case");
  });
});

describe("in a container", () => {
  const disk = all.filter(({ id }) => id === "machine/disk-not-encrypted");
  const machine = (state: "encrypted" | "not-encrypted" | "unknown", inside: boolean) => {
    const auditInputs = sightsOf();
    const seen: MachineInput = {
      ...auditInputs.machine,
      isContainer: { kind: "seen", value: inside },
      diskEncryption: { kind: "seen", value: { state, by: "disk" } },
    };
    return runChecks(disk, { ...auditInputs, machine: seen })[0]?.result.outcome;
  };
  it.each([
    ["not-encrypted", true, "not-applicable"],
    ["unknown", true, "not-applicable"],
    ["encrypted", true, "pass"],
    ["not-encrypted", false, "fail"],
    ["unknown", false, "unseen"],
  ] as const)("a disk that is %s (%s) is %s", (state, inside, outcome) => {
    expect(machine(state, inside)).toBe(outcome);
  });
});
