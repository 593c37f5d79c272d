// mkdir: makes directories.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command, flag, optional, valued } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { lendsRights } from "../paths/permissions.ts";

export const mkdir: CommandModel = command({
  names: ["mkdir", "zf_mkdir"],
  options: {
    mode: valued("-m", "--mode"),
    style: flag("-p", "-v", "-Z", "--parents", "--verbose"),
    context: optional("--context"),
    about: flag("--help", "--version"),
  },
  effects: ({ operands, values }) => [
    ...lendsRights(values("mode").at(-1)),
    ...operands.map((path) => writes(path, "create", { content: EMPTY })),
  ],
});
