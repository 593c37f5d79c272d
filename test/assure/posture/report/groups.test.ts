// The groups of an audit's report: the same in words, on the page and in Markdown, escaped and bounded.
import { describe, expect, it } from "vitest";
import { type Check, type Fault, verdict } from "#assure/posture/check.ts";
import { auditHtml } from "#assure/posture/forms/html.ts";
import { auditMarkdown } from "#assure/posture/forms/markdown.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { groupsOf, headOf } from "#assure/posture/report/groups.ts";
import { type AuditReport, reportOf } from "#assure/posture/report/report.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import { auditLines } from "#surface/services/posture/audit-words.ts";

const HOSTILE = 'examples/<img src=x onerror="go()">`[a](b)/.claude/settings.json';
const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };

function reported(files: Readonly<Record<string, string>>, checks: readonly Check[]): AuditReport {
  const auditInputs = sightsFromMemory({ files }, around);
  return reportOf(runChecks(checks, auditInputs), {
    auditInputs,
    leftOut: [],
    target: ".",
    version: "0.1.0",
  });
}

function check(id: string, faults: readonly Fault[], mend?: string): Check {
  const words = { title: `title of ${id}`, why: "why", fix: `fix of ${id}` };
  const lists = { references: ["X.1"], controls: [], profiles: [] };
  const step = mend === undefined ? {} : { mend };
  return {
    id,
    family: "hooks",
    severity: "medium",
    ...words,
    ...lists,
    ...step,
    look: () => verdict(["seen"], faults),
  };
}

const here = (file: string): Fault => ({ file, line: 3, evidence: "", message: "it is so" });
const absent: Fault = { evidence: "", message: "nobody set it" };
const report = reported({ [HOSTILE]: "{}", "templates/a/.mcp.json": "{}" }, [
  check("hooks/here", [here("run.sh")]),
  check("hooks/one", [absent], "sallyport init"),
  check("hooks/other", [absent], "sallyport init"),
]);

describe("the groups of a report", () => {
  const heads = groupsOf(report).map(headOf);
  const [own, other] = heads;

  it("are what stands in the repository, and what is around it", () => {
    expect(heads).toEqual([
      "In this repository: 1 medium",
      "Around it: 1 medium; the machine, and what nobody set",
    ]);
    const words = auditLines(report, { ...openTerminal({}), hasColour: false });
    expect(words).toContain("IN THIS REPOSITORY  1 medium");
    expect(words).toContain("AROUND IT  1 medium: the machine, and what nobody set");
  });

  it("stand in this order on the page and in Markdown, with what one step mends", () => {
    const html = auditHtml(report);
    expect(html.indexOf(`<h2>${own}</h2>`)).toBeGreaterThan(0);
    expect(html.indexOf(`<h2>${other}</h2>`)).toBeGreaterThan(html.indexOf("hooks/here"));
    expect(html).toContain("title of hooks/one, and 1 more that <code>sallyport init</code> mends");
    const markdown = auditMarkdown(report);
    expect(markdown.indexOf(`## ${own}`)).toBeGreaterThan(0);
    expect(markdown.indexOf(`## ${other}`)).toBeGreaterThan(markdown.indexOf("hooks/here"));
    expect(markdown).toContain("and 1 more that `sallyport init` mends");
  });

  it("are followed by what was ignored, told once and escaped", () => {
    const words = auditLines(report, { ...openTerminal({}), hasColour: false });
    expect(words.filter((line) => line.startsWith("IGNORED"))).toHaveLength(1);
    const html = auditHtml(report);
    expect(html).toContain("<h2>Ignored</h2>");
    expect(html).toContain("and 1 more: the client reads no settings, hooks or skills there");
    expect(html).not.toContain("<img");
    expect(auditMarkdown(report)).not.toMatch(/^.*(?<!`[^`\n]*)<img/m);
  });

  it("are bounded", () => {
    const checks = Array.from({ length: 700 }, (_, at) =>
      check(`hooks/n${at}`, [here(`${at}.sh`)]),
    );
    const many = reported({}, checks);
    expect(auditHtml(many)).toContain("<p>and 200 more findings</p>");
    expect(auditMarkdown(many)).toContain("and 500 more findings");
  });
});
