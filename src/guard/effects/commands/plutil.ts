// plutil: lists of properties of macOS, which are shown, checked, converted and changed.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { flags, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const plutil: CommandModel = command({
  names: ["plutil"],
  // Its verbs are options, which take up to three words in front of the files.
  options: {
    changed: taking("-convert -create -remove"),
    filled: takingWords(3, "-insert -replace"),
    extracted: takingWords(2, "-extract"),
    output: role("output", taking("-o")),
    choice: taking("-e -type"),
    style: flags("-p -lint -help -s -r -n -append"),
  },
  effects: ({ operands, has, values }, context) => {
    const files = operands.filter(isFile);
    // The file itself is written unless `-o` names another.
    const isChanging =
      ["changed", "filled", "extracted"].some(has) && values("output").length === 0;
    return [
      ...files.map((path) => reads(path)),
      ...(isChanging ? files.map((path) => writes(path, "change")) : []),
      prints(madeOf(files.flatMap((path) => context.contentOf(path)))),
    ];
  },
});
