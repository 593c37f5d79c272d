// pngquant: makes PNG files with fewer colours, beside the sources.
import type { CommandModel } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { fileProgram } from "../projects/file-program.ts";
import { isFile } from "../model/filter.ts";
import { madeBeside } from "../arguments/generated-names.ts";
import { textOf } from "../../shell/values/text.ts";

export const pngquant: CommandModel = fileProgram({
  names: ["pngquant"],
  operands: "inputs",
  outputs: "-o --output",
  inputs: "--map",
  choices: "--ext --quality -Q --speed -s --posterize",
  glued: "--floyd",
  flags:
    "-f --force --skip-if-larger --nofs --ordered --strip -v --verbose -q --quiet -h --iebug --no-force --transbug",
  more: ({ operands, has }) =>
    has("outputs")
      ? []
      : operands
          .filter((path) => isFile(path) && !/^\d+$/.test(textOf(path) ?? ""))
          .map((path) => writes(madeBeside(path), "create")),
});
