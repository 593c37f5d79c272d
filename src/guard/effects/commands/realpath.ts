// realpath: where paths lead; facts tell it where nothing in the call can have changed it.
import { hole, literal } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const realpath: CommandModel = command({
  names: ["realpath", "grealpath"],
  hasHarmlessOptions: true,
  options: {
    relative: taking("--relative-to --relative-base"),
    lexical: flags("-s --strip --no-symlinks -L --logical -z --zero"),
    style: flags("-e --canonicalize-existing -m --canonicalize-missing -P --physical -q --quiet"),
    about: ABOUT,
  },
  effects: ({ operands, has }, context) => {
    const plain = !has("relative") && !has("lexical");
    const paths = operands.map((path) => (plain ? context.realOf(path) : undefined));
    if (paths.some((path) => path === undefined)) return [prints([[hole("unmodelled")]])];
    return [prints([literal(paths.map((path) => `${path ?? ""}\n`).join(""))])];
  },
});
