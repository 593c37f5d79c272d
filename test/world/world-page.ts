// The page `docs/reference/world.md`: what the scan finds in public repositories, by half, tier, kind of file and language.
import { readAuditLabels, trueShare } from "./audit-labels.ts";
import type { Label } from "./labels.ts";
import { missedSection, readMissed } from "./missed-audits.ts";
import { type AuditFigures, SEVERITIES } from "./measure-world-audits.ts";
import { type FoundIn, ratesOf, shareText } from "./rates.ts";
import type { Repository } from "./repositories.ts";
import { kindOf } from "./samples.ts";

/** What the page is made of. */
export type WorldFigures = {
  readonly repositories: readonly Repository[];
  readonly labels: readonly Label[];
  readonly found: readonly FoundIn[];
  /** What another scanner found in the same files. */
  readonly peer: readonly FoundIn[];
  /** Repositories of which a clone was there. */
  readonly read: number;
  readonly audited: readonly AuditFigures[];
  readonly date: Date;
};

const HEAD = "| part | labels | recall | precision | findings not read |\n|---|---|---|---|---|";

/** The page as Markdown. */
export function worldPage({
  repositories,
  labels,
  found,
  peer,
  read,
  audited,
  date,
}: WorldFigures): string {
  const namesOf = (half: string) =>
    new Set(repositories.filter((one) => one.half === half).map(({ name }) => name));
  const halves = (["sealed", "open"] as const).map((half) => ({ half, names: namesOf(half) }));
  const sections = halves.flatMap(({ half, names }) => {
    const own = labels.filter(({ repository }) => names.has(repository));
    const of = found.filter(({ repository }) => names.has(repository));
    return [
      `## The ${half} half: ${names.size} repositories, ${own.length} labels`,
      "",
      tiers(
        own,
        of,
        peer.filter(({ repository }) => names.has(repository)),
      ),
      "",
      "### By kind of file",
      "",
      byKind(own, of),
      "",
      "### By language",
      "",
      byLanguage(own, of, repositories),
      "",
    ];
  });
  return [
    "# The scan on the real world",
    "",
    `Written by \`npm run world -- --mirrors DIR --write\` on ${date.toISOString().slice(0, 10)}: ${read} of ${repositories.length} public repositories at`,
    "fixed commits (`test/world/repositories.tsv`), chosen before anything was measured. What is read and how it is labelled:",
    "`test/world/README.md`. Nobody looked at lines of the sealed half while detectors were written. In brackets: how many, and the",
    "95 % interval of Wilson.",
    "",
    ...sections,
    ...auditSection(audited),
  ].join("\n");
}

function auditSection(audited: readonly AuditFigures[]): readonly string[] {
  const parts = audited.map((figures) => ({ ...figures, labels: readAuditLabels(figures.half) }));
  const rows = [undefined, ...SEVERITIES].map((severity) => {
    const shares = parts.map(({ findings, labels }) => {
      const { share, unlabelled } = trueShare(findings, labels, severity);
      return `${shareText(share)} | ${unlabelled}`;
    });
    return `| ${severity ?? "all"} | ${shares.join(" | ")} |`;
  });
  return [
    "## The audit",
    "",
    "Thirty repositories of each half that carry settings of a coding agent, audited in an empty home. Counted are places of findings",
    "about the repository itself; what the machine or nobody set is told apart from these. True is what is right and worth a person's",
    "minute.",
    "",
    `| severity | ${parts.map(({ half }) => `${half}: true | not read`).join(" | ")} |`,
    `|---${"|---|---".repeat(parts.length)}|`,
    ...rows,
    "",
    ...parts.map(
      ({ half, repositories, lines, milliseconds }) =>
        `The ${half} half: ${repositories} repositories; a report has ${lines[0]} lines in the middle and ${lines[1]} at most, and takes ${milliseconds[0]} ms, at most ${milliseconds[1]} ms.`,
    ),
    "",
    ...missedSection(readMissed()),
  ];
}

function tiers(
  labels: readonly Label[],
  found: readonly FoundIn[],
  peer: readonly FoundIn[],
): string {
  const rows = (["secret", "personal"] as const).flatMap((asked) =>
    (["high", "medium", "low"] as const).map((least) =>
      row(`${asked}, ${least === "low" ? "all tiers" : `${least} and above`}`, labels, found, {
        asked,
        least,
      }),
    ),
  );
  const other = row("secretlint, recommended rules: secret", labels, peer, {
    asked: "secret",
    least: "high",
  });
  return [HEAD, ...rows, other].join("\n");
}

function byKind(labels: readonly Label[], found: readonly FoundIn[]): string {
  const kinds = ["settings", "code", "prose", "other"] as const;
  return table(
    kinds.map((kind) => ({ name: kind, isIn: ({ path }) => kindOf(path) === kind })),
    labels,
    found,
  );
}

function byLanguage(
  labels: readonly Label[],
  found: readonly FoundIn[],
  repositories: readonly Repository[],
): string {
  const languages = new Map(repositories.map(({ name, language }) => [name, language]));
  const all = [...new Set(languages.values())].toSorted();
  return table(
    all.map((language) => ({
      name: language,
      isIn: ({ repository }) => languages.get(repository) === language,
    })),
    labels,
    found,
  );
}

type Part = {
  readonly name: string;
  readonly isIn: (one: { readonly path: string; readonly repository: string }) => boolean;
};

/** Secrets at medium and above, part by part; parts without a label are left out. */
function table(
  parts: readonly Part[],
  labels: readonly Label[],
  found: readonly FoundIn[],
): string {
  const rows = parts.flatMap(({ name, isIn }) => {
    const own = labels.filter(isIn);
    return own.length === 0
      ? []
      : [row(name, own, found.filter(isIn), { asked: "secret", least: "medium" })];
  });
  return [HEAD, ...rows].join("\n");
}

function row(
  name: string,
  labels: readonly Label[],
  found: readonly FoundIn[],
  {
    asked,
    least,
  }: { readonly asked: "secret" | "personal"; readonly least: "high" | "medium" | "low" },
): string {
  const { recall, precision, unlabelled } = ratesOf(labels, found, asked, least);
  const count = labels.filter((one) => one.asked === asked).length;
  return `| ${name} | ${count} | ${shareText(recall)} | ${shareText(precision)} | ${unlabelled} |`;
}
