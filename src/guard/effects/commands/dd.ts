// dd: copies bytes from one place to another, devices among them; its operands are `name=value`.
import { binaryOf, textOfBinary } from "../../shell/values/bytes.ts";
import {
  dropKnown,
  EMPTY,
  knownPrefix,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { ABOUT } from "../model/option-list.ts";

const SETTINGS =
  /^(?:bs|ibs|obs|cbs|count|skip|seek|iseek|oseek|conv|iflag|oflag|status|files|speed|fillchar)=/;

export const dd: CommandModel = command({
  names: ["dd", "gdd"],
  options: { about: ABOUT },
  effects: ({ operands, stdin }, context) => {
    const found: Consequence[] = [];
    let texts: TextSet = stdin ?? EMPTY;
    const targets = operands.filter((word) => knownPrefix(word).startsWith("of="));
    for (const word of operands) {
      const start = knownPrefix(word);
      if (start.startsWith("if=")) {
        const path = dropKnown(word, 3);
        found.push(reads(path));
        texts = context.contentOf(path);
      } else if (!start.startsWith("of=") && !SETTINGS.test(start))
        found.push(cannotTell("unknown-option", "an operand of dd that sallyport does not know"));
    }
    // Part of it, or all of it, recoded or as it was.
    const output = [...changedBy(operands, texts), ...texts, ...madeOf(texts)].slice(0, 8);
    return [
      ...found,
      ...targets.map((word) => writes(dropKnown(word, 3), "create", { content: output })),
      prints(targets.length > 0 ? EMPTY : output),
    ];
  },
});

/** The bytes that are left of known ones: without those that are skipped, no more than are counted, recoded. */
function changedBy(operands: readonly Text[], texts: TextSet): TextSet {
  const said = new Map(
    operands.map((word) => (textOf(word) ?? "?").split("=", 2) as [string, string]),
  );
  const numberOf = (name: string): number | undefined => {
    const value = said.get(name);
    return value === undefined ? undefined : /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  };
  const block = numberOf("bs") ?? numberOf("ibs") ?? 512;
  const skipped = (numberOf("skip") ?? 0) * block;
  const counted = (numberOf("count") ?? Number.POSITIVE_INFINITY) * block;
  const conversion = said.get("conv") ?? "";
  if (Number.isNaN(skipped) || Number.isNaN(counted) || said.has("?")) return [];
  if (!/^(?:lcase|ucase|swab|)$/.test(conversion) || said.has("iflag") || said.has("cbs"))
    return [];
  return texts.flatMap((text): TextSet => {
    const binary = binaryOf(text);
    if (
      binary === undefined ||
      (skipped === 0 && said.get("count") === undefined && conversion === "")
    )
      return [];
    const left = binary.slice(skipped, skipped + counted);
    return [textOfBinary(converted(left, conversion), "unmodelled")];
  });
}

function converted(binary: string, conversion: string): string {
  if (conversion === "lcase") return binary.replace(/[A-Z]/g, (one) => one.toLowerCase());
  if (conversion === "ucase") return binary.replace(/[a-z]/g, (one) => one.toUpperCase());
  return conversion === "swab" ? binary.replace(/([\s\S])([\s\S])/g, "$2$1") : binary;
}
