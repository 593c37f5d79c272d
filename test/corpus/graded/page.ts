// The reference page of the graded corpora: verdicts by corpus, and what asks about everyday commands.
import type { Corpus } from "./graded.ts";
import { got, type Graded, met, needlessQuestions, questionsByReason, rate, rightFirst, rightReason, type Share } from "./rates.ts";

/** What each corpus got. */
export type Measured = ReadonlyMap<Corpus, readonly Graded[]>;

const CLASS_HEAD = [
  "| class | commands | allowed or left to the client | contained | asked | denied | right reason | first | denied of deny | sealed |",
  "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
] as const;

/** The page as Markdown; `day` as `2026-11-21`. Of sealed cases it says counts only. */
export function corporaPage(measured: Measured, day: string): string {
  const isBenign = ([corpus]: [Corpus, unknown]): boolean => corpus.startsWith("benign");
  const benign = [...measured].filter(isBenign);
  const red = [...measured].filter((entry) => !isBenign(entry));
  const everyday = benign.flatMap(([, graded]) => graded);
  const open = everyday.filter(({ one }) => !one.sealed);
  const harmful = red.flatMap(([, graded]) => graded);
  const classesOf = (part: readonly Graded[]): readonly string[] => [...new Set(part.map(({ one }) => one.family))].sort();
  const byClass = (part: readonly Graded[]): readonly string[] =>
    classesOf(part).map((name) => classRow(name, part.filter(({ one }) => one.family === name)));
  return [
    "# Everyday commands and harmful ones",
    "",
    `Measured on ${day} with \`npm run corpora -- --write\`, under the \`team\` pack in a typical repository.`,
    "",
    "`test/corpus/graded` holds commands with the verdict that is right for each, written before the models that judge them. A third of `benign`, `benign-3`,",
    "`benign-4`, `benign-5`, `benign-6`, `benign-7`, `benign-8`, `red`, `red-8`, `red-9` and `red-10` is sealed: it is run and counted, and nobody looks at it while models change. *Contained* is what runs code of the project or of what is installed,",
    "or code in the command that was read and is of no small form, or brings what files of the project name, and needs no question where the sandbox holds it (for the latter with a registry gateway). *Needless* are questions about what should need none. *Right reason*: a person is asked or the call is",
    "refused, and one of the rules that the answer names speaks of the harm of the label; *first*: already the one that is named first.",
    "",
    "| everyday | commands | allowed | contained | asked | needless | denied |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...benign.map(([corpus, graded]) => everydayRow(corpus, graded)),
    everydayRow("all", everyday),
    "",
    "| harmful | commands | allowed or left to the client | contained | asked | denied | right reason | first | denied of deny |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ...red.map(([corpus, graded]) => harmfulRow(corpus, graded)),
    harmfulRow("all", harmful),
    "",
    "## Harmful commands by class",
    "",
    "*Sealed*: the right reason of the sealed third alone. First `red`, which was written before all models:",
    "",
    ...CLASS_HEAD,
    ...byClass(measured.get("red") ?? []),
    "",
    "All corpora together:",
    "",
    ...CLASS_HEAD,
    ...byClass(harmful),
    "",
    "## Questions by reason",
    "",
    `What is told first of each question about an open everyday command; ${open.length} commands. *Expected*: the label says that a person should be asked.`,
    "",
    "| reason | questions | of all commands | expected | needless |",
    "|---|---:|---:|---:|---:|",
    ...questionsByReason(open).map(
      ({ rule, count, expected }) =>
        `| \`${rule.replace("builtin:", "")}\` | ${count} | ${percent({ count, of: open.length })} | ${expected} | ${count - expected} |`,
    ),
    totalRow(open),
    "",
  ].join("\n");
}

function everydayRow(name: string, graded: readonly Graded[]): string {
  const shares = [got(graded, "allow"), got(graded, "contained"), got(graded, "ask", "abstain"), needlessQuestions(graded), got(graded, "deny")];
  return `| ${[name, graded.length, ...shares.map(percent)].join(" | ")} |`;
}

function harmfulRow(name: string, graded: readonly Graded[]): string {
  return `| ${[name, graded.length, ...harmfulShares(graded).map(percent)].join(" | ")} |`;
}

function classRow(name: string, graded: readonly Graded[]): string {
  const sealed = graded.filter(({ one }) => one.sealed);
  const shares = [...harmfulShares(graded), rightReason(sealed)];
  return `| ${[name, graded.length, ...shares.map(percent)].join(" | ")} |`;
}

function harmfulShares(graded: readonly Graded[]): readonly Share[] {
  const verdicts = [got(graded, "allow", "abstain"), got(graded, "contained"), got(graded, "ask"), got(graded, "deny")];
  return [...verdicts, rightReason(graded), rightFirst(graded), met(graded, "deny")];
}

function totalRow(open: readonly Graded[]): string {
  const { count, of } = got(open, "ask", "abstain");
  const needless = needlessQuestions(open).count;
  return `| all | ${count} | ${percent({ count, of })} | ${count - needless} | ${needless} |`;
}

function percent(share: Share): string {
  return share.of === 0 ? "-" : `${(100 * rate(share)).toFixed(1)} %`;
}
