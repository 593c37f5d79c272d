// taskset: a program runs on some processors, or a process moves to them.
import { command } from "../model/command-model.ts";
import { flags } from "../model/option-list.ts";
import { deploys } from "../model/verbs.ts";

export const taskset = command({
  names: ["taskset"],
  optionsEnd: "first-operand",
  options: {
    about: flags("-h -V --help --version"),
    running: flags("-p --pid -a --all-tasks"),
    style: flags("-c --cpu-list"),
  },
  // The first word is the processors; with `-p` the last is a process.
  effects: ({ name, operands, has, stdin }, context) => {
    if (has("running"))
      return operands.length < 2
        ? []
        : deploys("processes", "move").effects(
            {
              name,
              verb: "",
              words: operands,
              operands,
              stdin,
              has: () => false,
              values: () => [],
            },
            context,
          );
    return operands.length < 2 ? [] : [{ kind: "run", argv: operands.slice(1) }];
  },
});
