// readlink: what a link holds, or with -f where a path leads.
import { hole, literal } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const readlink: CommandModel = command({
  names: ["readlink", "greadlink"],
  hasHarmlessOptions: true,
  options: {
    follow: flags("-f --canonicalize -e --canonicalize-existing -m --canonicalize-missing"),
    noNewline: flags("-n --no-newline"),
    zero: flags("-z --zero"),
    style: flags("-q --quiet -s --silent -v --verbose"),
    about: ABOUT,
  },
  effects: ({ operands, has }, context) => {
    const [path, ...others] = operands;
    const real = path === undefined || !has("follow") ? undefined : context.realOf(path);
    if (real === undefined || others.length > 0 || has("zero"))
      return [prints([[hole("unmodelled")]])];
    return [prints([literal(has("noNewline") ? real : `${real}\n`)])];
  },
});
