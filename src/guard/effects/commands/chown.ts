// chown and chgrp: owner and group of files; the content stays.
import { knownPrefix } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

/** Where the system keeps its own: whoever owns a file there decides over the machine, or breaks it. */
const SYSTEM =
  /^\/+(?:$|(?:bin|boot|dev|etc|lib(?:32|64|x32)?|proc|run|sbin|sys|usr|var\/(?:db|lib|run|spool))(?:\/|$))/;

export const chown: CommandModel = command({
  names: ["chown", "zf_chown", "chgrp", "zf_chgrp", "gchown"],
  options: {
    recursive: flags("-R --recursive"),
    reference: taking("--reference"),
    from: taking("--from"),
    style: flags(
      "-c --changes -f --silent --quiet -v --verbose --dereference -h --no-dereference --no-preserve-root --preserve-root -H -L -P",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has }, { placeOf }) =>
    (has("reference") ? operands : operands.slice(1)).flatMap((path) => [
      ...(SYSTEM.test(placeOf(path) ?? knownPrefix(path))
        ? [effect<"privilege">({ kind: "privilege", means: "system-owner", user: undefined })]
        : []),
      writes(path, "change", { keepsContent: true, reach: has("recursive") ? "tree" : "entry" }),
    ]),
});
