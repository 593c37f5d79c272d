// secret-tool: the keyring of the desktop.
import { append, hole, literal, textOf } from "../../shell/values/text.ts";
import { flags, taking } from "../model/option-list.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";

export const secretTool: CommandModel = command({
  names: ["secret-tool"],
  options: {
    choice: taking("--label --collection"),
    style: flags("--all --unlock"),
    about: flags("h", "--help --version"),
  },
  effects: ({ operands, has }, { home }) => {
    const ring = literal(`${home}/.local/share/keyrings`);
    const [verb] = operands;
    if (verb === undefined || has("about")) return [];
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
