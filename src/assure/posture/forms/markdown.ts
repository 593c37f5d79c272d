// An audit's report as Markdown, for a pull request, a ticket or a wiki. Text of others stands in code spans and says nothing.
import { groupsOf, headOf, ignoredIn, stepOf } from "../report/groups.ts";
import type { AuditReport, Finding } from "../report/report.ts";
import { codeSpan, plainWords } from "./markup.ts";

/** Places of one finding, findings of one group and items of one list that are told. */
const PLACES_MAX = 20;
const FINDINGS_MAX = 200;
const ITEMS_MAX = 200;

/** The report as text. */
export function auditMarkdown(report: AuditReport): string {
  const { score, counts, waived, unseen, attest, notSeen, profile, target, at, capabilities } =
    report;
  const lines = [
    `# Audit of ${codeSpan(target)}`,
    "",
    `**${score.value === null ? `No score: ${plainWords(score.none ?? "")}` : `Score ${score.value} of 100`}** on ${at.slice(0, 10)}, by sallyport ${report.version}. ${score.formula}`,
    "",
    "| checks | passed | failed | waived | not seen | for a person | no case |",
    "|---:|---:|---:|---:|---:|---:|---:|",
    `| ${counts.checks} | ${counts.pass} | ${counts.fail} | ${counts.waived} | ${counts.unseen} | ${counts.attest} | ${counts.notApplicable} |`,
    "",
    ...groupsOf(report).flatMap((group) => [
      `## ${plainWords(headOf(group))}`,
      "",
      ...group.findings.slice(0, FINDINGS_MAX).flatMap(findingLines),
      ...more(group.findings.length - FINDINGS_MAX, "findings"),
    ]),
    ...ignoredLines(report),
    ...section(
      "Waived",
      waived.map(
        ({ id, waived: by }) =>
          `- ${codeSpan(id)} by ${codeSpan(by?.owner ?? "")} until ${by?.until ?? ""}`,
      ),
    ),
    ...section("Not seen, and so not passed", [
      ...unseen.map(
        ({ id, title, why }) => `- ${codeSpan(id)} ${plainWords(title)}: ${codeSpan(why)}`,
      ),
      ...notSeen.map(({ what, why }) => `- ${codeSpan(what)}: ${codeSpan(why)}`),
    ]),
    ...section(
      "For a person to say",
      attest.map(
        ({ id, title, why }) => `- ${codeSpan(id)} ${plainWords(title)}: ${codeSpan(why)}`,
      ),
    ),
    ...section(
      "What the repository's commands can do",
      (capabilities?.commands ?? []).flatMap(({ file, name, can }) =>
        can.length === 0
          ? []
          : [`- ${codeSpan(name)} (${codeSpan(file)}): ${can.map(({ kind }) => kind).join(", ")}`],
      ),
    ),
    ...(profile === null
      ? []
      : section(
          profile.title,
          profile.items.map(
            ({ id, title, outcome }) => `- **${outcome}** ${id}: ${plainWords(title)}`,
          ),
        )),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function ignoredLines(report: AuditReport): readonly string[] {
  const ignored = ignoredIn(report);
  if (ignored === undefined) return [];
  return ["## Ignored", "", `${codeSpan(ignored.first)}${ignored.more}: ${ignored.why}`, ""];
}

function more(count: number, what: string): readonly string[] {
  return count > 0 ? [`and ${count} more ${what}`, ""] : [];
}

/** What the terminal says of findings that one step mends together. */
function along(finding: Finding): string {
  const { also } = finding;
  return also.length === 0
    ? ""
    : `, and ${also.length} more that ${ownWords(stepOf(finding))} mends`;
}

function findingLines(finding: Finding): readonly string[] {
  const { id, title, severity, also, why, fix, faults, references, controls, note } = finding;
  const shown = faults.slice(0, PLACES_MAX);
  const left = faults.length - shown.length;
  return [
    `### ${severity}: ${plainWords(title)}${along(finding)} (${codeSpan(id)})`,
    "",
    ...shown.map(({ file, line, evidence, message }) => {
      const at =
        file === undefined ? "" : `${codeSpan(line === undefined ? file : `${file}:${line}`)}: `;
      return `- ${at}${plainWords(message)}${evidence === "" ? "" : ` ${codeSpan(evidence)}`}`;
    }),
    ...(left > 0 ? [`- and ${left} more places`] : []),
    ...also.map((one) => `- mended with it: ${plainWords(one.title)} (${codeSpan(one.id)})`),
    "",
    `**Why:** ${ownWords(why)}`,
    "",
    `**Fix:** ${ownWords(fix)}`,
    ...(note === null ? [] : ["", `**Note:** ${plainWords(note)}`]),
    "",
    `References: ${[...references, ...controls].join(", ")}`,
    "",
  ];
}

/** Words of a check's data: what stands in backticks is a code span already, the rest is plain. */
function ownWords(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? part : plainWords(part)))
    .join("");
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const left = more(lines.length - ITEMS_MAX, "of these");
  return [`## ${plainWords(title)}`, "", ...lines.slice(0, ITEMS_MAX), "", ...left];
}
