// task: the commands of a Taskfile, for the tasks that are named.
import { taskCommands } from "../languages/formats/taskfile.ts";
import { recipeProgram } from "../projects/recipes.ts";

export const task = recipeProgram({
  names: ["task", "go-task"],
  flags:
    "-a --list-all -l --list --summary -c --color --disable-fuzzy --exit-code -f --force --force-all -g --global -n --dry -p --parallel -s --silent --status -v --verbose -w --watch -x -y --yes --offline --insecure --download --clear-cache --experiments -i --init --nested --json --no-status",
  choices:
    "-C --concurrency -I --interval -o --output --output-group-begin --output-group-end --sort --timeout --expiry --completion",
  file: "-t --taskfile",
  directory: "-d --dir",
  files: [
    "Taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
    "Taskfile.dist.yaml",
  ],
  above: true,
  recipes: (text, { words }) => taskCommands(text, words),
});
