// csplit: cuts a file at patterns into files.
import { append, hole, literal } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const csplit: CommandModel = command({
  names: ["csplit", "gcsplit"],
  options: {
    prefix: taking("-f --prefix"),
    suffix: taking("-b --suffix-format"),
    digits: taking("-n --digits"),
    style: flags(
      "-k --keep-files --suppress-matched -s -q --quiet --silent -z --elide-empty-files",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin, has }, context) => {
    const { opened, texts } = inputsOf(operands.slice(0, 1), stdin, context);
    const [prefix = literal("xx")] = values("prefix");
    const like = has("suffix") ? "**" : "*";
    const name = append(prefix, [hole("unmodelled", { splits: false, like })]);
    return [...opened, writes(name, "create", { content: madeOf(texts) }), prints(madeOf([], "*"))];
  },
});
