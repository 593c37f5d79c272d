// iconv: recodes text.
import { mapBinary } from "../../shell/values/bytes.ts";
import { EMPTY, type TextSet, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { decodeUtf16 } from "../bytes/decoders.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const iconv: CommandModel = command({
  names: ["iconv"],
  options: {
    output: taking("-o --output"),
    codes: taking("-f --from-code"),
    target: taking("-t --to-code"),
    style: flags("-l --list -c -s --silent --verbose -? --usage -V"),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    const output = [
      ...recoded(
        texts,
        values("codes").map((code) => textOf(code) ?? ""),
      ),
      ...texts,
      ...madeOf(texts),
    ].slice(0, 8);
    const files = values("output").map((path) => writes(path, "create", { content: output }));
    return [...opened, ...files, prints(files.length > 0 ? EMPTY : output)];
  },
});

/** Text of two bytes for each character, as text of one for each of ASCII's. */
function recoded(texts: TextSet, [from = ""]: readonly string[]): TextSet {
  const found = /^(?:UTF-?16|UCS-?2)(LE|BE)$/i.exec(from);
  if (found === null) return [];
  const isBig = found[1]?.toUpperCase() === "BE";
  return mapBinary(
    texts,
    (binary) => {
      const text = decodeUtf16(binary, isBig);
      return text === undefined || /[^\0-\x7f]/.test(text) ? undefined : text;
    },
    "unmodelled",
  );
}
