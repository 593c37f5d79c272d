// id and groups: who one is.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const id: CommandModel = command({
  names: ["id", "groups"],
  options: {
    one: flags("-u --user -g --group"),
    name: flags("-n --name"),
    style: flags("-a -Z --context -G --groups -p -P -r --real -z --zero"),
    about: ABOUT,
  },
  // The name or number of one account is one part of a path, and no option.
  effects: ({ has }) => [
    prints(madeOf(EMPTY, has("one") ? (has("name") ? "[!-]*" : "[0-9]*") : undefined)),
  ],
});
