// nox, invoke and fab: tasks that are written in Python, in a file of the project; fab runs them on other machines.
import { textOf } from "../../shell/values/text.ts";
import { pythonTaskCommands } from "../languages/formats/task-bodies.ts";
import { recipeProgram } from "../projects/recipes.ts";
import { effect } from "../model/verbs.ts";

export const nox = recipeProgram({
  names: ["nox", "invoke", "inv", "fab"],
  flags:
    "-r --reuse-existing-virtualenvs -R -N --no-venv --stop-on-first-error --no-stop-on-first-error --no-install --install-only --no-color --forcecolor -x --error-on-missing-interpreters --error-on-external-run --non-interactive -v --verbose --add-timestamp -d --debug --dry -e --echo -p --pty -w --warn-only --hide --no-dedupe --write-pyc --prompt-for-login-password --prompt-for-passphrase --prompt-for-sudo-password -y",
  choices:
    "-s --sessions --session -k --keywords -t --tags -P --extra-python --force-python --pythons --default-venv-backend --force-venv-backend --envdir --extra-pythons --report -c --collection --complete -T --command-timeout -D --list-depth -F --list-format -H --hosts -i --identity -S --ssh-config --connect-timeout",
  file: "-f --noxfile",
  directory: "--root --search-root",
  files: ["noxfile.py", "tasks.py", "fabfile.py"],
  recipes: (text, { words, values, name }) =>
    pythonTaskCommands(
      text,
      name === "nox" ? [...values("named").flatMap((word) => textOf(word) ?? []), ...words] : words,
    ),
  more: ({ name, words }) =>
    name === "fab" && words.length > 0
      ? [effect<"deploy">({ kind: "deploy", system: "machines", operation: words[0] ?? "" })]
      : [],
});
