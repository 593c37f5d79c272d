// dos2unix and unix2dos: change the ends of lines in place, or into a second file.
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { inputsOf, madeOf, rewrites } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const dos2unix: CommandModel = command({
  names: ["dos2unix", "unix2dos", "mac2unix", "unix2mac"],
  options: {
    newFile: flags("-n --newfile"),
    info: maybeTaking("-i --info"),
    output: flags("-O --to-stdout"),
    mode: taking("-c --convmode -D --display-enc"),
    style: flags(
      "-ascii -iso -1252 -437 -850 -860 -863 -865 -7 -b --keep-bom -f --force -gb --gb18030 -h -k --keepdate -L --license -l --newline -e --add-eol --no-add-eol -m --add-bom --allow-chown --no-allow-chown -o --oldfile -q --quiet -r --remove-bom -s --safe -u --keep-utf16 -ul --assume-utf16le -ub --assume-utf16be -v --verbose -F --follow-symlink -R --replace-symlink -S --skip-symlink -V",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, stdin }, context) => {
    const { texts } = inputsOf(operands, stdin, context);
    const found: Consequence[] = operands.map((path) => reads(path));
    if (operands.length === 0 || has("info") || has("output"))
      return [...found, prints(madeOf(texts))];
    const changed = operands.filter((_, at) => !has("newFile") || at % 2 === 1);
    return [...found, ...rewrites(changed, texts)];
  },
});
