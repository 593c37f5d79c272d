// taplo: checks and formats TOML files; schemas of a check may come from the network.
import { sourcesOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { type FileProgram, fileProgram } from "../projects/file-program.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { asProgram, egress, readOnlyVerb, verbModel, verbs } from "../model/verbs.ts";

const STYLE = "--verbose --no-auto-config --force -h";
const FILES = {
  names: ["taplo"],
  operands: "trees",
  sources: "toml",
  settings: ".taplo.toml taplo.toml",
  inputs: "-c --config",
} as const satisfies Partial<FileProgram>;

const format = fileProgram({
  ...FILES,
  keeping: "--check --diff",
  choices: "-o --option --colors --stdin-filepath --cache-path",
  flags: STYLE,
});

/** A document names its schema, and so may the settings. */
const check = fileProgram({
  ...FILES,
  inputs: "-c --config --schema",
  choices: "--colors --cache-path --schema-catalog",
  flags: `${STYLE} --no-schema --default-schema-catalogs`,
  more: ({ args }) =>
    args.some(
      (word) => word.length === 1 && word[0]?.kind === "text" && word[0].text === "--no-schema",
    )
      ? []
      : [egress(undefined, [{ kind: "argument" }, ...sourcesOf(args)])],
});

const get = fileProgram({
  ...FILES,
  operands: "words",
  inputs: "-f --file-path",
  choices: "-o --output-format -s --separator --colors",
  flags: `${STYLE} --strip-newline`,
});

export const taplo: CommandModel = verbModel({
  names: ["taplo"],
  options: { about: ABOUT, colors: taking("--colors"), style: flags(`${STYLE} -V`) },
  table: verbs(
    ["format,fmt", asProgram(format)],
    ["lint,check,validate", asProgram(check)],
    ["get", asProgram(get)],
    ["help,completions,config default,config schema", readOnlyVerb(flags(STYLE))],
  ),
});
