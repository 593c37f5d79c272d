// wall and write: messages onto the terminals of others.
import { EMPTY, sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, reads } from "../model/command-model.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

export const wall: CommandModel = command({
  names: ["wall", "write", "mesg"],
  options: {
    choice: taking("-g --group -t --timeout"),
    style: flags("-n --nobanner -v --verbose -h -V"),
    about: ABOUT,
  },
  effects: ({ name, operands, stdin }, context) => {
    if (name === "mesg") return [];
    // A word that is a file is shown; any other is the message.
    const files = name === "wall" ? operands.filter((word) => context.isFile(word)) : [];
    const texts = [
      ...operands,
      ...(stdin ?? EMPTY),
      ...files.flatMap((path) => context.contentOf(path)),
    ];
    return [
      ...files.map((path) => reads(path)),
      effect<"deploy">({ kind: "deploy", system: "terminals", operation: "message" }),
      effect<"egress">({
        kind: "egress",
        destination: {
          host: undefined,
          port: undefined,
          scheme: textOf(operands[0] ?? []) === undefined ? undefined : "tty",
        },
        carries: [{ kind: "argument" }, ...sourcesOf(texts)],
      }),
    ];
  },
});
