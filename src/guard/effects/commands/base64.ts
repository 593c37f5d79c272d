// base64, base32 and basenc: encode and decode; the result of known text is computed.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { decodeBits, decodeZ85 } from "../bytes/decoders.ts";
import { ALPHABETS, decodeDigits, encodeDigits } from "../../bytes/encodings.ts";
import { inputsOf } from "../model/filter.ts";
import { mapBinary } from "../../shell/values/bytes.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

/** Encodings of which basenc takes one by an option. */
const NAMED = ["base64", "base64url", "base32", "base32hex", "base16", "base2msbf"];

export const base64: CommandModel = command({
  names: ["base64", "gbase64", "base32", "basenc"],
  options: {
    decode: flags("-d -D --decode"),
    wrap: taking("-w --wrap -b --break"),
    input: taking("-I --input"),
    output: taking("-o --output"),
    ...Object.fromEntries(NAMED.map((name) => [name, flags(`--${name}`)])),
    reversed: flags("--base2lsbf"),
    z85: flags("--z85"),
    garbage: flags("-i --ignore-garbage"),
    shown: maybeTaking("-h"),
    about: ABOUT,
  },
  effects: ({ name, operands, has, values, stdin }, context) => {
    const given = NAMED.filter(has);
    const encoding = name === "basenc" ? given[0] : name.replace(/^g/, "");
    const own = has("reversed") ? lowestFirst : has("z85") ? decodeZ85 : undefined;
    const isOne = own === undefined && given.length === (name === "basenc" ? 1 : 0);
    const alphabet = isOne ? ALPHABETS[encoding ?? ""] : undefined;
    const { opened, texts } = inputsOf([...operands, ...values("input")], stdin, context);
    const result = mapBinary(
      texts,
      (binary) => {
        if (
          own !== undefined &&
          name === "basenc" &&
          given.length === 0 &&
          has("decode") &&
          !has("garbage")
        )
          return own(binary.replace(/\n/g, ""));
        if (alphabet === undefined) return undefined;
        if (!has("decode"))
          return wrapped(encodeDigits(binary, alphabet), values("wrap").map(textOf));
        const only = new RegExp(`[^${alphabet.replace("-", "\\-")}=\n]`, "g");
        return decodeDigits(has("garbage") ? binary.replace(only, "") : binary, alphabet);
      },
      "unmodelled",
    );
    const files = values("output").map(
      (path): Consequence => writes(path, "create", { content: result }),
    );
    return [...opened, ...values("input").map((path) => reads(path)), ...files, prints(result)];
  },
});

/** `--base2lsbf`: the lowest bit of each byte comes first. */
function lowestFirst(digits: string): string | undefined {
  return decodeBits(digits, true);
}

function wrapped(digits: string, widths: readonly (string | undefined)[]): string | undefined {
  const width = widths.length === 0 ? "76" : widths[0];
  if (width === undefined || !/^\d{1,6}$/.test(width)) return undefined;
  if (width === "0") return digits;
  return digits.replace(new RegExp(`.{1,${width}}`, "g"), "$&\n");
}
