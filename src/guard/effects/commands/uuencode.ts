// uuencode and uudecode: files as printable text, and back under the name that the text gives.
import { binaryOf, mapBinary } from "../../shell/values/bytes.ts";
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { unpacksAnywhere } from "../bytes/archive.ts";
import { decodeUuencoded } from "../../bytes/encodings.ts";
import { inputsOf, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const uuencode: CommandModel = command({
  names: ["uuencode", "uudecode"],
  options: {
    output: taking("-o --output-file"),
    style: flags("-m --base64 -e --encode-file-name -c --ignore-chmod -h -v -p -s -i -r"),
    about: ABOUT,
  },
  effects: ({ name, operands, stdin, values, has }, context) => {
    if (name === "uuencode") {
      // The last word is only the name that is written into the text.
      const files = operands.slice(0, -1).filter(isFile);
      const texts = [...files.flatMap((path) => context.contentOf(path)), ...(stdin ?? [])];
      return [...files.map((path) => reads(path)), prints(madeOf(texts))];
    }
    const { opened, texts } = inputsOf(operands, stdin, context);
    // What a first line without a name on the output unpacks is a file of that name.
    const named = texts.map((text) => decodeUuencoded(binaryOf(text) ?? "")?.name);
    const isPrinted = (name: string | undefined): boolean =>
      /^(?:-|\/dev\/stdout)$/.test(name ?? "");
    const outputs = values("output");
    const result = mapBinary(
      texts,
      (binary) => (has("style") ? undefined : decodeUuencoded(binary)?.binary),
      "unmodelled",
    );
    return [
      ...opened,
      ...outputs
        .filter((path) => !isPrinted(textOf(path)))
        .map((path) => writes(path, "create", { content: result })),
      ...(outputs.length === 0 && !named.every(isPrinted) ? [unpacksAnywhere(texts)] : []),
      prints(result),
    ];
  },
});
