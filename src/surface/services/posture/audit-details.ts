// All of an audit's report in words: the worst first, every place with evidence, why it matters and what repairs it.
import { SEVERITIES, type Severity } from "#assure/posture/check.ts";
import { capabilityCounts } from "#assure/posture/capabilities.ts";
import type { AuditReport, Finding, Unsettled } from "#assure/posture/report/report.ts";
import { printable } from "#base/printable.ts";
import { paint, type Terminal } from "../../foundation/terminal/terminal.ts";

/** Places of one finding, findings, and other lines that are shown; `--json` has all. */
const PLACES_SHOWN = 20;
const LINES_SHOWN = 60;
const COMMANDS_SHOWN = 6;
const WIDTH = 100;
/** What a severity is painted in. */
export const COLOURS = {
  critical: "red",
  high: "red",
  medium: "cyan",
  low: "dim",
  info: "dim",
} as const satisfies Readonly<Record<Severity, string>>;

/** The lines of the whole report. */
export function auditDetails(report: AuditReport, terminal: Terminal): readonly string[] {
  const { findings, waived, unseen, attest, notSeen, profile } = report;
  return [
    ...SEVERITIES.flatMap((severity) => {
      const own = findings.filter((finding) => finding.severity === severity);
      if (own.length === 0) return [];
      const head = paint(terminal, COLOURS[severity], `${severity.toUpperCase()}  ${own.length}`);
      return [head, ...own.flatMap((finding) => [...findingLines(finding, terminal), ""])];
    }),
    ...(waived.length === 0 ? [] : [`WAIVED  ${waived.length}`]),
    ...waived.map(
      ({ id, waived: by }) => `  ${id}: ${printable(by?.owner ?? "")} until ${by?.until ?? ""}`,
    ),
    ...(waived.length === 0 ? [] : [""]),
    ...unsettledLines("NOT SEEN, and so not passed", unseen, terminal),
    ...placeLines(notSeen, terminal),
    ...attestLines(attest),
    ...(profile === null ? [] : profileLines(profile, terminal)),
    ...capabilityLines(report.capabilities),
    auditSummary(report),
  ];
}

function findingLines(finding: Finding, terminal: Terminal): readonly string[] {
  const { id, title, faults, also, why, fix, note } = finding;
  const shown = faults.slice(0, PLACES_SHOWN);
  const more = faults.length - shown.length;
  return [
    `  ${title}  ${paint(terminal, "dim", `[${id}]`)}`,
    ...shown.flatMap(({ file, line, column, evidence, message }) => {
      const at = [file, line, column].filter((part) => part !== undefined).join(":");
      return [
        ...(at === "" ? [] : [`    ${paint(terminal, "cyan", printable(at))}`]),
        ...(evidence === "" ? [] : [`      ${paint(terminal, "dim", "|")} ${printable(evidence)}`]),
        ...wrapped(printable(message), "      "),
      ];
    }),
    ...(more > 0 ? [`    and ${more} more places; \`--json\` has all`] : []),
    ...(also.length === 0 ? [] : wrapped(`mended with it: ${alsoWords(also)}`, "    ")),
    ...(note === null ? [] : [`    note: ${printable(note)}`]),
    ...wrapped(`why: ${why}`, "    "),
    ...wrapped(`fix: ${fix}`, "    "),
  ];
}

function alsoWords(also: Finding["also"]): string {
  return also.map(({ id, title }) => `${title} [${id}]`).join(", ");
}

/** Checks that could not look, with the reason. */
export function unsettledLines(
  head: string,
  list: readonly Unsettled[],
  terminal: Terminal,
  most = LINES_SHOWN,
): readonly string[] {
  if (list.length === 0) return [];
  const shown = list.slice(0, most);
  return [
    `${head}  ${list.length}`,
    ...shown.map(
      ({ id, title, why }) => `  ${id}: ${title} ${paint(terminal, "dim", `(${printable(why)})`)}`,
    ),
    ...rest(list.length - shown.length),
    "",
  ];
}

/** WHY by name alone: each says that nobody attests it, and so does the head. */
function attestLines(list: readonly Unsettled[]): readonly string[] {
  if (list.length === 0) return [];
  const shown = list.slice(0, LINES_SHOWN).map(({ id }) => id.replace(/^governance\//, ""));
  const more = list.length - shown.length;
  return [
    `FOR A PERSON TO SAY  ${list.length}: no machine can see these, and nobody attests them yet`,
    ...wrapped(`${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`, "  "),
    "  `sallyport attestation add governance/ID --evidence FILE` says that one holds; `--json` has them all",
    "",
  ];
}

/** Places that could not be looked at. */
export function placeLines(
  list: AuditReport["notSeen"],
  terminal: Terminal,
  most = LINES_SHOWN,
): readonly string[] {
  if (list.length === 0) return [];
  const shown = list.slice(0, most);
  return [
    `PLACES NOT SEEN  ${list.length}`,
    ...shown.map(
      ({ what, why }) => `  ${printable(what)} ${paint(terminal, "dim", `(${printable(why)})`)}`,
    ),
    ...rest(list.length - shown.length),
    "",
  ];
}

/** The items of a checklist and how each stands. */
export function profileLines(
  { title, items }: NonNullable<AuditReport["profile"]>,
  terminal: Terminal,
): readonly string[] {
  const words = {
    pass: paint(terminal, "green", "pass    "),
    fail: paint(terminal, "red", "FAIL    "),
    unseen: "not seen",
    attest: "attest  ",
    "not-applicable": paint(terminal, "dim", "no case "),
  };
  const held = items.filter(({ outcome }) => outcome === "pass").length;
  return [
    `${title}: ${held} of ${items.length} hold`,
    ...items.map(({ id, title: item, outcome, checks }) => {
      const failed = checks.filter((check) => check.outcome === "fail").map((check) => check.id);
      const by = failed.length === 0 ? "" : paint(terminal, "dim", `  ${failed.join(", ")}`);
      const count = checks.length === 1 ? "1 check" : `${checks.length} checks`;
      return `  ${words[outcome]} ${id.padEnd(4)} ${item} (${count})${by}`;
    }),
    "",
  ];
}

/** What the repository's own commands can do, by kind. */
export function capabilityLines(capabilities: AuditReport["capabilities"]): readonly string[] {
  if (capabilities === null) return [];
  const { commands, left } = capabilities;
  return [
    `WHAT THE REPOSITORY'S COMMANDS CAN DO  ${commands.length}`,
    ...capabilityCounts(capabilities).map(({ kind, commands: own }) => {
      const shown = own.slice(0, COMMANDS_SHOWN).map(printable).join(", ");
      const more = own.length > COMMANDS_SHOWN ? ` and ${own.length - COMMANDS_SHOWN} more` : "";
      return `  ${kind.padEnd(12)} ${shown}${more}`;
    }),
    ...(left > 0 ? [`  ${left} more commands were not judged`] : []),
    "",
  ];
}

/** The score and how the checks came out, in one line. */
export function auditSummary({ score, counts, target, commit, checks: all }: AuditReport): string {
  const { checks, pass, fail, findings, waived, unseen, attest, notApplicable } = counts;
  const inFindings = findings === fail ? "" : ` (in ${findings} findings)`;
  const parts = [
    `${checks} checks: ${pass} passed, ${fail} failed${inFindings}`,
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(unseen === 0 ? [] : [`${unseen} not seen`]),
    ...(attest === 0 ? [] : [`${attest} for a person`]),
    `${notApplicable} without a case here`,
  ];
  const head =
    score.value === null
      ? `no score for ${printable(target)}: ${printable(score.none ?? "")}`
      : `score ${score.value} of 100 for ${printable(target)}, by the ${score.looked} of ${score.withCase} checks that looked`;
  const { files = 0 } = all.find(({ id }) => id === "secrets/in-committed-file")?.read ?? {};
  const scanned = score.liveKeys === null ? [] : [scannedWords(score.liveKeys, files, commit)];
  return [`${head}; ${parts.join(", ")}`, ...scanned].join("\n");
}

/** What was read for secrets, and what that says of the score. */
function scannedWords(liveKeys: number, files: number, commit: string | null): string {
  const at = commit === null ? "" : ` at ${commit.slice(0, 12)}`;
  const keys =
    liveKeys === 0
      ? "no key that looks live"
      : `${liveKeys} places of keys that look live: no score is above 9 with one`;
  return `secrets: ${files} files read${at}, ${keys}`;
}

function rest(more: number): readonly string[] {
  return more > 0 ? [`  and ${more} more; \`--json\` has all`] : [];
}

/** Lines of at most `WIDTH` columns; further lines stand below the first word. */
export function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length > WIDTH && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
