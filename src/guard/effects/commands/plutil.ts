// plutil: lists of properties of macOS, which are shown, checked, converted and changed.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { textOf } from "../../shell/values/text.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";

/** How many words each of its verbs takes in front of the files. */
const TAKES: Readonly<Record<string, number>> = {
  "-p": 0,
  "-lint": 0,
  "-help": 0,
  "-convert": 1,
  "-create": 1,
  "-extract": 2,
  "-type": 1,
  "-remove": 1,
  "-insert": 3,
  "-replace": 3,
};
/** Verbs that write the file itself unless `-o` names another. */
const WRITES = /^-(?:convert|create|remove|insert|replace)$/;

export const plutil: CommandModel = command({
  names: ["plutil"],
  own: "verbs are spelled like options and take up to three words",
  options: {},
  effects: ({ args }, context) => {
    const words = args.map((word) => textOf(word) ?? "?");
    const at = words.findIndex((word) => Object.hasOwn(TAKES, word));
    const verb = words[at] ?? "-lint";
    const outputs = optionValues(args, "-o");
    const rest = args.slice(at < 0 ? 0 : at + 1 + (TAKES[verb] ?? 0));
    const files = rest.filter(
      (word, index) =>
        textOf(word)?.startsWith("-") !== true &&
        !/^-[oe]$/.test(textOf(rest[index - 1] ?? []) ?? ""),
    );
    const inPlace = WRITES.test(verb) && outputs.length === 0;
    return [
      ...files.map((path) => reads(path)),
      ...outputs.filter(isFile).map((path) => writes(path, "create")),
      ...(inPlace ? files.map((path) => writes(path, "change")) : []),
      prints(madeOf(files.flatMap((path) => context.contentOf(path)))),
    ];
  },
});
