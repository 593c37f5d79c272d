// sshpass: runs a program and types a password for it.
import { type CommandModel, command } from "../model/command-model.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const sshpass: CommandModel = command({
  names: ["sshpass"],
  optionsEnd: "first-operand",
  options: {
    file: role("input", taking("f")),
    choice: taking("dpP"),
    variable: maybeTaking("e"),
    style: flags("v"),
    about: flags("hV"),
  },
  effects: ({ operands, stdin }) =>
    operands.length === 0 ? [] : [{ kind: "run", argv: operands, stdin }],
});
