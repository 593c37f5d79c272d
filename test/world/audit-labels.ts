// What persons said of single findings of audits: facts without the text, in `labels/audits-open.tsv` and `labels/audits-sealed.tsv`.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AuditFinding } from "./audits.ts";
import { type Verdict, VERDICTS } from "./labels.ts";
import type { Share } from "./rates.ts";
import type { Half } from "./repositories.ts";

/** `true`: right and worth a person's minute. `noise`: right, and nobody would act on it. `false`: wrong, or far too grave. */
export type AuditLabel = Pick<AuditFinding, "repository" | "check" | "path" | "line" | "digest"> & {
  readonly verdict: Verdict;
  readonly why: string;
};

const HEAD = "repository\tcheck\tpath\tline\tdigest\tverdict\twhy";

/** Under which a label is found: the same words about the same file. */
export function auditKey({
  repository,
  check,
  path,
  digest,
}: Pick<AuditFinding, "repository" | "check" | "path" | "digest">): string {
  return [repository, check, path, digest].join("\0");
}

/** The labels of one half. Throws where a row has another form. */
export function readAuditLabels(half: Half): readonly AuditLabel[] {
  const file = fileOf(half);
  if (!existsSync(file)) return [];
  const [, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
  return rows.map((row) => {
    const [repository = "", check = "", path = "", line = "", digest = "", word = "", why = ""] =
      row.split("\t");
    const verdict = VERDICTS.find((one) => one === word);
    if (
      !/^\d+$/.test(line) ||
      !/^[0-9a-f]{16}$/.test(digest) ||
      verdict === undefined ||
      why === ""
    )
      throw new Error(`${file}: not ${HEAD.replaceAll("\t", ", ")}: ${row}`);
    return { repository, check, path, line: Number(line), digest, verdict, why };
  });
}

/** Writes the labels of one half in order; of two of one finding the later holds. */
export function writeAuditLabels(half: Half, labels: readonly AuditLabel[]): void {
  const kept = [...new Map(labels.map((label) => [auditKey(label), label])).values()];
  const rows = kept.map((one) =>
    [one.repository, one.check, one.path, one.line, one.digest, one.verdict, one.why].join("\t"),
  );
  writeFileSync(fileOf(half), `${[HEAD, ...rows.toSorted()].join("\n")}\n`);
}

/** How many findings are true of those that somebody read, at one severity or all, and how many nobody read. */
export function trueShare(
  findings: readonly AuditFinding[],
  labels: readonly AuditLabel[],
  severity?: AuditFinding["severity"],
): { readonly share: Share; readonly unlabelled: number } {
  const verdicts = new Map(labels.map((label) => [auditKey(label), label.verdict]));
  const own = findings.filter((one) => severity === undefined || one.severity === severity);
  const read = own
    .map((one) => verdicts.get(auditKey(one)))
    .filter((verdict) => verdict !== undefined);
  return {
    share: { hits: read.filter((verdict) => verdict === "true").length, all: read.length },
    unlabelled: own.length - read.length,
  };
}

/** Writes what nobody has read yet to `FILE.1`, with the words of the audit, and its places to `FILE.places`. */
export function writeAuditQuestions(file: string, findings: readonly AuditFinding[]): void {
  const texts = findings.map(
    (one) =>
      `#${idOf(one)} ${one.severity} ${one.check} ${one.repository} ${one.path}:${one.line}\n    ${one.shown}\n`,
  );
  const places = findings.map((one) =>
    [idOf(one), one.repository, one.check, one.path, one.line, one.digest].join("\t"),
  );
  writeFileSync(`${file}.1`, texts.join("\n"));
  writeFileSync(`${file}.places`, `${places.join("\n")}\n`);
}

/** Labels from `FILE.1.answers`: lines of id, verdict and why. Throws at any other line. */
export function readAuditAnswers(file: string): readonly AuditLabel[] {
  const places = new Map(
    readFileSync(`${file}.places`, "utf8")
      .trimEnd()
      .split("\n")
      .map((row) => {
        const [id = "", repository = "", check = "", path = "", line = "", digest = ""] =
          row.split("\t");
        return [id, { repository, check, path, line: Number(line), digest }] as const;
      }),
  );
  const rows = readFileSync(`${file}.1.answers`, "utf8")
    .split("\n")
    .filter((row) => row.trim() !== "");
  return rows.map((row) => {
    const [id = "", word = "", why = ""] = row.trim().replace(/^#/, "").split("\t");
    const [place, verdict] = [places.get(id), VERDICTS.find((one) => one === word)];
    if (place === undefined || verdict === undefined || !/^[a-z][a-z0-9 ,-]{1,80}$/.test(why))
      throw new Error(
        `${file}.1.answers: not an id that was asked, true|noise|false and a few plain words: ${row}`,
      );
    return { ...place, verdict, why };
  });
}

function idOf(finding: AuditFinding): string {
  return createHash("sha256").update(auditKey(finding)).digest("hex").slice(0, 12);
}

function fileOf(half: Half): string {
  return fileURLToPath(new URL(`./labels/audits-${half}.tsv`, import.meta.url));
}
