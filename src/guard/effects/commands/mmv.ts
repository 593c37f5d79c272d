// mmv: moves, copies or links many files by a pattern and a new name with the parts that it matched.
import { hole, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, deletes, reads, writes } from "../model/command-model.ts";
import { madeOf, writesUnknown } from "../model/filter.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const mmv: CommandModel = command({
  names: ["mmv", "mcp", "mln", "mad"],
  options: {
    dry: flags("-n --dryrun"),
    copying: flags("-c --copy -a --append -l --hardlink -s --symlink -o --overwrite"),
    directories: flags("-r --rename"),
    style: flags(
      "-h --hidden -m --move -x --copydel -d --force -p --protect -g --go -t --terminate -v --verbose -V",
    ),
    about: ABOUT,
  },
  effects: ({ name, operands, has }, context) => {
    if (has("dry") || has("about")) return [];
    const [from, to, ...more] = operands.map((word) => textOf(word));
    if (from === undefined || to === undefined || more.length > 0)
      return writesUnknown("patterns of files that are not known");
    const sources = like(from);
    const keeps = has("copying") || name !== "mmv";
    const reach = has("directories") ? "tree" : "entry";
    return [
      reads(sources, reach),
      ...(keeps ? [] : [deletes(sources, reach)]),
      writes(like(to.replace(/#[lu]?\d+/g, "*")), "create", {
        content: madeOf(context.contentOf(sources)),
        sameAs: sources,
      }),
    ];
  },
});

/** Files that match a pattern of mmv: `;` before a name stands for any directories. */
function like(pattern: string): Text {
  return [
    hole("dynamic-path", {
      like: pattern.replaceAll(";", "**/").replaceAll("~", "*"),
      splits: false,
    }),
  ];
}
