// kubectx and kubens: which cluster and namespace the person's settings name.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, writes } from "../model/command-model.ts";
import { madeOf } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

export const kubectx: CommandModel = command({
  names: ["kubectx", "kubens", "kubie"],
  options: {
    about: flags("-h --help -V --version"),
    shows: flags("-c --current"),
    changes: flags("-u --unset -d -f --force"),
  },
  effects: ({ name, operands, has }, { home }) => {
    const looks = has("about") || has("shows") || (operands.length === 0 && !has("changes"));
    if (looks && name !== "kubie") return [prints(madeOf([]))];
    const [verb] = operands.map((word) => textOf(word));
    if (name === "kubie")
      return /^(?:info|lint)$/.test(verb ?? "")
        ? [prints(madeOf([]))]
        : [
            effect<"execute">({
              kind: "execute",
              program: name,
              origin: "system",
              reach: "unbounded",
            }),
          ];
    return [writes(literal(`${home}/.kube/config`), "change")];
  },
});
