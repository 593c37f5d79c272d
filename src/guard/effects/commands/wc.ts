// wc: counts what is in files.
import { hole, type Text, textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  prints,
  reads,
  valued,
} from "../command-model.ts";

export const wc: CommandModel = command({
  names: ["wc"],
  options: {
    style: flag(
      "-c",
      "-l",
      "-L",
      "-m",
      "-w",
      "--bytes",
      "--chars",
      "--lines",
      "--words",
      "--max-line-length",
    ),
    files: valued("--files0-from"),
    total: valued("--total"),
    about: flag("--help", "--version"),
  },
  effects: ({ operands, values }) => [
    ...[...operands, ...values("files")].filter(isFile).map((path) => reads(path)),
    ...values("files").map(
      (): Consequence => ({
        kind: "unknown",
        reason: "dynamic-path",
        detail: "file names read from a file",
      }),
    ),
    prints([[hole("unmodelled", { splits: true, like: "*" })]]),
  ],
});

function isFile(path: Text): boolean {
  return textOf(path) !== "-";
}
