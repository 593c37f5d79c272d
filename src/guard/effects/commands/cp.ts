// cp: reads its sources and writes its destination, which may be a directory.
import { append, baseOf, literal } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  optional,
  reads,
  valued,
  writes,
} from "../command-model.ts";

export const cp: CommandModel = command({
  names: ["cp"],
  options: {
    recursive: flag("-r", "-R", "-a", "--recursive", "--archive"),
    keepsLinks: flag("-d", "-P", "--no-dereference"),
    into: valued("-t", "--target-directory"),
    plain: flag("-T", "--no-target-directory"),
    suffix: valued("-S", "--suffix"),
    backup: optional("--backup", "--preserve", "--context", "--reflink", "--sparse", "--update"),
    without: valued("--no-preserve"),
    style: flag(
      ...[
        "-b",
        "-f",
        "-H",
        "-i",
        "-l",
        "-L",
        "-n",
        "-p",
        "-s",
        "-u",
        "-v",
        "-x",
        "-Z",
        "--attributes-only",
      ],
      ...["--copy-contents", "--force", "--interactive", "--link", "--dereference", "--no-clobber"],
      ...[
        "--parents",
        "--remove-destination",
        "--strip-trailing-slashes",
        "--symbolic-link",
        "--verbose",
      ],
      ...["--one-file-system", "--debug", "--keep-directory-symlink", "--help", "--version"],
    ),
  },
  effects: ({ operands, has, values }, context) => {
    const into = values("into");
    const sources = into.length > 0 ? operands : operands.slice(0, -1);
    const destinations = into.length > 0 ? into : operands.slice(-1);
    const found: Consequence[] = sources.map((path) =>
      reads(path, has("recursive") ? "tree" : "entry"),
    );
    for (const destination of destinations) {
      const isInside = into.length > 0 || (!has("plain") && context.isDirectory(destination));
      for (const source of sources) {
        const content = context.contentOf(source);
        const reach = has("recursive") && !context.isFile(source) ? "tree" : "entry";
        // A copied symlink leads where the first one leads.
        const keepsLink = (has("recursive") || has("keepsLinks")) && context.isLink(source);
        const same = keepsLink ? { sameAs: source } : {};
        if (!isInside) found.push(writes(destination, "create", { content, reach, ...same }));
        if (!has("plain"))
          found.push(
            writes(append(append(destination, literal("/")), baseOf(source)), "create", {
              content,
              reach,
              ...same,
            }),
          );
      }
    }
    return found;
  },
});
