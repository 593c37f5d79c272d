// Which cases a run of the kernel oracle takes: the whole corpus and its combinations, families of it, or a sample.
import { type KernelCase, readCases, sample } from "./cases.ts";
import { combine } from "./combine.ts";
import { oneLiners } from "./one-liners.ts";
import { PROFILES } from "./profiles.ts";

/** What to run. `generated` is the number of combinations, `sample` the number of cases of all; equal seeds choose equally. */
export type Choice = {
  readonly families?: readonly string[];
  readonly command?: string;
  readonly sample?: number;
  readonly generated: number;
  readonly seed: number;
};

/** One-liners of each language. */
const ONE_LINERS = 40;

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
  return choice.sample === undefined ? cases : sample(cases, choice.sample, choice.seed);
}
