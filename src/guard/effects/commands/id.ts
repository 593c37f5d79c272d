// id and groups: who one is.
import { EMPTY } from "../../shell/text.ts";
import { type CommandModel, command, prints } from "../command-model.ts";
import { madeOf } from "../filter.ts";
import { ABOUT, flags } from "../option-list.ts";

export const id: CommandModel = command({
  names: ["id", "groups"],
  options: {
    user: flags("-u --user"),
    style: flags("-a -Z --context -g --group -G --groups -n --name -p -P -r --real -z --zero"),
    about: ABOUT,
  },
  // The name or number of one account is one part of a path.
  effects: ({ has }) => [prints(madeOf(EMPTY, has("user") ? "*" : undefined))],
});
