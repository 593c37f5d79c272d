// wc: counts what is in files.
import { hole } from "../../shell/values/text.ts";
import { type CommandModel, command, flag, valued } from "../model/command-model.ts";
import { counts, prints } from "../model/consequences.ts";
import { isFile, listedFiles } from "../model/filter.ts";

export const wc: CommandModel = command({
  names: ["wc"],
  options: {
    style: flag(
      "-c",
      "-l",
      "-L",
      "-m",
      "-w",
      "--bytes",
      "--chars",
      "--lines",
      "--words",
      "--max-line-length",
    ),
    files: valued("--files0-from"),
    total: valued("--total"),
    about: flag("--help", "--version"),
  },
  effects: (invocation, context) => {
    const { operands, values } = invocation;
    const lists = values("files").map((list) => listedFiles(list, "\0", invocation, context));
    return [
      ...lists.flatMap(({ consequences }) => consequences),
      ...[...operands, ...lists.flatMap(({ names }) => names)]
        .filter(isFile)
        .map((path) => counts(path)),
      prints([[hole("unmodelled", { splits: true, like: "*" })]]),
    ];
  },
});
