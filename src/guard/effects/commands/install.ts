// install: copies files with a mode, makes directories, may run a program that strips.
import { EMPTY, literal, type Text } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { BACKUP_OPTIONS, backupOf } from "../paths/backups.ts";
import { destinations } from "../paths/destinations.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { lendsRights } from "../paths/permissions.ts";

export const install: CommandModel = command({
  names: ["install", "ginstall"],
  options: {
    directory: flags("-d --directory"),
    into: taking("-t --target-directory"),
    plain: flags("-T --no-target-directory"),
    mode: taking("-m --mode"),
    strip: flags("-s --strip"),
    stripProgram: taking("--strip-program"),
    ...BACKUP_OPTIONS,
    choice: taking("-g --group -o --owner"),
    context: maybeTaking("--context"),
    style: flags("-c -C --compare -D -p --preserve-timestamps -v --verbose --preserve-context -Z"),
    about: ABOUT,
  },
  effects: ({ operands, has, values }, context) => {
    const rights = lendsRights(values("mode").at(-1));
    if (has("directory"))
      return [...rights, ...operands.map((path) => writes(path, "create", { content: EMPTY }))];
    const { sources, places } = destinations(operands, values("into"), has("plain"), context);
    const strip = values("stripProgram").at(-1) ?? literal("strip");
    const copy = (source: Text, path: Text): Consequence[] => [
      writes(path, "create", { content: context.contentOf(source) }),
      ...backupOf(path, has),
      ...(has("strip") || has("stripProgram")
        ? [{ kind: "run", argv: [strip, path], stdin: undefined } as const]
        : []),
    ];
    return [
      ...rights,
      ...sources.flatMap((source) => [
        reads(source),
        ...places(source).flatMap((path) => copy(source, path)),
      ]),
    ];
  },
});
