// time: runs a program and reports what it took; as a keyword the parser removes it.
import { type CommandModel, command, flag, valued } from "../model/command-model.ts";
import { role } from "../model/option-roles.ts";

export const time: CommandModel = command({
  names: ["time"],
  optionsEnd: "first-operand",
  options: {
    output: role("output", valued("-o", "--output")),
    format: valued("-f", "--format"),
    style: flag(
      ...["-a", "-p", "-v", "-q", "-V", "--append", "--portability", "--verbose", "--quiet"],
      ...["--help", "--version"],
    ),
  },
  effects: ({ operands }) => [
    ...(operands.length === 0 ? [] : [{ kind: "run", argv: operands } as const]),
  ],
});
