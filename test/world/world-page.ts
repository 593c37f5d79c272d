// The page `docs/reference/world.md`: what the scan finds in public repositories, by half, tier, kind of file and language.
import { readAuditLabels, trueShare } from "./audit-labels.ts";
import { missedSection, readMissed } from "./missed-audits.ts";
import { type AuditFigures, SEVERITIES } from "./measure-world-audits.ts";
import type { Peer } from "./peers.ts";
import { type Measured, ratesOf, shareText } from "./rates.ts";
import { HALVES, type Repository } from "./repositories.ts";
import { kindOf } from "./samples.ts";

/** What the page is made of. */
export type WorldFigures = Measured & {
  readonly repositories: readonly Repository[];
  /** What other scanners found in the same files. */
  readonly peers: readonly Peer[];
  /** Repositories of which a clone was there. */
  readonly read: number;
  readonly audited: readonly AuditFigures[];
  readonly date: Date;
};

const TITLES = {
  sealed: "The sealed half",
  open: "The open half",
  practice: "The practice set",
} as const;
const HEAD = "| part | labels | recall | precision | findings not read |\n|---|---|---|---|---|";

/** The page as Markdown. */
export function worldPage({
  repositories,
  labels,
  found,
  drawn,
  peers,
  read,
  audited,
  date,
}: WorldFigures): string {
  const namesOf = (half: string) =>
    new Set(repositories.filter((one) => one.half === half).map(({ name }) => name));
  const halves = HALVES.map((half) => ({ half, names: namesOf(half) }));
  const sections = halves.flatMap(({ half, names }) => {
    const isOwn = ({ repository }: { readonly repository: string }) => names.has(repository);
    const own = { labels: labels.filter(isOwn), found: found.filter(isOwn), drawn };
    return [
      `## ${TITLES[half]}: ${names.size} repositories, ${own.labels.length} labels`,
      "",
      tiers(
        own,
        peers.map(({ name, found: all }) => ({ name, found: all?.filter(isOwn) })),
      ),
      "",
      "### By kind of file",
      "",
      byKind(own),
      "",
      "### By language",
      "",
      byLanguage(own, repositories),
      "",
    ];
  });
  return [
    "# The scan on the real world",
    "",
    `Written by \`npm run world -- --mirrors DIR --write\` on ${date.toISOString().slice(0, 10)}: ${read} of ${repositories.length} public repositories at`,
    "fixed commits (`test/world/repositories.tsv`, `practice.tsv`), chosen before their lines were read. What is read and how it is\nlabelled: `test/world/README.md`. Nobody looked at lines of the sealed half while detectors were written. In brackets: how many, and the",
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

function tiers(own: Measured, peers: readonly Peer[]): string {
  const rows = (["secret", "personal"] as const).flatMap((asked) =>
    (["high", "medium", "low"] as const).map((least) =>
      row(`${asked}, ${least === "low" ? "all tiers" : `${least} and above`}`, own, {
        asked,
        least,
      }),
    ),
  );
  const others = peers.map(({ name, found }) =>
    found === undefined
      ? `| ${name}: not installed | - | - | - | - |`
      : row(`${name}: secret`, { ...own, found }, { asked: "secret", least: "high" }),
  );
  return [HEAD, ...rows, ...others].join("\n");
}

function byKind(own: Measured): string {
  const kinds = ["settings", "code", "prose", "other"] as const;
  return table(
    kinds.map((kind) => ({ name: kind, isIn: ({ path }) => kindOf(path) === kind })),
    own,
  );
}

function byLanguage(own: Measured, repositories: readonly Repository[]): string {
  const languages = new Map(repositories.map(({ name, language }) => [name, language]));
  const all = [...new Set(languages.values())].toSorted();
  return table(
    all.map((language) => ({
      name: language,
      isIn: ({ repository }) => languages.get(repository) === language,
    })),
    own,
  );
}

type Part = {
  readonly name: string;
  readonly isIn: (one: { readonly path: string; readonly repository: string }) => boolean;
};

/** Secrets at medium and above, part by part; parts without a label are left out. */
function table(parts: readonly Part[], { labels, found, drawn }: Measured): string {
  const rows = parts.flatMap(({ name, isIn }) => {
    const own = labels.filter(isIn);
    return own.length === 0
      ? []
      : [
          row(
            name,
            { labels: own, found: found.filter(isIn), drawn },
            { asked: "secret", least: "medium" },
          ),
        ];
  });
  return [HEAD, ...rows].join("\n");
}

function row(
  name: string,
  own: Measured,
  {
    asked,
    least,
  }: { readonly asked: "secret" | "personal"; readonly least: "high" | "medium" | "low" },
): string {
  const { recall, precision, unlabelled } = ratesOf(own, asked, least);
  const count = own.labels.filter((one) => one.asked === asked).length;
  return `| ${name} | ${count} | ${shareText(recall)} | ${shareText(precision)} | ${unlabelled} |`;
}
