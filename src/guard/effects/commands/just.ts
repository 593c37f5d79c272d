// just: the recipes of a justfile, for the names that are given.
import { justRecipes } from "../languages/formats/justfile.ts";
import { recipeProgram } from "../projects/recipes.ts";

export const just = recipeProgram({
  names: ["just"],
  flags:
    "-n --dry-run -q --quiet -u --unsorted -v --verbose -1 --one --check --clear-shell-args --explain --highlight --no-aliases --no-deps --no-dotenv --no-highlight --shell-command --timestamp --yes --allow-missing --unstable --evaluate --variables --fmt --choose --edit -e --init -g --global-justfile --ceiling",
  choices:
    "--alias-style --chooser --color --command-color --cygpath --dotenv-filename -E --dotenv-path --dump-format --list-heading --list-prefix --shell-arg --timestamp-format --tempdir --list-submodules",
  file: "-f --justfile",
  directory: "-d --working-directory",
  program: "-c --command",
  files: ["justfile", ".justfile", "Justfile"],
  above: true,
  optionsEnd: "first-operand",
  looking: "-l --list --summary --dump --show -s --groups --man --changelog --completions --usage",
  recipes: (text, { words }) => justRecipes(text, words),
});
