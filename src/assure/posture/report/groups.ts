// A report's findings in the groups and words that every form of it has: the repository's own, what is around it, what was ignored.
import { SEVERITIES } from "../check.ts";
import type { AuditReport, Finding } from "./report.ts";

/** A group of findings, worst first. `counts`: how many of each severity, in words. */
export type Group = {
  readonly title: string;
  readonly counts: string;
  /** What belongs to the group, where the title does not say it. */
  readonly about: string;
  readonly findings: readonly Finding[];
};

/** The two groups of a report; the second is there only where it has findings. */
export function groupsOf({ findings }: Pick<AuditReport, "findings">): readonly Group[] {
  const here = findings.filter(({ scope }) => scope === "repository");
  const around = findings.filter(({ scope }) => scope === "around");
  return [
    { title: "In this repository", counts: countsIn(here), about: "", findings: here },
    ...(around.length === 0
      ? []
      : [
          {
            title: "Around it",
            counts: countsIn(around),
            about: "the machine, and what nobody set",
            findings: around,
          },
        ]),
  ];
}

/** The head of a group: `In this repository: 2 high, 1 low`. */
export function headOf({ title, counts, about }: Group): string {
  return `${title}: ${counts}${about === "" ? "" : `; ${about}`}`;
}

/** How many findings there are of each severity. */
function countsIn(findings: readonly Finding[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return counts.length === 0 ? "nothing found" : counts.join(", ");
}

/** What is told of files that look like settings and are none: the first of them, how many more, and why. */
export type Ignored = { readonly first: string; readonly more: string; readonly why: string };

/** The same of a report, where there are such files. */
export function ignoredIn({ ignored }: Pick<AuditReport, "ignored">): Ignored | undefined {
  const [first, ...others] = ignored;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return { first, more, why: "the client reads no settings, hooks or skills there" };
}

/** The one step that mends a finding and those beside it, as people are told: its command, or what its check says. */
export function stepOf({ mend, fix }: Finding): string {
  return mend === null ? fix : `\`${mend}\``;
}
