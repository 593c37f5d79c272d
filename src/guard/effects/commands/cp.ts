// cp: reads its sources and writes its destination, which may be a directory.
import { append, literal } from "../../shell/values/text.ts";
import { BACKUP_OPTIONS, backupOf } from "../paths/backups.ts";
import { copiedOperands, isNoDirectory, namesInside } from "../paths/destinations.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  optional,
  valued,
} from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";

export const cp: CommandModel = command({
  names: ["cp"],
  options: {
    recursive: flag("-r", "-R", "-a", "--recursive", "--archive"),
    keepsLinks: flag("-d", "-P", "--no-dereference"),
    into: valued("-t", "--target-directory"),
    plain: flag("-T", "--no-target-directory"),
    ...BACKUP_OPTIONS,
    parents: flag("--parents"),
    choice: optional("--preserve", "--context", "--reflink", "--update"),
    without: valued("--no-preserve", "--sparse"),
    noClobber: flag("-n", "--no-clobber"),
    force: flag("-f", "--force", "-i", "--interactive", "--remove-destination"),
    links: flag("-l", "-s", "--link", "--symbolic-link"),
    style: flag(
      ...["-H", "-L", "-p", "-u", "-v", "-x", "-Z", "--attributes-only"],
      ...["--copy-contents", "--dereference"],
      ...["--strip-trailing-slashes", "--verbose"],
      ...["--one-file-system", "--debug", "--keep-directory-symlink", "--help", "--version"],
    ),
  },
  effects: ({ operands, has, values }, context) => {
    // Of several such options the last one counts, where they are not an error.
    const into = values("into").slice(-1);
    const sources = into.length > 0 ? operands : copiedOperands(operands);
    const destinations = into.length > 0 ? into : operands.slice(-1);
    const keepsOld = has("noClobber") && !has("force");
    const found: Consequence[] = sources.map((path) =>
      reads(path, has("recursive") ? "tree" : "entry"),
    );
    for (const destination of destinations) {
      const isInside =
        into.length > 0 || has("parents") || (!has("plain") && context.isDirectory(destination));
      const isPlain = has("plain") || (!isInside && isNoDirectory(destination, context));
      for (const source of sources) {
        const content = context.contentOf(source);
        const reach = has("recursive") && !context.isFile(source) ? "tree" : "entry";
        // A copied symlink leads where the first one leads.
        const keepsLink = (has("recursive") || has("keepsLinks")) && context.isLink(source);
        const same = keepsLink
          ? { sameAs: source }
          : reach === "entry"
            ? { isFile: true as const }
            : {};
        const inside = has("parents") ? [source] : namesInside(source, context);
        const places = [
          ...(isInside ? [] : [destination]),
          ...(isPlain ? [] : inside.map((name) => append(append(destination, literal("/")), name))),
        ];
        const copy =
          reach === "entry" && sources.length === 1 && !keepsLink && !has("links")
            ? { copyOf: source, ...(keepsOld ? ({ keepsOld } as const) : {}) }
            : {};
        for (const path of places)
          found.push(
            writes(path, "create", { content, reach, ...same, ...copy }),
            ...backupOf(path, has),
          );
      }
    }
    return found;
  },
});
