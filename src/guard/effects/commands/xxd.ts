// xxd: bytes as hexadecimal digits and back; a second operand is the file that it writes.
import { EMPTY, mapKnown } from "../../shell/text.ts";
import { type CommandModel, command, prints, writes } from "../command-model.ts";
import { textOfBytes } from "../encodings.ts";
import { inputsOf, isFile } from "../filter.ts";
import { ABOUT, flags, taking } from "../option-list.ts";

export const xxd: CommandModel = command({
  names: ["xxd"],
  options: {
    plain: flags("-p -ps -plain -postscript"),
    reverse: flags("-r -revert"),
    numbers: taking("-c -cols -g -groupsize -l -len -n -name -o -s -seek -R"),
    style: flags(
      "-a -autoskip -b -bits -C -capitalize -d -decimal -E -EBCDIC -e -h -help -i -include -u -uppercase -upper -v -version",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, stdin }, context) => {
    const [input, output] = operands;
    const { opened, texts } = inputsOf(input === undefined ? [] : [input], stdin, context);
    const isDecoded = has("plain") && has("reverse") && !has("numbers") && !has("style");
    const result = mapKnown(
      texts,
      (text) => (isDecoded ? decodeHexadecimal(text) : undefined),
      "unmodelled",
    );
    return output !== undefined && isFile(output)
      ? [...opened, writes(output, "create", { content: result }), prints(EMPTY)]
      : [...opened, prints(result)];
  },
});

function decodeHexadecimal(text: string): string | undefined {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) return undefined;
  return textOfBytes((digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}
