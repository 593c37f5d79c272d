// base64 and base32: encode and decode; the result of known text is computed.
import { textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../command-model.ts";
import { decodeDigits, encodeDigits } from "../encodings.ts";
import { inputsOf } from "../filter.ts";
import { mapKnown } from "../../shell/text.ts";
import { ABOUT, flags, maybeTaking, taking } from "../option-list.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALPHABETS: Readonly<Record<string, string>> = {
  base64: `${LETTERS}${LETTERS.toLowerCase()}0123456789+/`,
  base32: `${LETTERS}234567`,
};

export const base64: CommandModel = command({
  names: ["base64", "gbase64", "base32", "basenc"],
  options: {
    decode: flags("-d -D --decode"),
    wrap: taking("-w --wrap -b --break"),
    input: taking("-I --input"),
    output: taking("-o --output"),
    other: flags(
      "--base16 --base2msbf --base2lsbf --z85 --base32hex --base64url --base64 --base32",
    ),
    garbage: flags("-i --ignore-garbage"),
    shown: maybeTaking("-h"),
    about: ABOUT,
  },
  effects: ({ name, operands, has, values, stdin }, context) => {
    const alphabet = has("other") ? undefined : ALPHABETS[name.replace(/^g/, "")];
    const { opened, texts } = inputsOf([...operands, ...values("input")], stdin, context);
    const result = mapKnown(
      texts,
      (text) => {
        if (alphabet === undefined) return undefined;
        if (!has("decode"))
          return wrapped(encodeDigits(text, alphabet), values("wrap").map(textOf));
        const only = new RegExp(`[^${alphabet}=\n]`, "g");
        return decodeDigits(has("garbage") ? text.replace(only, "") : text, alphabet);
      },
      "unmodelled",
    );
    const files = values("output").map(
      (path): Consequence => writes(path, "create", { content: result }),
    );
    return [...opened, ...values("input").map((path) => reads(path)), ...files, prints(result)];
  },
});

function wrapped(digits: string, widths: readonly (string | undefined)[]): string | undefined {
  const width = widths.length === 0 ? "76" : widths[0];
  if (width === undefined || !/^\d{1,6}$/.test(width)) return undefined;
  if (width === "0") return digits;
  return digits.replace(new RegExp(`.{1,${width}}`, "g"), "$&\n");
}
