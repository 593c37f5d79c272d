// `npm run world -- --audits --mirrors DIR`: which share of the audit's findings about sixty public repositories is true.
import {
  readAuditAnswers,
  readAuditLabels,
  auditKey,
  trueShare,
  writeAuditLabels,
  writeAuditQuestions,
} from "./audit-labels.ts";
import { type AuditFinding, auditedOf, auditOf } from "./audits.ts";
import { shareText } from "./rates.ts";
import { type Half, mirrorOf, readRepositories } from "./repositories.ts";

/** The figures of one half. `lines`: of the report in words, middle and most; `milliseconds` likewise. */
export type AuditFigures = {
  readonly half: Half;
  readonly repositories: number;
  readonly findings: readonly AuditFinding[];
  readonly lines: readonly [number, number];
  readonly milliseconds: readonly [number, number];
};

export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

/** Takes the answers about one half back as labels, and gives how many. */
export function takeAudits(file: string, half: Half): number {
  const taken = readAuditAnswers(file);
  writeAuditLabels(half, [...readAuditLabels(half), ...taken]);
  return taken.length;
}

/**
 * Audits the chosen repositories of the halves. `onEach` is called before each. `isEvery`: all that carry settings of an agent; the
 * figures of the page are those of the chosen thirty.
 */
export function measureAudits(
  mirrors: string,
  halves: readonly Half[],
  onEach: (name: string) => void,
  isEvery = false,
): readonly AuditFigures[] {
  const chosen = auditedOf(readRepositories(), isEvery ? Number.POSITIVE_INFINITY : undefined);
  return halves.map((half) => {
    const audits = chosen
      .filter((one) => one.half === half)
      .flatMap((repository) => {
        const mirror = mirrorOf(mirrors, repository);
        if (mirror === undefined)
          throw new Error(`there is no clone of ${repository.name} below ${mirrors}`);
        onEach(repository.name);
        return auditOf(mirror, repository) ?? [];
      });
    return {
      half,
      repositories: audits.length,
      findings: audits.flatMap(({ findings }) => findings),
      lines: middleAndMost(audits.map(({ lines }) => lines)),
      milliseconds: middleAndMost(audits.map(({ milliseconds }) => milliseconds)),
    };
  });
}

/** The lines that say the figures. */
export function auditLines(figures: readonly AuditFigures[]): readonly string[] {
  return figures.flatMap(({ half, repositories, findings, lines, milliseconds }) => {
    const labels = readAuditLabels(half);
    return [
      `${half}: ${repositories} audits, ${findings.length} places; report of ${lines[0]} lines in the middle, ${lines[1]} at most; ${milliseconds[0]} ms, ${milliseconds[1]} ms at most`,
      ...[undefined, ...SEVERITIES].map((severity) => {
        const { share, unlabelled } = trueShare(findings, labels, severity);
        return `  ${(severity ?? "all").padEnd(9)} true ${shareText(share)}  not read ${unlabelled}`;
      }),
    ];
  });
}

/** Writes the findings that nobody has read to files for a reader, and gives how many. */
export function askAudits(file: string, figures: readonly AuditFigures[]): number {
  const known = new Set(figures.flatMap(({ half }) => readAuditLabels(half).map(auditKey)));
  const left = figures.flatMap(({ findings }) =>
    findings.filter((one) => !known.has(auditKey(one))),
  );
  const once = [...new Map(left.map((one) => [auditKey(one), one])).values()];
  writeAuditQuestions(file, once);
  return once.length;
}

function middleAndMost(all: readonly number[]): readonly [number, number] {
  const sorted = all.toSorted((one, other) => one - other);
  return [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
}
