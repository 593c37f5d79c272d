// Which cases a run of the kernel oracle takes: the whole corpus and its combinations, families of it, or a sample.
import { isInstalled, type KernelCase, programsOf, readCases, sample } from "./cases.ts";
import { combine } from "./combine.ts";
import { oneLiners } from "./one-liners.ts";
import { PROFILES } from "./profiles.ts";

/** What to run. `generated` is the number of combinations, `sample` the number of cases of all; equal seeds choose equally. */
export type Choice = {
  readonly families?: readonly string[];
  readonly command?: string;
  readonly sample?: number;
  /** Samples only from the cases that must be predicted here: their programs are installed, and nothing is open. */
  readonly onlyReady?: boolean;
  readonly generated: number;
  readonly seed: number;
};

/** One-liners of each language. */
const ONE_LINERS = 40;

/** Whether a case can be held to its prediction on this machine: its programs are there, and nothing of it is open. */
export function isReady(one: KernelCase): boolean {
  return one.open === undefined && programsOf(one.command).every(isInstalled);
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
