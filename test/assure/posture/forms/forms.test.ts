// Forms of an audit's report: each by the rules of its standard, with text of others that tries to break it.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditHtml } from "#assure/posture/forms/html.ts";
import { auditJunit } from "#assure/posture/forms/junit.ts";
import { auditMarkdown } from "#assure/posture/forms/markdown.ts";
import { ocsfFaults } from "../../../record/export/ocsf-schema.ts";
import { auditOcsf } from "#assure/posture/forms/ocsf.ts";
import { auditSarif } from "#assure/posture/forms/sarif.ts";
import { printableJson } from "#base/printable.ts";
import { SARIF_RULES } from "./sarif-rules.ts";
import { schemaFaults } from "./json-schema.ts";
import { JUNIT_XSD } from "./junit-xsd.ts";
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
  it("keeps to the rules of SARIF 2.1.0", () => {
    expect(schemaFaults(sarif, SARIF_RULES)).toEqual([]);
  });
  it("names a rule and a place for every result, and suppresses what is waived", () => {
    const [{ results, tool }] = sarif.runs;
    expect(results).toHaveLength(16);
    for (const { ruleId, ruleIndex, suppressions } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(suppressions !== undefined).toBe(ruleId === "hooks/waived");
    }
  });
  it("planted faults are found by the rules", () => {
    const broken = JSON.parse(
      JSON.stringify(sarif).replace('"startLine":3', '"startLine":0'),
    ) as unknown;
    expect(schemaFaults(broken, SARIF_RULES).join("\n")).toContain("startLine");
    const worse = JSON.parse(
      JSON.stringify(sarif).replaceAll('"level":"error"', '"level":"fatal"'),
    ) as unknown;
    expect(schemaFaults(worse, SARIF_RULES).join("\n")).toContain("level");
    expect(schemaFaults({ ...sarif, more: 1 }, SARIF_RULES).join("\n")).toContain("more");
  });
});

describe("JUnit", () => {
  const xml = auditJunit(report);
  it("keeps to the rules of JUnit's XML, which find planted faults", (context) => {
    try {
      execFileSync("xmllint", ["--version"], { stdio: "ignore" });
    } catch {
      context.skip("xmllint is not installed");
    }
    const folder = mkdtempSync(join(tmpdir(), "sallyport-junit-"));
    const schema = join(folder, "junit.xsd");
    writeFileSync(schema, JUNIT_XSD);
    const faults = (input: string): string => {
      const words = ["--noout", "--nonet", "--schema", schema, "-"];
      const { stderr } = spawnSync("xmllint", words, { input, encoding: "utf8" });
      return stderr.trim();
    };
    const [sound, broken, torn] = [
      xml,
      xml.replace(' classname="', ' class="'),
      xml.slice(0, -9),
    ].map(faults);
    rmSync(folder, { recursive: true });
    expect(sound).toBe("- validates");
    expect(broken).toContain("classname");
    expect(torn).toContain("error");
  });
  it("counts what fails, and skips what is waived, unseen or a person's", () => {
    expect(xml).toContain('tests="8" failures="3" errors="0" skipped="4"');
    expect(xml.match(/<failure /g)).toHaveLength(3);
    expect(xml.match(/<skipped /g)).toHaveLength(4);
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
