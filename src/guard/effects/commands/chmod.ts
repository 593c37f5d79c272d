// chmod: permissions of files; the content stays.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { lendsRights } from "../paths/permissions.ts";

/** Letters of modes count as flags, because `-w` and `-rwx` are modes that begin with a dash. */
export const chmod: CommandModel = command({
  names: ["chmod", "zf_chmod", "gchmod"],
  options: {
    recursive: flags("-R --recursive"),
    reference: taking("--reference"),
    mode: flags("-r -w -x -X -t -u -g -o -a"),
    style: flags(
      "-c --changes -f --silent --quiet -v --verbose --no-preserve-root --preserve-root -h -H -L -P",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values }) => {
    const files = has("reference") || has("mode") ? operands : operands.slice(1);
    const paths = textOf(operands[0] ?? []) === undefined ? operands : files;
    return [
      ...(has("reference") || has("mode") ? [] : lendsRights(operands[0])),
      // The mode of a program of the system may be one that lends rights.
      ...values("reference").flatMap((path) =>
        /^(?!\/)(?!.*\.\.)/.test(textOf(path) ?? "/") ? [] : lendsRights(literal("u+s")),
      ),
      ...paths.map((path) =>
        writes(path, "change", { keepsContent: true, reach: has("recursive") ? "tree" : "entry" }),
      ),
    ];
  },
});
