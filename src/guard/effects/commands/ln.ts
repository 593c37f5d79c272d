// ln: gives files a further name.
import { literal } from "../../shell/text.ts";
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
import { destinations } from "../destinations.ts";

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
      ...places(source).map((path) =>
        writes(path, "create", {
          content: context.contentOf(source),
          reach: context.isFile(source) ? "entry" : "tree",
        }),
      ),
    ]);
  },
});
