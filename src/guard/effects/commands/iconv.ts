// iconv: recodes text.
import { EMPTY } from "../../shell/text.ts";
import { type CommandModel, command, prints, writes } from "../command-model.ts";
import { inputsOf, madeOf } from "../filter.ts";
import { ABOUT, flags, taking } from "../option-list.ts";

export const iconv: CommandModel = command({
  names: ["iconv"],
  options: {
    output: taking("-o --output"),
    codes: taking("-f --from-code -t --to-code"),
    style: flags("-l --list -c -s --silent --verbose -? --usage -V"),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    const output = [...texts, ...madeOf(texts)].slice(0, 8);
    const files = values("output").map((path) => writes(path, "create", { content: output }));
    return [...opened, ...files, prints(files.length > 0 ? EMPTY : output)];
  },
});
