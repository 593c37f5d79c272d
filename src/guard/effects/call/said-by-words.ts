// What the words of a call say by themselves, whether a model knows the program or not.
import type { ProgramCall } from "../../shell/values/host.ts";
import type { Consequence } from "../model/command-model.ts";
import { runsFromAddress } from "../packages/fetched-programs.ts";
import { handsOn } from "../projects/remote-interpreters.ts";
import { scaffolded } from "../projects/scaffolds.ts";

/** What a call scaffolds, hands on to another machine's interpreter, and runs from an address. */
export function saidByWords(
  name: string,
  { argv, stdin }: Pick<ProgramCall, "argv" | "stdin">,
): readonly Consequence[] {
  const args = argv.slice(1);
  return [...scaffolded(name, args), ...handsOn(name, args, stdin), ...runsFromAddress(name, args)];
}
