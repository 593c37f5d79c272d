// Forms of an audit's report, with text of others that tries to break them. What their schemas say: published.test.ts.
import { describe, expect, it } from "vitest";
import { verdict } from "#assure/posture/check.ts";
import { auditHtml } from "#assure/posture/forms/html.ts";
import { auditJunit } from "#assure/posture/forms/junit.ts";
import { auditMarkdown } from "#assure/posture/forms/markdown.ts";
import { ocsfFaults } from "../../../record/export/ocsf-schema.ts";
import { auditOcsf } from "#assure/posture/forms/ocsf.ts";
import { auditSarif } from "#assure/posture/forms/sarif.ts";
import { printableJson } from "#base/printable.ts";
import { HOSTILE, hostileReport } from "./reports.ts";

const report = hostileReport();

describe("a report", () => {
  it("has the worst first, what is waived apart, and tells of a waiver that ended", () => {
    expect(report.findings.map(({ id }) => id)).toEqual([
      "hooks/critical",
      "hooks/ended",
      "hooks/low",
    ]);
    expect(report.waived.map(({ id }) => id)).toEqual(["hooks/waived"]);
    expect(report.findings[1]?.note).toContain("ended on 2026-12-31");
    expect(report.counts).toMatchObject({ fail: 3, waived: 1, pass: 1, unseen: 1, attest: 1 });
  });
  it("has what is found twice at one place once", () => {
    const fault = { file: "a", line: 1, evidence: "x", message: "found" };
    const { faults } = verdict(["a"], [fault, { ...fault }, { ...fault, line: 2 }]);
    expect(faults.map(({ line }) => line)).toEqual([1, 2]);
  });
  it("has fingerprints of their own, the same in every run", () => {
    const all = (one = hostileReport()) =>
      [...one.findings, ...one.waived].flatMap(({ faults }) => faults.map((f) => f.fingerprint));
    expect(new Set(all()).size).toBe(all().length);
    expect(all()).toEqual(all());
  });
});

describe("SARIF", () => {
  const sarif = JSON.parse(printableJson(auditSarif(report))) as {
    readonly runs: readonly [
      {
        readonly results: readonly {
          readonly suppressions?: unknown;
          readonly ruleIndex: number;
          readonly ruleId: string;
        }[];
        readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      },
    ];
  };
  it("names a rule and a place for every result, and suppresses what is waived", () => {
    const [{ results, tool }] = sarif.runs;
    expect(results).toHaveLength(16);
    for (const { ruleId, ruleIndex, suppressions } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(suppressions !== undefined).toBe(ruleId === "hooks/waived");
    }
  });
});

describe("JUnit", () => {
  const xml = auditJunit(report);
  it("counts what fails, and skips what is waived, unseen or a person's", () => {
    expect(xml).toContain('tests="8" failures="3" errors="0" skipped="4"');
    expect(xml.match(/<failure /g)).toHaveLength(3);
    expect(xml.match(/<skipped>/g)).toHaveLength(4);
    expect(xml).not.toMatch(/<script>|\u0000|\u001B/);
  });
});

describe("OCSF", () => {
  const events = auditOcsf(report) as readonly Readonly<Record<string, unknown>>[];
  it("gives an event of the class for each check that has a case here", () => {
    expect(events).toHaveLength(7);
    for (const event of events) {
      expect(event).toMatchObject({
        category_uid: 2,
        class_uid: 2003,
        type_uid: 200301,
        activity_id: 1,
      });
      // As events of the log: no npm package carries the schema.
      expect(ocsfFaults(event)).toEqual([]);
      expect(event["finding_info"]).toMatchObject({ uid: expect.any(String) as string });
      const { status_id: status } = event["compliance"] as { readonly status_id: number };
      expect([1, 2, 3]).toContain(status);
      expect([1, 2, 3, 4, 5]).toContain(event["severity_id"]);
    }
  });
  it("passes nothing that was not seen", () => {
    const unseen = events.find((event) => JSON.stringify(event).includes("hooks/unseen@"));
    expect(unseen).toMatchObject({ compliance: { status_id: 2 } });
  });
});

describe("Markdown and HTML", () => {
  it("show text of others without letting it speak", () => {
    const markdown = auditMarkdown(report);
    expect(markdown).toContain("hooks/critical");
    expect(markdown).not.toMatch(/\u0000|\u001B|\u202E/);
    // What stands outside of code spans has no tag, link or mention of its own.
    const outside = markdown.replaceAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
    expect(outside).not.toMatch(/(?<!\\)<script|(?<!\\)\[a\]|(?<!\\)@everyone/);
    const html = auditHtml(report);
    expect(html).not.toMatch(/<script|\u0000|\u001B|\u202E/);
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain("&lt;script&gt;");
    expect(HOSTILE).toContain("<script>");
  });
});
