// file: tells from their content what files are; may take names from a list and compile its own rules.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { counts, prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, listedFiles, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const file: CommandModel = command({
  names: ["file"],
  options: {
    lists: taking("-f --files-from"),
    rules: taking("-m --magic-file"),
    choice: taking("-e --exclude --exclude-quiet -F --separator -P --parameter"),
    kept: flags("-k --keep-going -d --debug"),
    compile: flags("-C --compile"),
    style: flags(
      "-v -z --uncompress -Z --uncompress-noreport -b --brief -c --checking-printout -i --mime -I --apple --extension --mime-type --mime-encoding -l --list -L --dereference -h --no-dereference -n --no-buffer -N --no-pad -0 --print0 -p --preserve-date -r --raw -s --special-files -S --no-sandbox -E",
    ),
    about: ABOUT,
  },
  effects: (invocation, context) => {
    const { operands, has, values } = invocation;
    const lists = values("lists").map((list) => listedFiles(list, "\n", invocation, context));
    const files = [...operands, ...lists.flatMap(({ names }) => names)];
    return [
      ...lists.flatMap(({ consequences }) => consequences),
      ...values("rules").map((path) => reads(path, "tree")),
      // Rules of one's own may print what stands in a file; the usual ones name its kind.
      ...files.map((path) => (has("rules") || has("kept") ? reads(path) : counts(path))),
      ...(has("compile")
        ? [
            writes([{ kind: "text", text: "magic.mgc" }], "create"),
            cannotTell("dynamic-path", "where the compiled rules are written"),
          ]
        : []),
      prints(madeOf([...EMPTY, ...files.flatMap((path) => context.contentOf(path))])),
    ];
  },
});
