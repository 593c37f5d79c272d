// rm: deletes what it names; whole trees with -r.
import { type CommandModel, command, flag, optional } from "../model/command-model.ts";
import { deletes } from "../model/consequences.ts";

export const rm: CommandModel = command({
  names: ["rm", "zf_rm"],
  options: {
    recursive: flag("-r", "-R", "--recursive"),
    force: flag("-f", "--force"),
    asking: flag("-i", "-I"),
    interactive: optional("--interactive"),
    style: flag(
      "-d",
      "-v",
      "--dir",
      "--verbose",
      "--one-file-system",
      "--no-preserve-root",
      "--help",
      "--version",
    ),
    preserve: optional("--preserve-root"),
  },
  effects: ({ operands, has }) =>
    operands.map((path) => deletes(path, has("recursive") ? "tree" : "entry")),
});
