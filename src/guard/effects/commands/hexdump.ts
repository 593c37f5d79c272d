// hexdump: bytes of files as numbers, by formats that may come from a file.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const hexdump: CommandModel = command({
  names: ["hexdump", "hd"],
  options: {
    formats: taking("-f --format-file"),
    choice: taking("-e --format -n --length -s --skip"),
    color: maybeTaking("-L --color"),
    style: flags(
      "-b --one-byte-octal -c --one-byte-char -C --canonical -d --two-bytes-decimal -o --two-bytes-octal -x --two-bytes-hex -X --one-byte-hex -v --no-squeezing -h -V",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    return [...values("formats").map((path) => reads(path)), ...opened, prints(madeOf(texts))];
  },
});
