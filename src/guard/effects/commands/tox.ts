// tox: the commands of the environments in which a Python project is tested.
import { toxCommands } from "../languages/formats/task-bodies.ts";
import { recipeProgram } from "../projects/recipes.ts";
import { textOf } from "../../shell/values/text.ts";

export const tox = recipeProgram({
  names: ["tox"],
  flags:
    "-v --verbose -q --quiet -r --recreate -p --parallel -o --parallel-live --notest --sdistonly --skip-missing-interpreters --develop --discover --no-recreate-pkg --no-provision --skip-pkg-install --installpkg --pre --alwayscopy --no-list-dependencies --stderr-color --colored",
  choices:
    "-e -m -f -x --override --result-json --hashseed --workdir --root --force-dep --sitepackages --skip-env",
  file: "-c --conf",
  files: ["tox.ini"],
  looking: "-l --listenvs -a --listenvs-all --showconfig",
  isReadOnly: ({ words }) =>
    /^(?:l|list|c|config|d|depends|q|quickstart|schema|man)$/.test(words[0] ?? ""),
  recipes: (text, { values }) =>
    toxCommands(
      text,
      values("named").flatMap((word) => (textOf(word) ?? "").split(",")),
    ),
});
