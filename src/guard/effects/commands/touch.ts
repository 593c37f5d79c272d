// touch: makes empty files or changes times.
import { EMPTY, hole } from "../../shell/values/text.ts";
import { type CommandModel, command, flag, valued } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";

export const touch: CommandModel = command({
  names: ["touch"],
  options: {
    style: flag("-a", "-c", "-f", "-h", "-m", "--no-create", "--no-dereference"),
    valued: valued("-d", "-t", "-r", "--date", "--reference", "--time"),
    about: flag("--help", "--version"),
  },
  hasPlainOptions: true,
  effects: ({ operands }) =>
    operands.map((path) => writes(path, "change", { content: [...EMPTY, [hole("missing-fact")]] })),
});
