// What a person found by reading repositories of the open half that the audit does not tell: facts, in `labels/missed-audits.tsv`.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Kinds of what is missed. `unseen-act`: what code does; `unseen-right`: what a rule, token or container opens. */
export const MISSED_KINDS = [
  ...(["unseen-act", "unseen-right", "unseen-secret", "unseen-instruction"] as const),
  ...(["broken-setup", "supply-chain", "pipeline"] as const),
] as const;
export type Missed = {
  readonly repository: string;
  readonly path: string;
  readonly line: number;
  readonly kind: (typeof MISSED_KINDS)[number];
  /** In plain words, without the text of the file. */
  readonly what: string;
};

const FILE = fileURLToPath(new URL("./labels/missed-audits.tsv", import.meta.url));
const HEAD = "repository\tpath\tline\tkind\twhat";

/** The rows of the list. Throws where one has another form. */
export function readMissed(file = FILE): readonly Missed[] {
  if (!existsSync(file)) return [];
  const [head, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
  if (head !== HEAD)
    throw new Error(`${file}: the first line is not ${HEAD.replaceAll("\t", ", ")}`);
  return rows.map((row) => {
    const [repository = "", path = "", line = "", word = "", what = "", ...more] = row.split("\t");
    const kind = MISSED_KINDS.find((one) => one === word);
    const isRow =
      /^[\w.-]+\/[\w.-]+$/.test(repository) &&
      /^\d+$/.test(line) &&
      more.length === 0 &&
      path !== "";
    if (!isRow || kind === undefined || !/^[a-z][\w ,.'()-]{5,160}$/.test(what))
      throw new Error(`${file}: not ${HEAD.replaceAll("\t", ", ")}: ${row}`);
    return { repository, path, line: Number(line), kind, what };
  });
}

/** The list as a section of a page: how many of each kind, and each in its words. */
export function missedSection(missed: readonly Missed[]): readonly string[] {
  if (missed.length === 0) return [];
  const repositories = new Set(missed.map(({ repository }) => repository)).size;
  return [
    "### What the audit misses",
    "",
    `Read by a person in the open half and told by no check: ${missed.length} places of ${repositories} repositories.`,
    "",
    "| kind | places | what |",
    "|---|---|---|",
    ...MISSED_KINDS.flatMap((kind) => {
      const own = missed.filter((one) => one.kind === kind);
      const words = [...new Set(own.map(({ what }) => what))].join("; ");
      return own.length === 0 ? [] : [`| ${kind} | ${own.length} | ${words} |`];
    }),
    "",
  ];
}
