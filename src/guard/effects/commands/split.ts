// split: cuts its input into files, or gives each part to a program.
import { append, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, flag, valued } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";

export const split: CommandModel = command({
  names: ["split", "gsplit"],
  options: {
    filter: valued("--filter"),
    number: taking("-n --number"),
    suffix: taking("--additional-suffix"),
    sizes: taking("-a --suffix-length -b --bytes -C --line-bytes -l --lines -t --separator -p"),
    start: maybeTaking("--numeric-suffixes --hex-suffixes"),
    style: flags("-d -x -e --elide-empty-files -u --unbuffered --verbose"),
    digits: DIGITS,
    help: flag("-h"),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin }, context) => {
    const [input, prefix = literal("x"), ...strange] = operands;
    const { opened, texts } = inputsOf(input === undefined ? [] : [input], stdin, context);
    const part = madeOf(texts);
    const [added = []] = values("suffix");
    const name: Text = append(
      append(prefix, [hole("unmodelled", { splits: false, like: "*" })]),
      added,
    );
    const [program] = values("filter");
    if (program !== undefined)
      return [
        ...opened,
        {
          kind: "run",
          argv: [literal("sh"), literal("-c"), program],
          environment: new Map([["FILE", [name]]]),
          stdin: [...texts, ...part].slice(0, 8),
        },
      ];
    const chunk = textOf(values("number").at(-1) ?? []) ?? "";
    // `-n K/N` prints one part instead of writing all of them.
    const printed = /^(?:[lr]\/)?\d+\/\d+$/.test(chunk) ? [prints(part)] : [];
    return [
      ...opened,
      ...[name, ...strange].map((path) => writes(path, "create", { content: part })),
      ...printed,
    ];
  },
});
