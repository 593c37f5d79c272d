// Environments of Python projects: verbs that uv, poetry, conda and their relatives share, and programs that run in them.
import { literal, type Text, textOf } from "../shell/text.ts";
import { type Consequence, writes } from "./command-model.ts";
import { flags, taking } from "./option-list.ts";
import { runsFetched } from "./package-source.ts";
import { runsInside } from "./project-scripts.ts";
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
  verbs,
} from "./verbs.ts";

/** Options with which they list. */
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
export function programIn(words: readonly Text[]): readonly Text[] {
  for (let at = 0; at < words.length; at += 1) {
    const text = textOf(words[at] ?? []) ?? "";
    if (text === "--") return words.slice(at + 1);
    if (TAKING.test(text)) at += 1;
    else if (!text.startsWith("-")) return words.slice(at);
  }
  return [];
}

/** A program runs in the environment of the project. */
export const runsInEnvironment: Verb = both(runsCode(), {
  effects: ({ name, words }: VerbCall): readonly Consequence[] => {
    const inner = programIn(words);
    const options = words.slice(0, words.length - inner.length);
    const fetched = runsFetched(name, [...options, ...inner.slice(0, 1)]);
    return fetched.length > 0 ? fetched : runsInside(inner);
  },
});

/** A program of a package that is fetched where it is not there yet. */
export const runsTool: Verb = both(installs(), runsInEnvironment);
/** Packages come, from an index or an address. */
export const comes: Verb = both(installs(), {
  effects: ({ name, words }) =>
    runsFetched(name, words).filter(
      (one) => one.kind === "effect" && one.effect.kind !== "execute",
    ),
});

/** Verbs of all of them. */
export const ENVIRONMENT_VERBS = verbs(
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
    "init,new",
    {
      effects: ({ operands }) => [writes(operands[0] ?? literal("."), "create", { reach: "tree" })],
    },
  ],
  [
    "remove,uninstall,pip uninstall,tool uninstall,env remove,venv,python pin,config,cache clean,cache clear,cache prune,clean",
    deploys("python environment"),
  ],
);
