// What persons said of lines of the chosen repositories: facts without the text, in `labels/open.tsv` and `labels/sealed.tsv`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Asked } from "./candidates.ts";
import type { Half } from "./repositories.ts";

export const VERDICTS = ["true", "noise", "false"] as const;
export type Verdict = (typeof VERDICTS)[number];
/** `why`: a word or two from the list in the folder's README, never text of the file. */
export type Label = {
  readonly repository: string;
  readonly path: string;
  readonly line: number;
  readonly digest: string;
  readonly asked: Asked;
  readonly verdict: Verdict;
  readonly why: string;
};

const HEAD = "repository\tpath\tline\tdigest\tasked\tverdict\twhy";

/** Under which a label is found: the same line of the same file. */
export function labelKey({
  repository,
  path,
  digest,
  asked,
}: Pick<Label, "repository" | "path" | "digest" | "asked">): string {
  return [repository, path, digest, asked].join("\0");
}

/** The labels of one half. Throws where a row has another form. */
export function readLabels(half: Half): readonly Label[] {
  const file = fileOf(half);
  if (!existsSync(file)) return [];
  const [, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
  return rows.map((row) => labelOf(row, file));
}

/** Writes the labels of one half in order; of two of one line the later holds. */
export function writeLabels(half: Half, labels: readonly Label[]): void {
  const kept = [...new Map(labels.map((label) => [labelKey(label), label])).values()];
  const rows = kept
    .toSorted((a, b) =>
      a.repository === b.repository ? comparePlaces(a, b) : a.repository < b.repository ? -1 : 1,
    )
    .map((one) =>
      [one.repository, one.path, one.line, one.digest, one.asked, one.verdict, one.why].join("\t"),
    );
  writeFileSync(fileOf(half), `${[HEAD, ...rows].join("\n")}\n`);
}

function comparePlaces(a: Label, b: Label): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || (a.asked < b.asked ? -1 : 1);
}

function labelOf(row: string, file: string): Label {
  const [repository = "", path = "", line = "", digest = "", asked = "", verdict = "", why = ""] =
    row.split("\t");
  const known = VERDICTS.find((one) => one === verdict);
  const isRow =
    /^\d+$/.test(line) &&
    /^[0-9a-f]{16}$/.test(digest) &&
    (asked === "secret" || asked === "personal");
  if (!isRow || known === undefined || why === "")
    throw new Error(`${file}: not ${HEAD.replaceAll("\t", ", ")}: ${row}`);
  return {
    repository,
    path,
    line: Number(line),
    digest,
    asked: asked as Asked,
    verdict: known,
    why,
  };
}

function fileOf(half: Half): string {
  return fileURLToPath(new URL(`./labels/${half}.tsv`, import.meta.url));
}
