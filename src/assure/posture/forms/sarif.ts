// An audit's report as SARIF 2.1.0 (OASIS): every finding at each of its places, what is waived suppressed, what was not seen told.
import { SARIF_LEVELS, SARIF_SCHEMA, SARIF_SEVERITIES, uriOf } from "../../scan/sarif-forms.ts";
import { milder } from "../check.ts";
import type { AuditReport, Finding } from "../report/report.ts";

/** Where places without a file of the repository are put: every result of code hosts needs one. */
const NO_FILE = ".claude/settings.json";

/** The report as the value of a SARIF file. */
export function auditSarif(report: AuditReport): unknown {
  const all = [...report.findings, ...report.waived].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const indexOf = new Map(all.map(({ id }, index) => [id, index]));
  const unseen = [
    ...report.notSeen.map(({ what, why }) => `not seen: ${what}: ${why}`),
    ...report.unseen.map(({ id, why }) => `not seen by ${id}: ${why}`),
  ];
  return {
    $schema: SARIF_SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "sallyport",
            semanticVersion: report.version,
            rules: all.map(ruleOf),
          },
        },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: report.at,
            toolExecutionNotifications: unseen.map((text) => ({
              level: "warning",
              message: { text },
            })),
          },
        ],
        properties: { score: report.score.value, noScore: report.score.none },
        results: all.flatMap((finding) => resultsOf(finding, indexOf.get(finding.id) ?? -1)),
      },
    ],
  };
}

function ruleOf({ id, title, also, why, fix, severity, references, controls }: Finding) {
  const others = also.map((one) => `${one.title} (${one.id})`);
  return {
    id,
    shortDescription: { text: [title, ...others].join("; ") },
    fullDescription: { text: why },
    help: { text: fix },
    defaultConfiguration: { level: SARIF_LEVELS[severity] },
    properties: {
      tags: ["security", ...references, ...controls],
      "security-severity": SARIF_SEVERITIES[severity],
    },
  };
}

function resultsOf({ id, title, severity, faults, waived }: Finding, ruleIndex: number) {
  return faults.map(({ file, line, column, evidence, message, fix, fingerprint, ...of }) => ({
    ruleId: id,
    ruleIndex,
    level: SARIF_LEVELS[milder(severity, of.severity ?? severity)],
    message: { text: `${title}: ${message}${fix === undefined ? "" : `. Fix: ${fix}`}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file?.replace(/^~\//, "home/") ?? NO_FILE) },
          ...(line === undefined
            ? {}
            : {
                region: {
                  startLine: line,
                  ...(column === undefined ? {} : { startColumn: column }),
                  ...(evidence === "" ? {} : { snippet: { text: evidence } }),
                },
              }),
        },
      },
    ],
    partialFingerprints: { "sallyport/v1": fingerprint },
    ...(waived === null
      ? {}
      : {
          suppressions: [
            {
              kind: "external",
              status: "accepted",
              justification: `waived by ${waived.owner} until ${waived.until}`,
            },
          ],
        }),
  }));
}
