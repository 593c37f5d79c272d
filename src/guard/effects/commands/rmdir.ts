// rmdir: deletes empty directories; with -p the ones above them too.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { deletes } from "../model/consequences.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const rmdir: CommandModel = command({
  names: ["rmdir", "zf_rmdir"],
  options: {
    parents: flags("-p --parents"),
    style: flags("--ignore-fail-on-non-empty -v --verbose"),
    about: ABOUT,
  },
  effects: ({ operands, has }) =>
    operands.flatMap((path) =>
      (has("parents") ? [path, ...above(path)] : [path]).map((one) => deletes(one, "entry")),
    ),
});

/** The directories that a path names on its way. */
function above(path: Text): readonly Text[] {
  const parts = (textOf(path) ?? "").replace(/\/+$/, "").split("/");
  return parts
    .slice(1)
    .map((_, at) => parts.slice(0, at + 1).join("/"))
    .filter((one) => one !== "")
    .map((one) => literal(one));
}
