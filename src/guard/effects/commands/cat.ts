// cat: prints files, or its input.
import { concat, EMPTY, type TextSet, textOf } from "../../shell/text.ts";
import { type CommandModel, command, flag, prints, reads } from "../command-model.ts";

export const cat: CommandModel = command({
  names: ["cat"],
  options: {
    style: flag(
      ...[
        "-A",
        "-b",
        "-e",
        "-E",
        "-n",
        "-s",
        "-t",
        "-T",
        "-u",
        "-v",
        "--show-all",
        "--number-nonblank",
        "--show-ends",
      ],
      ...[
        "--number",
        "--squeeze-blank",
        "--show-tabs",
        "--show-nonprinting",
        "--help",
        "--version",
      ],
    ),
  },
  effects: ({ operands, stdin }, context) => {
    const input = stdin ?? EMPTY;
    const contents = operands.map((path) =>
      textOf(path) === "-" ? input : context.contentOf(path),
    );
    const output =
      operands.length === 0
        ? input
        : contents.reduce<TextSet>((sum, one) => concat(sum, one), EMPTY);
    return [
      ...operands.filter((path) => textOf(path) !== "-").map((path) => reads(path)),
      prints(output),
    ];
  },
});
