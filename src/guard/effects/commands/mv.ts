// mv: gives files another name.
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  optional,
  valued,
} from "../model/command-model.ts";
import { reads, writes, deletes } from "../model/consequences.ts";
import { BACKUP_OPTIONS, backupOf } from "../paths/backups.ts";
import { destinations } from "../paths/destinations.ts";

export const mv: CommandModel = command({
  names: ["mv", "zf_mv"],
  options: {
    into: valued("-t", "--target-directory"),
    ...BACKUP_OPTIONS,
    choice: optional("--update"),
    plain: flag("-T", "--no-target-directory"),
    style: flag(
      "-f",
      "-i",
      "-n",
      "-u",
      "-v",
      "-Z",
      "--force",
      "--interactive",
      "--no-clobber",
      "--strip-trailing-slashes",
      "--verbose",
      "--context",
      "--debug",
      "--no-copy",
      "--exchange",
      "--help",
      "--version",
    ),
  },
  effects: ({ operands, values, has }, context) => {
    const { sources, places } = destinations(operands, values("into"), has("plain"), context);
    // The empty name is that of nothing, and moving it fails.
    const named = sources.filter((source) => source.length > 0);
    return named.flatMap((source): Consequence[] => [
      // A moved file can be read under its new name, so moving it is as good as reading it.
      reads(source, "tree"),
      deletes(source, "tree"),
      ...places(source).flatMap((path) => [
        writes(path, "create", {
          content: context.contentOf(source),
          sameAs: source,
          ...(context.isFile(source) ? { reach: "entry", isFile: true } : { reach: "tree" }),
        }),
        ...backupOf(path, has),
      ]),
    ]);
  },
});
