// ln: gives files a further name.
import { literal } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { BACKUP_OPTIONS, backupOf } from "../paths/backups.ts";
import { destinations } from "../paths/destinations.ts";
import { seenFrom } from "../paths/symlink-targets.ts";

export const ln: CommandModel = command({
  names: ["ln", "zf_ln"],
  options: {
    into: valued("-t", "--target-directory"),
    ...BACKUP_OPTIONS,
    symbolic: flag("-s", "--symbolic"),
    plain: flag("-T", "--no-target-directory"),
    relative: flag("-r", "--relative"),
    style: flag(
      "-d",
      "-f",
      "-F",
      "-i",
      "-L",
      "-n",
      "-P",
      "-v",
      "--directory",
      "--force",
      "--interactive",
      "--logical",
      "--no-dereference",
      "--physical",
      "--verbose",
      "--help",
      "--version",
    ),
  },
  effects: ({ operands, values, has }, context) => {
    const all =
      operands.length === 1 && values("into").length === 0 ? [...operands, literal(".")] : operands;
    const { sources, places } = destinations(all, values("into"), has("plain"), context);
    return sources.flatMap((source) =>
      places(source).flatMap((path): Consequence[] => {
        // A symbolic link is read from where it stands, not from where it was made.
        const linked = has("symbolic") && !has("relative") ? seenFrom(path, source) : source;
        return [
          // What is linked can be read and changed under the new name.
          reads(linked, "tree"),
          writes(path, "create", {
            content: context.contentOf(linked),
            sameAs: linked,
            reach: context.isFile(linked) ? "entry" : "tree",
          }),
          ...backupOf(path, has),
        ];
      }),
    );
  },
});
