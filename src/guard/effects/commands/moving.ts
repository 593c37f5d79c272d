// Programs that give files other names or further copies: mv, ln, tee.
import { append, baseOf, EMPTY, literal, type Text } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  deletes,
  flag,
  optional,
  prints,
  reads,
  valued,
  writes,
} from "../command-model.ts";

export const mv: CommandModel = command({
  names: ["mv"],
  options: {
    into: valued("-t", "--target-directory"),
    suffix: valued("-S", "--suffix"),
    choice: optional("--backup", "--update"),
    plain: flag("-T", "--no-target-directory"),
    style: flag(
      "-b",
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
    const { sources, places } = destinations(operands, values("into"), has("plain"));
    return sources.flatMap((source): Consequence[] => [
      // A moved file can be read under its new name, so moving it is as good as reading it.
      reads(source, "tree"),
      deletes(source, "tree"),
      ...places(source).map((path) => writes(path, "create", context.contentOf(source))),
    ]);
  },
});

export const ln: CommandModel = command({
  names: ["ln"],
  options: {
    into: valued("-t", "--target-directory"),
    suffix: valued("-S", "--suffix"),
    choice: optional("--backup"),
    plain: flag("-T", "--no-target-directory"),
    style: flag(
      "-b",
      "-d",
      "-f",
      "-F",
      "-i",
      "-L",
      "-n",
      "-P",
      "-r",
      "-s",
      "-v",
      "--directory",
      "--force",
      "--interactive",
      "--logical",
      "--no-dereference",
      "--physical",
      "--relative",
      "--symbolic",
      "--verbose",
      "--help",
      "--version",
    ),
  },
  effects: ({ operands, values, has }, context) => {
    const all =
      operands.length === 1 && values("into").length === 0 ? [...operands, literal(".")] : operands;
    const { sources, places } = destinations(all, values("into"), has("plain"));
    return sources.flatMap((source): Consequence[] => [
      // What is linked can be read and changed under the new name.
      reads(source, "tree"),
      ...places(source).map((path) => writes(path, "create", context.contentOf(source))),
    ]);
  },
});

export const tee: CommandModel = command({
  names: ["tee"],
  options: {
    append: flag("-a", "--append"),
    style: flag("-i", "-p", "--ignore-interrupts", "--help", "--version"),
    errors: optional("--output-error"),
  },
  effects: ({ operands, has, stdin }) => [
    ...operands.map((path) => writes(path, has("append") ? "append" : "create", stdin ?? EMPTY)),
    prints(stdin ?? EMPTY),
  ],
});

function destinations(
  operands: readonly Text[],
  into: readonly Text[],
  plain: boolean,
): { sources: readonly Text[]; places: (source: Text) => readonly Text[] } {
  const sources = into.length > 0 ? operands : operands.slice(0, -1);
  const targets = into.length > 0 ? into : operands.slice(-1);
  return {
    sources,
    places: (source) =>
      targets.flatMap((target) => {
        const inside = append(append(target, literal("/")), baseOf(source));
        if (into.length > 0) return [inside];
        return plain ? [target] : [target, inside];
      }),
  };
}
