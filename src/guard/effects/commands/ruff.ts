// ruff: checks and formats Python files; its settings are plain data, and no code of the project runs.
import { literal } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { deletes } from "../model/consequences.ts";
import { type FileProgram, fileProgram } from "../projects/file-program.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { asProgram, readOnlyVerb, verbModel, verbs } from "../model/verbs.ts";

const STYLE = "-v --verbose -q --quiet -s --silent -h";
const FINDING =
  "--respect-gitignore --no-respect-gitignore --force-exclude --no-force-exclude --preview --no-preview";
const FILES = {
  names: ["ruff"],
  operands: "trees",
  sources: "py pyi ipynb pyw",
  settings: "ruff.toml .ruff.toml pyproject.toml .gitignore .ignore .git/info/exclude",
  changing: /^[^\S\n\r]*(?:fix|fix-only)\s*=\s*true\b/m,
  isolated: "--isolated",
  inputs: "--config",
  cache: "./.ruff_cache",
} as const satisfies Partial<FileProgram>;

const check = fileProgram({
  ...FILES,
  inPlace: "--fix --unsafe-fixes --fix-only --add-noqa --add-ignore",
  outputs: "-o --output-file --cache-dir",
  choices:
    "--output-format --target-version --extension --select --ignore --extend-select --per-file-ignores --extend-per-file-ignores --fixable --unfixable --extend-fixable --exclude --extend-exclude --stdin-filename --color --line-length",
  flags: `${STYLE} ${FINDING} --no-fix --no-unsafe-fixes --show-fixes --no-show-fixes --diff -w --watch --ignore-noqa --statistics --show-files --show-settings -n --no-cache -e --exit-zero --exit-non-zero-on-fix`,
});

const format = fileProgram({
  ...FILES,
  keeping: "--check --diff",
  outputs: "--cache-dir",
  choices:
    "--extension --target-version --output-format --stdin-filename --exclude --extend-exclude --line-length --range --color",
  flags: `${STYLE} ${FINDING} -n --no-cache --exit-non-zero-on-format`,
});

const graph = fileProgram({
  ...FILES,
  choices: "--direction --min-dots --target-version --color",
  inputs: "--config --python",
  flags: `${STYLE} ${FINDING} --detect-string-imports --type-checking-imports`,
});

export const ruff: CommandModel = verbModel({
  names: ["ruff"],
  options: {
    about: ABOUT,
    config: taking("--config --color"),
    style: flags(`${STYLE} --isolated -V`),
  },
  table: verbs(
    ["check", asProgram(check)],
    ["format", asProgram(format)],
    ["analyze graph", asProgram(graph)],
    [
      "rule,config,linter,version,help",
      readOnlyVerb(
        taking("--output-format --config --color"),
        flags(`${STYLE} --isolated --all`),
        ABOUT,
      ),
    ],
    ["clean", { effects: () => [deletes(literal(".ruff_cache"), "tree")] }],
  ),
});
