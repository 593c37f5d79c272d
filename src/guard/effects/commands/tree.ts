// tree: names of a tree, which are not content; -o and -R write files.
import { EMPTY, literal } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const tree: CommandModel = command({
  names: ["tree"],
  options: {
    output: taking("-o"),
    rerun: flags("-R"),
    fromFile: flags("--fromfile --fromtabfile --fflinks"),
    files: taking("--gitfile --infofile --hintro --houtro"),
    choice: taking("-L -P -I --charset --filelimit --timefmt --sort -H -T --filesfrom"),
    style: flags(
      "-a -d -l -f -x --gitignore --ignore-case --matchdirs --metafirst --prune --info --noreport -q -N -Q -p -u -g -s -h --si --du -D -F --inodes --device -v -t -c -U -r --dirsfirst --filesfirst -i -A -S -n -C -X -J --nolinks --opt-toggle",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values }) => {
    const roots = operands.length === 0 ? [literal(".")] : operands;
    const found: Consequence[] = values("files").map((path) => reads(path));
    if (has("fromFile")) found.push(...operands.map((path) => reads(path)));
    // Pages of a listing go into every directory on the way down.
    if (has("rerun")) found.push(...roots.map((root) => writes(root, "create", { reach: "tree" })));
    return [
      ...found,
      ...values("output").map((path) => writes(path, "create")),
      prints(values("output").length > 0 ? EMPTY : madeOf(EMPTY)),
    ];
  },
});
