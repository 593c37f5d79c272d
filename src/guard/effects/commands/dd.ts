// dd: copies bytes from one place to another, devices among them; its operands are `name=value`.
import { EMPTY, dropKnown, knownPrefix, type TextSet } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../command-model.ts";
import { cannotTell, madeOf } from "../filter.ts";
import { ABOUT } from "../option-list.ts";

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
        found.push(cannotTell("unknown-option", "an operand of dd that is not modelled"));
    }
    // Part of it, or all of it, recoded or as it was.
    const output = [...texts, ...madeOf(texts)].slice(0, 8);
    return [
      ...found,
      ...targets.map((word) => writes(dropKnown(word, 3), "create", { content: output })),
      prints(targets.length > 0 ? EMPTY : output),
    ];
  },
});
