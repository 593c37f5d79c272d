// uv, poetry, pipx, conda and their relatives: environments of Python projects, and programs that run in them.
import { type Text, textOf } from "../../shell/text.ts";
import type { Consequence } from "../command-model.ts";
import { flags, taking } from "../option-list.ts";
import { runsFetched } from "../package-source.ts";
import { runsInside } from "../project-scripts.ts";
import {
  both,
  deploys,
  installs,
  looks,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  type VerbCall,
  verbModel,
  verbs,
} from "../verbs.ts";

const LISTING = [
  flags(
    "qvhltaTope",
    "--help --all --tree --quiet --verbose --outdated --json --no-dev --top-level --latest --path --full-path --frozen --no-sync --offline --envs --base --explicit --export --short --why --only-installed --include-injected",
  ),
  taking(
    "np",
    "--format --output-format --depth --package --name --prefix --group --with --without --python",
  ),
];

/** Options of `run` with a value of their own. */
const TAKING =
  /^(?:-n|-p|-m|--name|--prefix|--with|--with-editable|--with-requirements|--from|--python|--spec|--index-url|--pip-args|--package|--project|--directory|--extra|--group|--only-group|--env-file|--env|-e|--cwd)$/;

/** The words of the program that runs inside, after the options of the manager. */
function program(words: readonly Text[]): readonly Text[] {
  for (let at = 0; at < words.length; at += 1) {
    const text = textOf(words[at] ?? []) ?? "";
    if (text === "--") return words.slice(at + 1);
    if (TAKING.test(text)) at += 1;
    else if (!text.startsWith("-")) return words.slice(at);
  }
  return [];
}

const runsInEnvironment: Verb = both(runsCode(), {
  effects: ({ name, words }: VerbCall): readonly Consequence[] => {
    const inner = program(words);
    const options = words.slice(0, words.length - inner.length);
    const fetched = runsFetched(name, [...options, ...inner.slice(0, 1)]);
    return fetched.length > 0 ? fetched : runsInside(inner);
  },
});

/** A program of a package that is fetched where it is not there yet. */
const runsTool: Verb = both(installs(), runsInEnvironment);
const comes: Verb = both(installs(), {
  effects: ({ name, words }) =>
    runsFetched(name, words).filter(
      (one) => one.kind === "effect" && one.effect.kind !== "execute",
    ),
});

const TABLE = verbs(
  [
    "add,install,sync,lock,update,upgrade,pip install,pip sync,pip compile,tool install,tool upgrade,python install,inject,upgrade-all,self update,create,env create,reinstall,python upgrade,bundle",
    comes,
  ],
  ["run", runsInEnvironment],
  ["shell,build,test,activate,script,run-script,pytest,fmt,dep show,env show,env run", runsCode()],
  ["tool run,uvx,x", runsTool],
  ["publish,upload", publishes("package", undefined)],
  [
    "list,tree,show,check,version,--version,pip list,pip show,pip freeze,pip tree,pip check,python list,python find,python dir,tool list,tool dir,cache dir,env list,env info,info,environment,help,config --list,export,graph,config --show",
    looks(...LISTING),
  ],
  ["search,self", talksTo(undefined)],
  [
    "remove,uninstall,pip uninstall,tool uninstall,env remove,venv,init,new,python pin,config,cache clean,cache clear,cache prune,clean",
    deploys("python environment"),
  ],
);

const base = verbModel({
  names: ["uv", "poetry", "pipx", "pdm", "hatch", "conda", "mamba", "micromamba", "pipenv", "rye"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags("qvn", "--quiet --verbose --no-interaction --offline --no-cache --no-progress"),
    place: taking("Cep", "--directory --project --color --env"),
  },
  table: TABLE,
});

/** `pipx run` fetches; `uvx` is `uv tool run`. */
export const uv: typeof base = {
  ...base,
  names: [...base.names, "uvx"],
  effects: (invocation, context) => {
    const { name, operands, args, stdin } = invocation;
    if (name !== "uvx" && !(name === "pipx" && textOf(operands[0] ?? []) === "run"))
      return base.effects(invocation, context);
    const words = name === "uvx" ? args : operands.slice(1);
    if (words.length === 1 && /^(?:--version|-V|--help)$/.test(textOf(words[0] ?? []) ?? ""))
      return [];
    return runsTool.effects(
      { name, verb: "run", words, operands: program(words).slice(0, 1), stdin, has: () => false },
      context,
    );
  },
};
