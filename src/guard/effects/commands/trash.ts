// srm, trash, gio trash and others that delete what they are given, or put it where nobody looks.
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes } from "../model/consequences.ts";
import { append, literal, textOf } from "../../shell/values/text.ts";
import { flags } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

const NAMES =
  "srm wipe trash trash-put trash-rm trash-empty trashy rmtrash gomi gio gvfs-trash safe-rm tmpreaper tmpwatch stmpclean kioclient kioclient5".split(
    " ",
  );
/** Subcommands of gio that only look. */
const LOOKS = /^(cat|info|list|tree|monitor|help|version|mime)$/;

export const trash: CommandModel = command({
  names: NAMES,
  // Whatever their options say, what they are given is gone afterwards.
  hasOtherOptions: true,
  options: { emptied: flags("--empty"), about: flags("--version --help -h -V") },
  effects: ({ name, operands, has }, { home }) => {
    if (has("about") && operands.length === 0) return [];
    const hasVerb = name.startsWith("gio") || name.startsWith("kio");
    const verb = hasVerb && operands.length > 0 ? textOf(operands[0] ?? []) : undefined;
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
    const empties = /^trash-(empty|rm)$/.test(name) || (verb === "trash" && has("emptied"));
    const paths = verb === undefined ? operands : operands.slice(1);
    return [
      ...(empties ? [deletes(bin, "tree")] : []),
      ...(/^trash-(empty|rm)$/.test(name) ? [] : paths).map(
        (path): Consequence => deletes(path, "tree"),
      ),
    ];
  },
});
