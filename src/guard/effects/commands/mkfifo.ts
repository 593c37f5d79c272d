// mkfifo and mknod: named pipes and devices.
import { hole, textOf } from "../../shell/text.ts";
import { type CommandModel, command, writes } from "../command-model.ts";
import { cannotTell } from "../filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../option-list.ts";

export const mkfifo: CommandModel = command({
  names: ["mkfifo", "mknod"],
  options: {
    mode: taking("-m --mode"),
    style: flags("-Z"),
    context: maybeTaking("--context"),
    about: ABOUT,
  },
  effects: ({ name, operands }) => {
    const paths = name === "mknod" ? operands.slice(0, 1) : operands;
    const device = name === "mknod" && textOf(operands[1] ?? []) !== "p";
    return [
      ...paths.map((path) => writes(path, "create", { content: [[hole("missing-fact")]] })),
      ...(device
        ? [cannotTell("unmodelled", "a device file gives access to what it stands for")]
        : []),
    ];
  },
});
