// tee: copies its input to files.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command, flag, optional } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";

export const tee: CommandModel = command({
  names: ["tee"],
  options: {
    append: flag("-a", "--append"),
    style: flag("-i", "-p", "--ignore-interrupts", "--help", "--version"),
    errors: optional("--output-error"),
  },
  effects: ({ operands, has, stdin }) => [
    ...operands.map((path) =>
      writes(path, has("append") ? "append" : "create", { content: stdin ?? EMPTY }),
    ),
    prints(stdin ?? EMPTY),
  ],
});
