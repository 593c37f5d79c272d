// A scan's report as SARIF 2.1.0 (OASIS), the form that code hosts and editors read.
import { SARIF_LEVELS, SARIF_SCHEMA, SARIF_SEVERITIES, uriOf } from "./sarif-forms.ts";
import type { ScanReport, ScanFinding } from "./scan-finding.ts";

/** The report as the value of a SARIF file. What was not looked at are notifications of the run; accepted findings are suppressed. */
export function toSarif(report: ScanReport, version: string): unknown {
  const all = [...report.findings, ...report.accepted];
  const rules = [...new Map(all.map((sighting) => [sighting.rule, sighting])).values()].toSorted(
    (a, b) => (a.rule < b.rule ? -1 : 1),
  );
  const indexOf = new Map(rules.map(({ rule }, index) => [rule, index]));
  return {
    $schema: SARIF_SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "sallyport",
            semanticVersion: version,
            rules: rules.map(({ rule, title, gravity }) => ({
              id: rule,
              shortDescription: { text: title },
              defaultConfiguration: { level: SARIF_LEVELS[gravity] },
              properties: { tags: ["security"], "security-severity": SARIF_SEVERITIES[gravity] },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: report.notLookedAt.length === 0 && report.unlisted.places === 0,
            toolExecutionNotifications: report.notLookedAt.map(({ what, why }) => ({
              level: "warning",
              message: { text: `not looked at: ${what} because ${why}` },
            })),
          },
        ],
        results: [
          ...report.findings.map((sighting) => resultOf(sighting, indexOf)),
          ...report.accepted.map(({ acceptance, ...sighting }) => ({
            ...resultOf(sighting, indexOf),
            suppressions: [
              {
                kind: acceptance.by === "annotation" ? "inSource" : "external",
                status: "accepted",
                justification: `${acceptance.owner} until ${acceptance.until}: ${acceptance.reason}`,
              },
            ],
          })),
        ],
      },
    ],
  };
}

function resultOf(sighting: ScanFinding, indexOf: ReadonlyMap<string, number>) {
  const { rule, title, gravity, file, line, column, length, goesTo, note, fingerprint } = sighting;
  return {
    ruleId: rule,
    ruleIndex: indexOf.get(rule) ?? -1,
    level: SARIF_LEVELS[gravity],
    message: {
      text: `${title}${note === undefined ? "" : ` (${note})`}. It belongs into: ${goesTo}.`,
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: {
            startLine: line,
            startColumn: column,
            ...(length === 0 ? {} : { endLine: sighting.endLine, endColumn: sighting.endColumn }),
          },
        },
      },
    ],
    partialFingerprints: { "sallyport/v1": fingerprint },
    ...(sighting.commit === undefined ? {} : { properties: { commit: sighting.commit } }),
  };
}
