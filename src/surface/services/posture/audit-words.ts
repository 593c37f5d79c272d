// An audit's report on one screen: what is wrong in this repository, worst first, then one line for each thing around it.
import type { Severity } from "#assure/posture/check.ts";
import { type Group, groupsOf, ignoredIn, stepOf } from "#assure/posture/report/groups.ts";
import type { AuditReport, Finding } from "#assure/posture/report/report.ts";
import { printable } from "#base/printable.ts";
import { paint, type Terminal } from "../../foundation/terminal/terminal.ts";
import {
  auditSummary,
  capabilityLines,
  COLOURS,
  placeLines,
  profileLines,
  unsettledLines,
  wrapped,
} from "./audit-details.ts";

/** Lines for what stands in the repository: past them the milder findings are told in fewer lines. */
const LINES_MAX = 34;
/** Places of one finding, lines of one text, and places not seen that are shown; `--all` has them all. */
const PLACES_SHOWN = 3;
const TEXT_LINES_MAX = 2;
const NOT_SEEN_SHOWN = 3;
/** Characters of a name and its places that stand in one line. */
const ONE_LINE_MAX = 100;

/** How much is told of a finding: with evidence and repair, with repair, or in one line. */
type Detail = "full" | "short" | "line";
/** From the most to the least; each step takes lines from the mildest that still has some to give. */
const DETAILS: readonly Readonly<Record<Severity, Detail>>[] = [
  { critical: "full", high: "full", medium: "short", low: "line", info: "line" },
  { critical: "full", high: "short", medium: "short", low: "line", info: "line" },
  { critical: "full", high: "short", medium: "line", low: "line", info: "line" },
  { critical: "short", high: "short", medium: "line", low: "line", info: "line" },
  { critical: "short", high: "line", medium: "line", low: "line", info: "line" },
];

/** The lines of the report, about one screen. */
export function auditLines(report: AuditReport, terminal: Terminal): readonly string[] {
  const { findings, waived, unseen, attest, notSeen, profile } = report;
  const [here, around] = groupsOf(report);
  return [
    ...(here === undefined ? [] : hereLines(here, terminal)),
    ...(around === undefined ? [] : aroundLines(around, terminal)),
    ...ignoredLines(report),
    ...(waived.length === 0 ? [] : [`WAIVED  ${waived.length}`]),
    ...waived.map(
      ({ id, waived: by }) => `  ${id}: ${printable(by?.owner ?? "")} until ${by?.until ?? ""}`,
    ),
    ...(waived.length === 0 ? [] : [""]),
    ...unsettledLines("NOT SEEN, and so not passed", unseen, terminal, NOT_SEEN_SHOWN),
    ...placeLines(notSeen, terminal, NOT_SEEN_SHOWN),
    ...(profile === null ? [] : profileLines(profile, terminal)),
    ...capabilityLines(report.capabilities),
    ...(attest.length === 0
      ? []
      : [`FOR A PERSON TO SAY  ${attest.length}: no machine sees these; \`--all\` names them`]),
    ...(findings.length === 0
      ? []
      : ["`--all` has every place with evidence, why it matters and its repair"]),
    auditSummary(report),
  ];
}

function hereLines({ title, counts, findings }: Group, terminal: Terminal): readonly string[] {
  const head = `${title.toUpperCase()}  ${counts}`;
  if (findings.length === 0) return [head, ""];
  const forms = DETAILS.map((detail) =>
    findings.flatMap((finding) => findingLines(finding, detail[finding.severity], terminal)),
  );
  const fitting = forms.find((lines) => lines.length <= LINES_MAX) ?? forms.at(-1) ?? [];
  return [head, ...fitting, ""];
}

/** One line for all files that look like settings and are none. */
function ignoredLines(report: AuditReport): readonly string[] {
  const ignored = ignoredIn(report);
  if (ignored === undefined) return [];
  return [`IGNORED  ${printable(ignored.first)}${ignored.more}: ${ignored.why}`, ""];
}

function findingLines(finding: Finding, detail: Detail, terminal: Terminal): readonly string[] {
  const { id, title, severity, faults, fix, note } = finding;
  const name = `${paint(terminal, COLOURS[severity], severity.padEnd(8))} ${title}`;
  const head = `  ${name}  ${paint(terminal, "dim", `[${id}]`)}`;
  const places = placesOf(finding);
  if (detail === "line") {
    const width = severity.length + title.length + id.length + places.length;
    if (width < ONE_LINE_MAX) return [`${head}  ${paint(terminal, "cyan", places)}`];
    return [head, ...within(paint(terminal, "cyan", places), 1)];
  }
  const [first] = faults;
  const evidence = detail === "full" ? (first?.evidence ?? "") : "";
  return [
    head,
    ...within(paint(terminal, "cyan", places), TEXT_LINES_MAX),
    ...(evidence === "" ? [] : within(`| ${printable(evidence)}`, 1)),
    ...(detail === "full" ? within(printable(first?.message ?? ""), TEXT_LINES_MAX) : []),
    ...(note === null ? [] : within(`note: ${printable(note)}`, 1)),
    ...within(`fix: ${fix}`, detail === "full" ? TEXT_LINES_MAX : 1),
  ];
}

/** Where a finding stands: its first places, those of one file together, and how many more there are. */
function placesOf({ faults }: Finding): string {
  const placed = faults.filter(({ file }) => file !== undefined);
  const byFile = new Map<string, number[]>();
  for (const { file = "", line } of placed.slice(0, PLACES_SHOWN)) {
    const lines = byFile.get(file) ?? [];
    byFile.set(file, line === undefined || lines.includes(line) ? lines : [...lines, line]);
  }
  const shown = [...byFile].map(([file, lines]) =>
    lines.length === 0 ? printable(file) : `${printable(file)}:${lines.join(",")}`,
  );
  const more = placed.length - Math.min(placed.length, PLACES_SHOWN);
  return `${shown.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** A text below a finding in at most so many lines; what does not fit is cut and marked. */
function within(text: string, linesMax: number): readonly string[] {
  const lines = wrapped(text, "           ");
  if (lines.length <= linesMax) return lines;
  const kept = lines.slice(0, linesMax);
  return [...kept.slice(0, -1), `${kept.at(-1) ?? ""} …`];
}

/** One line for each thing, and one for all that one step mends. */
function aroundLines(
  { title, counts, about, findings }: Group,
  terminal: Terminal,
): readonly string[] {
  const joined = findings.filter(({ also }) => also.length > 0);
  const single = findings.filter(({ also }) => also.length === 0);
  return [
    `${title.toUpperCase()}  ${counts}: ${about}`,
    ...joined.map((finding) => {
      const { severity, title: what, also } = finding;
      const word = paint(terminal, COLOURS[severity], severity.padEnd(8));
      return `  ${word} ${what}, and ${also.length} more that ${stepOf(finding)} mends`;
    }),
    ...single.map(({ id, severity, title: what }) => {
      const word = paint(terminal, COLOURS[severity], severity.padEnd(8));
      return `  ${word} ${what}  ${paint(terminal, "dim", `[${id}]`)}`;
    }),
    "",
  ];
}
