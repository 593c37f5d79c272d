// sponge and others of moreutils: write, stamp and check what comes in.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";

export const sponge: CommandModel = command({
  names: ["sponge", "ts", "isutf8"],
  options: { append: flags("-a"), style: flags("-r -i -s -m -q -l --help --version") },
  effects: ({ name, operands, stdin, has }) => {
    if (name === "isutf8") return operands.filter(isFile).map((path) => reads(path));
    const content = stdin ?? EMPTY;
    const isWritten = name === "sponge" && operands.length > 0;
    return [
      ...(isWritten
        ? operands.flatMap((path) => [
            // What is there stands before what is added.
            ...(has("append") ? [reads(path)] : []),
            writes(path, has("append") ? "append" : "create", { content }),
          ])
        : []),
      prints(name === "sponge" ? content : madeOf(content)),
    ];
  },
});
