// What a provider's program answered: its output, or the fault that its words tell. They are read and never repeated.
import { FAULT_WORDS, type SecretFault, secretFailure } from "#govern/secrets/provider.ts";
import type { ProgramRun } from "./run-program.ts";

/** The output of a run that ended well. Throws a Failure; `faults` are looked for in what the program said. */
export function outputOf(
  who: string,
  program: string,
  run: ProgramRun,
  faults: Readonly<Partial<Record<SecretFault, RegExp>>>,
): string {
  switch (run.kind) {
    case "absent":
      throw secretFailure(
        "secret-setup",
        `\`${program}\` is not installed, and ${who} is read by it`,
      );
    case "stopped":
      throw secretFailure(
        "secret-unreachable",
        `\`${program}\` gave no answer in time, or too long a one`,
      );
    case "ended": {
      if (run.status === 0) return run.output;
      const named = Object.entries(faults) as readonly [SecretFault, RegExp][];
      const fault = named.find(([, words]) => words.test(run.errors.slice(0, 16_384)))?.[0];
      throw secretFailure(
        fault ?? "secret-answer",
        `${who} ${FAULT_WORDS[fault ?? "secret-answer"]} (\`${program}\` ended with ${run.status}); run it by hand to see what it says`,
      );
    }
    default:
      return run satisfies never;
  }
}
