// sshpass: runs a program and types a password for it.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command, reads } from "../model/command-model.ts";

export const sshpass: CommandModel = command({
  names: ["sshpass"],
  optionsEnd: "own",
  options: {},
  effects: ({ args, stdin }): readonly Consequence[] => {
    const found: Consequence[] = [];
    let at = 0;
    for (; at < args.length; at += 1) {
      const word = textOf(args[at] ?? []) ?? "?";
      if (!word.startsWith("-")) break;
      const value = /^-[fdpP]$/.test(word) ? args[at + 1] : undefined;
      if (word === "-f" && value !== undefined) found.push(reads(value));
      if (value !== undefined) at += 1;
    }
    const argv = args.slice(at);
    return argv.length === 0 ? found : [...found, { kind: "run", argv, stdin }];
  },
});
