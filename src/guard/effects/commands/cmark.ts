// cmark and cmark-gfm: turn Markdown into HTML and other formats.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const cmark: CommandModel = fileProgram({
  names: ["cmark", "cmark-gfm"],
  operands: "inputs",
  choices: "-t --to --width -e --extension",
  flags:
    "--sourcepos --hardbreaks --nobreaks --safe --unsafe --smart --validate-utf8 -s --strict --github-pre-lang --full-info-string --liberal-html-tag --footnotes --table-prefer-style-attributes --strikethrough-double-tilde --tasklist --list-extensions -h",
});
