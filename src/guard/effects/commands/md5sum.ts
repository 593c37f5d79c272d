// md5sum and its relatives: digests of files, or a check of a list of them.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const md5sum: CommandModel = command({
  names: [
    ...["md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum"],
    ...["cksum", "sum", "shasum"],
  ],
  options: {
    check: flags("-c --check"),
    choice: taking("-a --algorithm -l --length"),
    style: flags(
      "-b --binary --tag --untagged -t --text -z --zero --ignore-missing --quiet --status --strict -w --warn --debug --raw --base64 -r -s --sysv -U -0 --UNIVERSAL --01",
    ),
    about: ABOUT,
  },
  effects: ({ operands, stdin }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    // Files that a list names are only compared with their digests: nothing of their content is shown.
    return [...opened, prints(madeOf(texts))];
  },
});
