// A report with text that would break a form: names, evidence and words that speak HTML, XML, Markdown and terminals.
import { type CheckResult, type Severity, unseen, verdict } from "#assure/posture/check.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { type AuditReport, reportOf } from "#assure/posture/report/report.ts";
import type { CheckRun } from "#assure/posture/run-checks.ts";
import type { StatementInput } from "#assure/posture/inputs/audit-inputs.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

/** What stands in every foreign text of the report. */
export const HOSTILE = `<script>alert('x')</script>"]]>&\u0000\u001B[31m\u202E\`\`|[a](http://evil.example) @everyone`;
const FILE = `a ${HOSTILE}/ü/b.sh`;

function run(id: string, severity: Severity, result: CheckResult): CheckRun {
  const family = "hooks";
  const words = { title: `title of ${id}`, why: "why", fix: "fix <this> & that" };
  const lists = { references: ["X.1"], controls: ["soc2/cc6.1"], profiles: [] };
  return { check: { id, family, severity, ...words, ...lists, look: () => result }, result };
}

const failed = verdict(
  [FILE],
  [
    { file: FILE, line: 3, column: 7, evidence: HOSTILE, message: `message ${HOSTILE}` },
    { evidence: "", message: "of the machine" },
    { file: "~/.claude/settings.json", evidence: "mode 0777", message: "open", fix: "chmod" },
    { file: "/etc/claude-code/managed-settings.json", line: 1, evidence: "", message: "old" },
  ],
);
const waiver = (about: string, state: StatementInput["state"]): StatementInput => ({
  id: "0",
  kind: "waiver",
  about,
  owner: `Ada ${HOSTILE}`,
  until: "2026-12-31",
  state,
  isHere: true,
});

/** The report: one finding of each gravity, one waived, one whose waiver ended, one unseen, one for a person. */
export function hostileReport(): AuditReport {
  const runs = [
    run("hooks/low", "low", failed),
    run("hooks/critical", "critical", failed),
    run("hooks/waived", "high", failed),
    run("hooks/ended", "medium", failed),
    run("hooks/passed", "high", verdict(["a"], [])),
    run("hooks/unseen", "high", unseen(`because ${HOSTILE}`)),
    run("hooks/attest", "low", { outcome: "attest", lookedAt: [], faults: [] }),
    run("hooks/none", "low", { outcome: "not-applicable", lookedAt: [], faults: [] }),
  ];
  const auditInputs = sightsFromMemory(
    { files: {} },
    { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) },
    {
      unseen: [{ what: FILE, why: "it may not be read" }],
      statements: {
        kind: "seen",
        value: [waiver("hooks/waived", "in-force"), waiver("hooks/ended", "expired")],
      },
    },
  );
  const leftOut = [{ what: ".git/", why: "git" }];
  return reportOf(runs, { auditInputs, leftOut, target: `./${HOSTILE}`, version: "0.1.0" });
}
