// secret-tool: the keyring of the desktop.
import { append, hole, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, reads, writes } from "../model/command-model.ts";

export const secretTool: CommandModel = command({
  names: ["secret-tool"],
  optionsEnd: "own",
  options: {},
  effects: ({ args }, { home }) => {
    const ring = literal(`${home}/.local/share/keyrings`);
    const [verb] = args;
    if (verb === undefined || /^(?:--help|--version|-h)$/.test(textOf(verb) ?? "")) return [];
    return [
      reads(append(ring, literal("/login.keyring"))),
      reads(ring, "tree"),
      ...(/^(?:lookup|search)$/.test(textOf(verb) ?? "")
        ? []
        : [writes(ring, "change", { reach: "tree" })]),
      prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]),
    ];
  },
});
