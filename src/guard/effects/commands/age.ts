// age, rage and age-keygen: encrypt and decrypt files, and make keys for that.
import { EMPTY, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, reads, writes } from "../model/command-model.ts";
import { inputsOf, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const age: CommandModel = command({
  names: ["age", "rage", "age-keygen", "rage-keygen"],
  options: {
    output: taking("-o --output"),
    reads: taking("-i --identity -R --recipients-file"),
    choice: taking("-r --recipient -j --max-work-factor"),
    style: flags("-e --encrypt -d --decrypt -p --passphrase -a --armor -y -pq --pq -h"),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin, name }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    const outputs = values("output").filter(
      (path) => isFile(path) && textOf(path) !== "/dev/stdout",
    );
    const isNew = name.endsWith("keygen") && operands.length === 0;
    const content = madeOf(isNew ? EMPTY : texts);
    return [
      ...opened,
      ...values("reads")
        .filter(isFile)
        .map((path) => reads(path)),
      ...outputs.map((path) => writes(path, "create", { content })),
      prints(outputs.length > 0 ? EMPTY : content),
    ];
  },
});
