// chown and chgrp: owner and group of files; the content stays.
import { type CommandModel, command, writes } from "../command-model.ts";
import { ABOUT, flags, taking } from "../option-list.ts";

export const chown: CommandModel = command({
  names: ["chown", "chgrp", "gchown"],
  options: {
    recursive: flags("-R --recursive"),
    reference: taking("--reference"),
    from: taking("--from"),
    style: flags(
      "-c --changes -f --silent --quiet -v --verbose --dereference -h --no-dereference --no-preserve-root --preserve-root -H -L -P",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has }) =>
    (has("reference") ? operands : operands.slice(1)).map((path) =>
      writes(path, "change", { keepsContent: true, reach: has("recursive") ? "tree" : "entry" }),
    ),
});
