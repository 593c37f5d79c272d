// time: runs a program and reports what it took; as a keyword the parser removes it.
import { type CommandModel, command, flag, valued, writes } from "../model/command-model.ts";

export const time: CommandModel = command({
  names: ["time"],
  optionsEnd: "first-operand",
  options: {
    output: valued("-o", "--output"),
    format: valued("-f", "--format"),
    style: flag(
      ...["-a", "-p", "-v", "-q", "-V", "--append", "--portability", "--verbose", "--quiet"],
      ...["--help", "--version"],
    ),
  },
  effects: ({ operands, values }) => [
    ...values("output").map((path) => writes(path, "create")),
    ...(operands.length === 0 ? [] : [{ kind: "run", argv: operands } as const]),
  ],
});
