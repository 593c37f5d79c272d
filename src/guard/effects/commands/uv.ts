// uv, poetry, pipx and their relatives: environments of Python projects.
import { flags, values } from "../option-lists.ts";
import {
  both,
  deploys,
  installs,
  looks,
  publishes,
  runsCode,
  runsFetched,
  talksTo,
  verbModel,
  verbs,
} from "../verbs.ts";

const LISTING = [
  flags(
    "qvhltaTo",
    "--help --all --tree --quiet --verbose --outdated --json --no-dev --top-level --latest",
  ),
  values("", "--format --output-format --depth --package"),
];

export const uv = verbModel({
  names: ["uv", "poetry", "pipx", "pdm", "hatch", "conda", "mamba", "pipenv"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags("qvn", "--quiet --verbose --no-interaction --offline --no-cache --no-progress"),
    place: values("C", "--directory --project --color"),
  },
  table: verbs(
    [
      "add,install,sync,lock,update,upgrade,pip install,pip sync,pip compile,tool install,tool upgrade,python install,inject,upgrade-all,self update,create,env create,reinstall,python upgrade",
      installs(),
    ],
    [
      "run,shell,tool run,build,test,activate,script,run-script,pytest",
      both(runsCode(), runsFetched),
    ],
    ["uvx,x", both(installs(), runsCode(), runsFetched)],
    ["publish", publishes("package", undefined)],
    [
      "list,tree,show,check,version,--version,pip list,pip show,pip freeze,pip tree,pip check,python list,python find,python dir,tool list,tool dir,cache dir,env list,env info,info,environment,help,config --list",
      looks(...LISTING),
    ],
    ["search,self", talksTo(undefined)],
    [
      "remove,uninstall,pip uninstall,tool uninstall,env remove,venv,init,new,python pin,config,cache clean,cache clear,cache prune",
      deploys("python environment"),
    ],
  ),
});
