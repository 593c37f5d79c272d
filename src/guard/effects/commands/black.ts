// black: formats Python files; its settings are plain data.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const black: CommandModel = fileProgram({
  names: ["black"],
  operands: "given-trees",
  sources: "py pyi ipynb",
  settings: "pyproject.toml .gitignore",
  keeping: "--check --diff -h",
  inputs: "--config",
  cache: "black",
  choices:
    "-c --code -l --line-length -t --target-version --python-cell-magics --required-version --include --exclude --extend-exclude --force-exclude --stdin-filename -W --workers --enable-unstable-feature --line-ranges",
  flags:
    "--pyi --ipynb -x --skip-source-first-line -S --skip-string-normalization -C --skip-magic-trailing-comma --preview --unstable --color --no-color --fast --safe -q --quiet -v --verbose --no-cache",
});
