// mkfifo and mknod: named pipes and devices.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { lendsRights } from "../paths/permissions.ts";

export const mkfifo: CommandModel = command({
  names: ["mkfifo", "mknod"],
  options: {
    mode: taking("-m --mode"),
    style: flags("-Z"),
    context: maybeTaking("--context"),
    about: ABOUT,
  },
  effects: ({ name, operands, values }, context) => {
    const paths = name === "mknod" ? operands.slice(0, 1) : operands;
    const device = name === "mknod" && textOf(operands[1] ?? []) !== "p";
    return [
      ...lendsRights(values("mode").at(-1)),
      // What comes out of it is what is written to it, before or after.
      ...paths.map((path) => writes(path, "create", { content: context.contentOf(path) })),
      ...(device
        ? // A device file gives access to what it stands for.
          [writes(literal("/dev/mem"), "change")]
        : []),
    ];
  },
});
