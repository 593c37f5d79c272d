// A scan's report as a person reads it.
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import type { ScanReport, ScanFinding, Unseen } from "#assure/scan/scan-finding.ts";
import { paint, type Terminal } from "../../foundation/terminal/terminal.ts";

/** Findings and places that are shown as words; the rest are counted. JSON has all of them. */
const SHOWN_MAX = 500;
const PLACES_SHOWN_MAX = 40;
const COLOURS = { critical: "red", high: "red", medium: "cyan", low: "dim" } as const;

/** The lines of a report; colours only where the terminal has them. */
export function reportLines(report: ScanReport, terminal: Terminal): readonly string[] {
  const { findings, accepted, belongs, notLookedAt, leftOut } = report;
  const lines = findings.slice(0, SHOWN_MAX).flatMap((finding) => findingLines(finding, terminal));
  const hidden = findings.length - SHOWN_MAX + report.unlisted.findings;
  if (findings.length > SHOWN_MAX) lines.push(`${hidden} more findings; \`--json\` lists them`);
  for (const { file, count } of belongs.slice(0, PLACES_SHOWN_MAX)) {
    const [many, end] =
      count === 1
        ? ["1 secret", "it is where it belongs"]
        : [`${count} secrets`, "they are where they belong"];
    lines.push(`${many} in ${printable(file)}: git ignores the file, so ${end}`);
  }
  lines.push(...unseenLines(notLookedAt, "not looked at"));
  if (report.unlisted.places > 0) {
    lines.push(`not looked at: ${report.unlisted.places} more places`);
  }
  if (leftOut.length > 0) {
    const names = leftOut.slice(0, 3).map(({ what }) => printable(what));
    const more = leftOut.length > 3 ? ` and ${leftOut.length - 3} more` : "";
    lines.push(`left out: ${names.join(", ")}${more} (${printable(leftOut[0]?.why ?? "")})`);
  }
  if (accepted.length > 0) {
    const soonest = accepted.map(({ acceptance }) => acceptance.until).toSorted()[0];
    lines.push(`${accepted.length} accepted by annotation or baseline, the first until ${soonest}`);
  }
  return [...lines, summary(report)];
}

function findingLines(finding: ScanFinding, terminal: Terminal): string[] {
  const { file, line, column, gravity, rule, title, length, digest, commit, note } = finding;
  const at = length === 0 ? printable(file) : `${printable(file)}:${line}:${column}`;
  const facts = [
    ...(length === 0 ? [] : [`${length} characters`]),
    ...(digest === undefined ? [] : [`digest ${digest}`]),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 12)}`]),
    ...(note === undefined ? [] : [printable(note)]),
  ];
  return [
    `${at}  ${paint(terminal, COLOURS[gravity], gravity)}  [${rule}] ${printable(title)}`,
    ...(facts.length === 0 ? [] : [`  ${facts.join(", ")}`]),
    `  belongs into: ${printable(finding.goesTo)}`,
  ];
}

function unseenLines(places: readonly Unseen[], word: string): readonly string[] {
  const lines = places
    .slice(0, PLACES_SHOWN_MAX)
    .map(({ what, why }) => `${word}: ${printable(what)} because ${printable(why)}`);
  const more = places.length - PLACES_SHOWN_MAX;
  return more > 0 ? [...lines, `${word}: ${more} more; \`--json\` lists them`] : lines;
}

function summary({ findings, looked, notLookedAt, unlisted, scope }: ScanReport): string {
  const seen = [
    ...(looked.files > 0 ? [counted(looked.files, "file")] : []),
    ...(looked.blobs > 0 ? [counted(looked.blobs, "version") + " of files"] : []),
    ...(looked.commits > 0 ? [counted(looked.commits, "commit message")] : []),
  ];
  const amount = seen.length === 0 ? "nothing" : seen.join(", ");
  const found = counted(findings.length + unlisted.findings, "finding");
  const unseen = notLookedAt.length + unlisted.places;
  const gap = unseen === 0 ? "" : `; ${counted(unseen, "place")} not looked at: that is not clean`;
  return `${found} in ${amount} (${(looked.bytes / 1e6).toFixed(1)} MB) of ${printable(scope)}${gap}`;
}
