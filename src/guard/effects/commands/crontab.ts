// crontab, at and batch: commands that run later, when nobody looks.
import { EMPTY, literal, type Text, textOf } from "../../shell/values/text.ts";
import { command, type Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { crontabCopy } from "../arguments/generated-names.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";
import { shellRuns } from "../model/shell-code.ts";

/** Where tables and jobs lie: both programs write there under names of their own, and then rename. */
const TABLES = literal("/var/spool/cron");

export const crontab = command({
  names: ["crontab", "at", "batch", "atq", "atrm"],
  options: {
    list: flags("l"),
    style: flags("ierVmMbvkT"),
    user: taking("u"),
    file: taking("fqtc"),
  },
  effects: ({ name, operands, args, values: valuesOf, stdin }, context) => {
    const words = args.map((word) => textOf(word) ?? "?");
    const isListing =
      name === "atq" ||
      (name === "crontab" &&
        words.includes("-l") &&
        !words.some((word) => /^-[a-z]*[er]/.test(word))) ||
      (name !== "crontab" && words.some((word) => /^-(l|c|V)$/.test(word)));
    if (isListing)
      return valuesOf("user").length > 0
        ? [
            effect<"privilege">({
              kind: "privilege",
              means: name,
              user: textOf(valuesOf("user")[0] ?? []),
            }),
          ]
        : [];
    const files = [...valuesOf("file"), ...(name === "crontab" ? operands : [])].filter(
      (path) => textOf(path) !== "-",
    );
    const later =
      files.length > 0 ? files.flatMap((path) => context.contentOf(path)) : (stdin ?? EMPTY);
    return [
      effect<"persist">({ kind: "persist", means: "scheduled-task", target: undefined }),
      writes(TABLES, "change", { reach: "tree" }),
      ...(name === "crontab" && words.some((word) => /^-[a-z]*e/.test(word))
        ? editedCopies(context.variable("TMPDIR"))
        : []),
      ...files.filter((path) => context.isFile(path)).map((path) => reads(path)),
      // What `at` is given runs with all rights of the user, only later.
      ...(name === "at" || name === "batch" ? shellRuns(later) : []),
    ];
  },
});

/** The copy that is edited: it stays where the new table could not be put in place. */
function editedCopies(folders: readonly Text[] | undefined): readonly Consequence[] {
  return crontabCopy(folders).flatMap(({ directory, file }) => [
    writes(directory, "create"),
    writes(file, "change"),
  ]);
}
