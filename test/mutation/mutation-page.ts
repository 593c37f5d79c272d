// The page about mutants: how many the tests notice, by file, and what is said about those that they do not.
import { changeOf, type SurvivorClass } from "./survivors.ts";
import type { Mutant } from "./instrument.ts";
import { OTHER_CASES_MAX, type Outcome } from "./run-mutants.ts";

export type Result = Outcome & { readonly mutant: Mutant };
export type Run = {
  readonly seed: string;
  /** Mutants that there are, and that the sample has. */
  readonly of: number;
  readonly sample: number;
  /** Results taken over from earlier runs. */
  readonly known: number;
  /** The results of another sample, of which nobody reads what survives. */
  readonly second: readonly Result[];
};

/** The results that no test noticed, by file and line. */
export function survivorsOf(results: readonly Result[]): readonly Result[] {
  return results
    .filter(({ status }) => status === "survived" || status === "unreached")
    .sort((first, second) => {
      const [one, other] = [first.mutant, second.mutant];
      return one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1;
    });
}

/** The share that was noticed. */
export function scoreText(results: readonly Result[]): string {
  if (results.length === 0) return "-";
  const noticed = results.length - survivorsOf(results).length;
  return `${((noticed / results.length) * 100).toFixed(1)} %`;
}

/** The counts by file. */
export function tableOf(results: readonly Result[]): string {
  const files = [...new Set(results.map(({ mutant }) => mutant.file))].sort();
  const rows = files.map((file) =>
    row(
      `\`${file}\``,
      results.filter(({ mutant }) => mutant.file === file),
    ),
  );
  const head =
    "| file | mutants | noticed | survived | not reached | score |\n|---|---|---|---|---|---|";
  return [head, ...rows, row("all", results)].join("\n");
}

function row(name: string, results: readonly Result[]): string {
  const count = (wanted: Outcome["status"]): number =>
    results.filter(({ status }) => status === wanted).length;
  const missed = count("survived") + count("unreached");
  const cells = [results.length, results.length - missed, count("survived"), count("unreached")];
  return `| ${name} | ${cells.join(" | ")} | ${scoreText(results)} |`;
}

/** The whole page. */
export function mutationPage(
  results: readonly Result[],
  run: Run,
  classes: readonly SurvivorClass[],
): string {
  const count = (wanted: Outcome["status"]): number =>
    results.filter(({ status }) => status === wanted).length;
  const survivors = survivorsOf(results);
  const read = survivors.map(({ mutant }) => classOf(mutant, classes));
  const equivalent = read.filter((one) => one?.verdict === "equivalent").length;
  const noticed = results.length - survivors.length;
  const without = ((noticed / (results.length - equivalent)) * 100).toFixed(1);
  return `# Changes that the tests notice

Written by \`npm run mutation -- --write\`. Small changes (Stryker's mutators) of the shell evaluator, of the core that makes
effects of words, and of the models with which a mistake costs most. Each is switched on in a process of its own and
held against the tests of \`test/corpus\` and \`test/guard\` that reach it, and against the programs that bash and zsh run
in \`test/oracle\`, until one fails. Left out are the graded corpora, which are rates, tests that take longer than others
by far, and of the cases of other programs all but ${OTHER_CASES_MAX}. What is made when a file is loaded is held against the tests that
reach the file.

Seed ${run.seed}: ${results.length} of a sample of ${run.sample} were run, of ${run.of} that there are; ${run.known} of these results are from earlier runs,
with the changed file and the tests that decide it the same as now. Noticed: **${scoreText(results)}** (a test failed ${count("killed")}, did not
end ${count("endless")}, could not run ${count("crashed")}). Without the ${equivalent} that were read and change nothing the guard says: **${without} %**.

Of a second sample under the next seed, of which nobody reads what survives, ${run.second.length} were run. Noticed: **${scoreText(run.second)}**.

${tableOf(results)}

## What was not noticed

${readText(survivors, classes)}
`;
}

function classOf(mutant: Mutant, classes: readonly SurvivorClass[]): SurvivorClass | undefined {
  const change = changeOf(mutant);
  return classes.find(({ mutants }) =>
    mutants.some(
      (one) => one.file === mutant.file && one.within === mutant.within && one.change === change,
    ),
  );
}

function readText(survivors: readonly Result[], classes: readonly SurvivorClass[]): string {
  const sections = [...classes, undefined].map((one) => {
    const own = survivors.filter(({ mutant }) => classOf(mutant, classes) === one);
    if (own.length === 0) return undefined;
    const title =
      one === undefined ? "### Not read yet" : `### ${one.class}: ${one.verdict}\n\n${one.why}`;
    return `${title}\n\n${own.map(lineOf).join("\n")}`;
  });
  return sections.filter((text) => text !== undefined).join("\n\n");
}

function lineOf({ mutant, status }: Result): string {
  const fence = "``";
  const note = status === "unreached" ? ", not reached" : "";
  return `- \`${mutant.file.replace("src/guard/", "")}:${mutant.line}\`${note}: ${fence} ${changeOf(mutant)} ${fence}`;
}
