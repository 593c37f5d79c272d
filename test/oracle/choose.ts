// Which cases a run of the kernel oracle takes: the whole corpus and its combinations, families of it, or a sample.
import { type KernelCase, programsOf, readCases, sample } from "./cases.ts";
import { combine } from "./combine.ts";
import { oneLiners } from "./one-liners.ts";
import { PROFILES } from "./profiles.ts";

/** What to run. `generated` is the number of combinations, `sample` the number of cases of all; equal seeds choose equally. */
export type Choice = {
  readonly families?: readonly string[];
  readonly command?: string;
  readonly sample?: number;
  /** Samples only from the cases that must be predicted: see `isReady`. */
  readonly onlyReady?: boolean;
  readonly generated: number;
  readonly seed: number;
};

/** One-liners of each language. */
const ONE_LINERS = 40;

/** Programs of cases that `.ci/run` does not bring; some are names of functions or of an option's value. */
const NOT_BROUGHT: ReadonlySet<string> = new Set([
  ...["Rscript", "aws", "bundle", "chroot", "csvcut", "dc", "docker", "dot", "emacs", "fsck"],
  ...["gh", "guile", "in2csv", "init", "isort", "ltrace", "nano", "pack", "pandoc"],
  ...["start-stop-daemon", "sudo", "svn", "terraform", "zf_ln", "zf_rm"],
]);

/**
 * Whether a case is held to its prediction in the suite: nothing of it is open, and `.ci/run` brings its programs. WHY not
 * those of this machine: the same cases are chosen everywhere, and one whose program is missing is skipped by name.
 */
export function isReady(one: KernelCase): boolean {
  return one.open === undefined && !programsOf(one.command).some((name) => NOT_BROUGHT.has(name));
}

/** The chosen cases, in the order of the corpus or of the sample. */
export function chooseCases(choice: Choice): readonly KernelCase[] {
  if (choice.command !== undefined)
    return [{ family: "command", command: choice.command, profiles: PROFILES }];
  const written = readCases();
  const all = [
    ...written,
    ...oneLiners(ONE_LINERS, choice.seed),
    ...combine(written, choice.generated, choice.seed),
  ];
  const cases = all.filter((one) => choice.families?.includes(one.family) ?? true);
  if (choice.sample === undefined) return cases;
  const eligible = choice.onlyReady === true ? cases.filter(isReady) : cases;
  return sample(eligible, choice.sample, choice.seed);
}
