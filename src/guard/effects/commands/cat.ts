// cat: prints files, or its input.
import { concat } from "../../shell/values/text-sets.ts";
import { EMPTY, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import { mapKnown } from "../../shell/values/text-changes.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { madeInAnyWay, madeOf } from "../model/filter.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const cat: CommandModel = command({
  names: ["cat"],
  options: {
    unbuffered: flags("-u"),
    /** What is printed is another text then: numbered, marked, squeezed. */
    style: flags(
      "AbeEnstTv",
      "--show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs --show-nonprinting",
    ),
    about: ABOUT,
  },
  hasPlainOptions: true,
  effects: ({ args, operands, has, stdin, uncertain }, context) => {
    const input = stdin ?? EMPTY;
    const contents = operands.map((path) =>
      textOf(path) === "-" ? input : context.contentOf(path),
    );
    const output =
      operands.length === 0
        ? input
        : contents.reduce<TextSet>((sum, one) => concat(sum, one), EMPTY);
    return [
      ...operands.filter((path) => textOf(path) !== "-").map((path) => reads(path)),
      prints(
        uncertain && (operands.length > 1 || stdin !== undefined)
          ? madeInAnyWay(output, stdin)
          : has("style")
            ? styled(output, args)
            : output,
      ),
    ];
  },
});

/** Squeezing blank lines leaves text that can be told; other styles do not. */
function styled(output: TextSet, args: readonly Text[]): TextSet {
  const isSqueezed = args.every((word) =>
    /^(?:[^-].*|-s|-us?|-su|--squeeze-blank)$/.test(textOf(word) ?? "-"),
  );
  return isSqueezed
    ? mapKnown(output, (text) => text.replace(/(^|\n)\n+/g, "$1\n"), "unmodelled")
    : madeOf(output);
}
