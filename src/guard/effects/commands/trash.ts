// srm, trash, gio trash and others that delete what they are given, or put it where nobody looks.
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes } from "../model/consequences.ts";
import { append, literal, textOf } from "../../shell/values/text.ts";
import { effect } from "../model/verbs.ts";

const NAMES =
  "srm wipe trash trash-put trash-rm trash-empty trashy rmtrash gomi gio gvfs-trash safe-rm tmpreaper tmpwatch stmpclean kioclient kioclient5".split(
    " ",
  );
/** Subcommands of gio that only look. */
const LOOKS = /^(cat|info|list|tree|monitor|help|version|mime)$/;

export const trash: CommandModel = command({
  names: NAMES,
  own: "seventeen programs that share no option",
  options: {},
  effects: ({ name, args }, { home }) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(--version|--help|-h|-V)$/.test(words[0] ?? "")) return [];
    const verb = name.startsWith("gio") || name.startsWith("kio") ? words[0] : undefined;
    if (verb !== undefined && !/^(trash|remove|move)$/.test(verb))
      return LOOKS.test(verb)
        ? []
        : [
            effect<"execute">({
              kind: "execute",
              program: name,
              origin: "system",
              reach: "unbounded",
            }),
          ];
    const bin = append(literal(home), literal("/.local/share/Trash"));
    const empties =
      /^trash-(empty|rm)$/.test(name) || (verb === "trash" && words.includes("--empty"));
    const paths = (verb === undefined ? args : args.slice(1)).filter(
      (word) => textOf(word)?.startsWith("-") !== true,
    );
    return [
      ...(empties ? [deletes(bin, "tree")] : []),
      ...(/^trash-(empty|rm)$/.test(name) ? [] : paths).map(
        (path): Consequence => deletes(path, "tree"),
      ),
    ];
  },
});
