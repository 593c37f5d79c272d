// The page that says what a run of generated programs in bash and zsh came to.
import { execFileSync } from "node:child_process";
import type { Dialect } from "./shell-programs.ts";
import { SHELLS } from "./shell-runs.ts";

/** What came of programs: of calls only those in programs of which nothing was `unknown`. */
export type Tally = {
  programs: number;
  /** Programs in which the evaluator said that it cannot tell: their calls are not compared. */
  unknown: number;
  calls: number;
  exact: number;
  loose: number;
  /** Programs that did not end in time: nothing of them is compared. */
  late: number;
  /** Programs with a call that was not foreseen. */
  missed: number;
};

export type ShellResult = {
  readonly dialect: Dialect;
  readonly constructs: readonly (readonly [name: string, tally: Tally])[];
  readonly all: Tally;
  readonly seconds: number;
  /** Why programs were `unknown`, the most frequent first, each with the number of programs. */
  readonly reasons: readonly (readonly [reason: string, times: number])[];
};

/** A part of a whole in per cent with one digit. */
export function shareOf(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** The whole page, in Markdown. */
export function wordsPage(results: readonly ShellResult[], seed: number, date: Date): string {
  const programs = results.reduce((sum, { all }) => sum + all.programs, 0);
  const missed = results.reduce((sum, { all }) => sum + all.missed, 0);
  return `# Generated programs in bash and zsh

Small shell programs made from a seed really run in bash and in zsh. What each hands to the program \`args\` must be among what the evaluator thinks possible. This page is of ${programs} programs, seed ${seed}, on ${date.toISOString().slice(0, 10)}: **${missed} missed**. \`npm run words -- ${programs} ${seed} --write\` writes it; \`npm test\` repeats a sample of another seed in which nothing may be missed.

| shell | programs | missed | unknown | late | calls compared | exact | duration |
|---|---:|---:|---:|---:|---:|---:|---:|
${results.map(summary).join("\n")}

- **missed**: programs with a call whose words the evaluator did not think possible. Each is a defect.
- **unknown**: programs in which the evaluator said that it cannot tell something, which the policy then refuses or has a person look at. It covers whatever happens, so nothing of such a program is compared.
- **exact**: of the calls compared, those foreseen to the letter. The others were foreseen as one of many, such as a pattern of names.
- **late**: programs that did not end in time, mostly waiting for themselves. Nothing of them is compared.

## What is not compared

- That a call happens, how often and in which order: only which words it may have. A foreseen call that never comes is no miss.
- What programs print, write and return, and every program but \`args\`. What programs do to files is compared under the kernel (kernel-oracle.md).
- The calls of a program that is \`unknown\` or late, as above.
- The client's wrapper and snapshot: programs run by \`eval\` in a subshell of one shell with the client's options, in one small directory, in the locale \`C.UTF-8\`.
- The number of a descriptor behind \`<(...)\`.
- What the templates of \`test/oracle/shell-constructs.ts\` do not hold. They are written by hand: the seed only fills and combines them.
${results.map(details).join("")}`;
}

function summary({ dialect, all, seconds }: ShellResult): string {
  const { programs, missed, unknown, late, calls, exact } = all;
  const version = execFileSync(SHELLS[dialect].path, ["-c", "echo ${BASH_VERSION:-$ZSH_VERSION}"], {
    encoding: "utf8",
  }).trim();
  return `| ${dialect} ${version} | ${programs} | ${missed} | ${shareOf(unknown, programs)} | ${late} | ${calls} | ${shareOf(exact, calls)} | ${seconds} s |`;
}

function details({ dialect, constructs, reasons }: ShellResult): string {
  const rows = constructs.map(
    ([name, { programs, missed, unknown, calls, exact }]) =>
      `| ${name} | ${programs} | ${missed} | ${shareOf(unknown, programs)} | ${calls} | ${shareOf(exact, calls)} |`,
  );
  return `
## By construct: ${dialect}

| made to try | programs | missed | unknown | calls compared | exact |
|---|---:|---:|---:|---:|---:|
${rows.join("\n")}

Most frequent reasons for \`unknown\`: ${reasons.map(([reason, times]) => `${reason} (${times})`).join("; ")}.
`;
}
