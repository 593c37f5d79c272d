// The forms of an audit's report by the schemas that others published: a hostile report, and those of the sources' faulty examples.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { auditJunit } from "#assure/posture/forms/junit.ts";
import { auditOcsf } from "#assure/posture/forms/ocsf.ts";
import { auditSarif } from "#assure/posture/forms/sarif.ts";
import { type AuditReport, reportOf } from "#assure/posture/report/report.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { toSarif } from "#assure/scan/sarif.ts";
import type { ScanReport, ScanFinding } from "#assure/scan/scan-finding.ts";
import { printableJson } from "#base/printable.ts";
import { sourceExamples } from "../../../corpus/posture/case.ts";
import { shippedChecks, sightsOfCase } from "../../../corpus/posture/judge.ts";
import { ocsfFaults } from "../../../record/export/ocsf-schema.ts";
import { publishedJunit, publishedSarif, sarifFaults } from "./published-schemas.ts";
import { HOSTILE, hostileReport } from "./reports.ts";

let reports: readonly AuditReport[] = [];
beforeAll(async () => {
  const checks = [...shippedChecks().values()].flat();
  const found = await Promise.all(
    sourceExamples().map(async (one) => {
      const auditInputs = await sightsOfCase(one);
      const about = { auditInputs, leftOut: [], target: one.id, version: "0.1.0" };
      return reportOf(runChecks(checks, auditInputs), about);
    }),
  );
  reports = [hostileReport(), ...found];
});

describe("SARIF", () => {
  it("validates against the published schema, which finds planted faults", async (context) => {
    const schema = await publishedSarif().catch((error: unknown) =>
      context.skip(`the schema cannot be fetched: ${String(error)}`),
    );
    const faultsOf = sarifFaults(schema);
    const logs = [...reports.map(auditSarif), toSarif(scanReport(), "0.1.0")].map(
      (log) => JSON.parse(printableJson(log)) as Readonly<Record<string, unknown>>,
    );
    expect(logs.length).toBeGreaterThan(70);
    expect(logs.flatMap((log) => faultsOf(log))).toEqual([]);
    const text = JSON.stringify(logs[0]);
    const planted = [
      text.replace('"startLine":3', '"startLine":0'),
      text.replace('"level":"error"', '"level":"fatal"'),
      text.replace('"ruleIndex":', '"ruleNumber":'),
      text.replace('"uri":"', '"uri":"a b'),
    ];
    for (const one of planted) expect(faultsOf(JSON.parse(one) as unknown)).not.toEqual([]);
  });
});

describe("JUnit", () => {
  it("validates against the published schema, which finds planted faults", async (context) => {
    if (spawnSync("xmllint", ["--version"]).status !== 0) context.skip("xmllint is not installed");
    const schema = await publishedJunit().catch((error: unknown) =>
      context.skip(`the schema cannot be fetched: ${String(error)}`),
    );
    const folder = mkdtempSync(join(tmpdir(), "sallyport-junit-"));
    const write = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const sound = reports.map((report, index) => write(`${index}.xml`, auditJunit(report)));
    const words = ["--noout", "--nonet", "--schema", schema];
    execFileSync("xmllint", [...words, ...sound], { stdio: "pipe" });
    const first = auditJunit(reports[0] ?? hostileReport());
    const planted = [
      first.replace(' classname="', ' class="'),
      first.replace("<skipped>", "<passed>"),
      first.slice(0, -9),
    ];
    const ends = planted.map(
      (text, index) =>
        spawnSync("xmllint", [...words, write(`planted-${index}.xml`, text)], { stdio: "ignore" })
          .status,
    );
    rmSync(folder, { recursive: true });
    expect(ends.every((status) => status !== 0)).toBe(true);
  });
});

describe("OCSF", () => {
  it("keeps to the table of the schema's definition files", () => {
    const events = reports.flatMap(
      (report) => auditOcsf(report) as readonly Readonly<Record<string, unknown>>[],
    );
    expect(events.length).toBeGreaterThan(1000);
    expect(events.flatMap((event) => ocsfFaults(event))).toEqual([]);
  });
});

function scanReport(): ScanReport {
  const sighting: ScanFinding = {
    rule: "aws-access-key",
    title: `title ${HOSTILE}`,
    family: "secret",
    tier: "high",
    gravity: "critical",
    file: `a ${HOSTILE}/b.env`,
    line: 1,
    column: 2,
    length: 3,
    endLine: 1,
    endColumn: 5,
    digest: "0123",
    goesTo: "a keychain",
    fingerprint: "4567",
  };
  const until = "2026-12-31";
  return {
    scope: "the files here",
    looked: { files: 1, blobs: 0, commits: 0, bytes: 10 },
    findings: [sighting, { ...sighting, commit: "0".repeat(40), note: "ended" }],
    accepted: [
      { ...sighting, acceptance: { by: "annotation", owner: HOSTILE, reason: HOSTILE, until } },
    ],
    belongs: [],
    notLookedAt: [{ what: HOSTILE, why: "it may not be read" }],
    leftOut: [],
    readAs: [],
    generated: [],
    unlisted: { findings: 0, places: 0 },
  };
}
