// xxd: bytes as hexadecimal digits and back; a second operand is the file that it writes.
import { mapBinary } from "../../shell/values/bytes.ts";
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { decodeHexadecimal, encodeHexadecimal } from "../../bytes/encodings.ts";
import { inputsOf, isFile } from "../model/filter.ts";
import { linesOf } from "../bytes/lines.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

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
    const isPlain = has("plain") && !has("numbers") && !has("style");
    const isDump = !has("plain") && has("reverse") && !has("numbers") && !has("style");
    const result = mapBinary(
      texts,
      (binary) => {
        if (isDump) return decodeDump(binary);
        if (!isPlain) return undefined;
        return has("reverse") ? decodeHexadecimal(binary) : plainDigits(binary);
      },
      "unmodelled",
    );
    return output !== undefined && isFile(output)
      ? [...opened, writes(output, "create", { content: result }), prints(EMPTY)]
      : [...opened, prints(result)];
  },
});

/** Thirty bytes to a line. */
function plainDigits(binary: string): string {
  return encodeHexadecimal(binary).replace(/.{1,60}/g, "$&\n");
}

/** A dump that begins at 0 and leaves nothing out: an offset, groups of digits, and the same as characters. */
function decodeDump(dump: string): string | undefined {
  let binary = "";
  for (const line of linesOf(dump)) {
    const found = /^([0-9a-f]{1,8}): ([0-9a-f ]+?)(?: {2}.*)?$/.exec(line);
    const bytes = found === null ? undefined : decodeHexadecimal(found[2] ?? "");
    if (bytes === undefined || bytes.length > 16) return undefined;
    if (Number.parseInt(found?.[1] ?? "", 16) !== binary.length) return undefined;
    binary += bytes;
  }
  return binary;
}
