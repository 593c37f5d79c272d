// clang-format: formats source files of the C family and others; its style files are plain data.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const clangFormat: CommandModel = fileProgram({
  names: ["clang-format"],
  operands: "inputs",
  inPlace: "-i",
  settings: ".clang-format _clang-format .clang-format-ignore",
  inputs: "--files -files",
  choices:
    "--assume-filename -assume-filename --cursor -cursor --fallback-style -fallback-style --ferror-limit -ferror-limit --length -length --lines -lines --offset -offset --qualifier-alignment --style -style --Wno-error -Wno-error",
  glued: "--sort-includes -sort-includes --Werror -Werror --Wclang-format-violations",
  flags:
    "--dry-run -dry-run -n --dump-config -dump-config --output-replacements-xml -output-replacements-xml --verbose -verbose --help-list --help-list-hidden --fail-on-incomplete-format -h -v",
});
