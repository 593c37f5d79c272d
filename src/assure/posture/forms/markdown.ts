// An audit's report as Markdown, for a pull request, a ticket or a wiki. Text of others stands in code spans and says nothing.
import { SEVERITIES } from "../check.ts";
import type { AuditReport, Finding } from "../report/report.ts";
import { codeSpan, plainWords } from "./markup.ts";

/** Places of one finding that are listed. */
const PLACES_MAX = 20;

/** The report as text. */
export function auditMarkdown(report: AuditReport): string {
  const {
    score,
    counts,
    findings,
    waived,
    unseen,
    attest,
    notSeen,
    profile,
    target,
    at,
    capabilities,
  } = report;
  const lines = [
    `# Audit of ${codeSpan(target)}`,
    "",
    `**${score.value === null ? `No score: ${plainWords(score.none ?? "")}` : `Score ${score.value} of 100`}** on ${at.slice(0, 10)}, by sallyport ${report.version}. ${score.formula}`,
    "",
    "| checks | passed | failed | waived | not seen | for a person | no case |",
    "|---:|---:|---:|---:|---:|---:|---:|",
    `| ${counts.checks} | ${counts.pass} | ${counts.fail} | ${counts.waived} | ${counts.unseen} | ${counts.attest} | ${counts.notApplicable} |`,
    "",
    ...SEVERITIES.flatMap((severity) => {
      const own = findings.filter((finding) => finding.severity === severity);
      if (own.length === 0) return [];
      return [`## ${severity} (${own.length})`, "", ...own.flatMap(findingLines)];
    }),
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

function findingLines(finding: Finding): readonly string[] {
  const { id, title, also, why, fix, faults, references, controls, note } = finding;
  const shown = faults.slice(0, PLACES_MAX);
  const more = faults.length - shown.length;
  return [
    `### ${plainWords(title)} (${codeSpan(id)})`,
    "",
    ...shown.map(({ file, line, evidence, message }) => {
      const at =
        file === undefined ? "" : `${codeSpan(line === undefined ? file : `${file}:${line}`)}: `;
      return `- ${at}${plainWords(message)}${evidence === "" ? "" : ` ${codeSpan(evidence)}`}`;
    }),
    ...(more > 0 ? [`- and ${more} more places`] : []),
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
  return lines.length === 0 ? [] : [`## ${plainWords(title)}`, "", ...lines, ""];
}
