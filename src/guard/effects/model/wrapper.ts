// Programs that run another program and change only how: time limits, priority, sessions.
import { type CommandModel, command, flag, type OptionSpec } from "./command-model.ts";

/** A program whose operands, after the first `skip`, are the program it runs. */
export function wrapper(
  name: string,
  options: Readonly<Record<string, OptionSpec>>,
  skip = 0,
): CommandModel {
  return command({
    names: [name],
    optionsEnd: "first-operand",
    options: { ...options, about: flag("--help", "--version") },
    effects: ({ operands }) => {
      const argv = operands.slice(skip);
      return argv.length === 0 ? [] : [{ kind: "run", argv }];
    },
  });
}
