// Environments of Python projects: verbs that uv, poetry, conda and their relatives share, and programs that run in them.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { runsFetched } from "../network/package-source.ts";
import { runsInside } from "../projects/project-scripts.ts";
import { asksRegistry } from "./registry-queries.ts";
import {
  both,
  deploys,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  type VerbCall,
  verbs,
} from "../model/verbs.ts";

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

const INDEX = asksRegistry({
  variables: [
    ...["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE"],
    ...["UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"],
  ],
});

/**
 * `uv pip compile requirements.in -o requirements.txt`: versions are looked up and written, nothing is installed. WHY code of the
 * project all the same: what packages need is learned by building those that come as sources, as every build of a project does.
 */
const compiles: Verb = {
  effects: (call, context) => {
    const inputs = call.operands.length === 0 ? [literal("pyproject.toml")] : call.operands;
    // Names of packages that the session itself wrote down are chosen by nobody of the project.
    const isOwn = (path: Text): boolean => {
      const { origin = "project" } = context.codeAt(path) ?? {};
      return textOf(path) !== undefined && textOf(path) !== "-" && origin === "project";
    };
    if (!inputs.every(isOwn)) return comes.effects(call, context);
    const outputs = optionValues(call.words, "-o", "--output-file");
    return [
      ...inputs.map((path) => reads(path)),
      ...runsCode().effects(call, context),
      ...INDEX.effects(call, context),
      ...outputs.map((path) => writes(path, "change")),
    ];
  },
  options: [
    taking(
      "-o --output-file --extra --group -c --constraint --override --python-version --python-platform -p --python --resolution --prerelease --annotation-style --exclude-newer -P --upgrade-package --no-emit-package --only-binary --no-binary",
    ),
    flags(
      "-U --upgrade -q --quiet --generate-hashes --no-header --no-annotate --all-extras --universal --no-deps --no-strip-extras --strip-extras --no-build --no-strip-markers --emit-index-url --no-cache --offline",
    ),
  ],
};

/**
 * `uv venv`: a directory with links to a Python that is there. WHY an install where one is named: a version that is missing is
 * fetched, and `--seed` brings packages.
 */
const makesEnvironment: Verb = {
  options: [
    taking(
      "-p --python --prompt --python-preference --link-mode --project --directory --index-url",
    ),
    flags(
      "--seed --system-site-packages --clear --allow-existing --relocatable --no-project --offline --no-config -q --quiet -v --verbose --no-python-downloads",
    ),
  ],
  effects: (call, context) => {
    const places = programIn(call.words).slice(0, 1);
    const isMade = call.name === "uv" && !call.has("--seed", "--python", "-p");
    return [
      ...(isMade ? [] : installs(undefined, undefined).effects({ ...call, operands: [] }, context)),
      ...(places.length === 0 ? [literal(".venv")] : places).map((path) =>
        writes(path, "create", { reach: "tree" }),
      ),
    ];
  },
};

/** Settings of a project with which nothing of it is built to learn what it needs. */
const DECLARES_ALL = /^\[project\]\s*$/m;
const BUILT_TO_KNOW = /^[^\S\n\r]*dynamic\s*=|\b(?:path|git|url|editable|workspace)\s*=/m;

/** `uv lock --check`: compares the lock file with what the project needs, and writes nothing. */
const locks: Verb = {
  effects: (call, context) => {
    if (call.name !== "uv" || !call.has("--check", "--locked", "--check-exists", "--frozen"))
      return comes.effects(call, context);
    const manifest = literal("pyproject.toml");
    const { origin, texts = [] } = context.codeAt(manifest) ?? {};
    const isPlain =
      origin === "project" &&
      texts.length > 0 &&
      texts.every((text) => DECLARES_ALL.test(text) && !BUILT_TO_KNOW.test(text));
    return [
      reads(manifest),
      reads(literal("uv.lock")),
      ...INDEX.effects(call, context),
      ...(isPlain ? [] : runsCode().effects(call, context)),
    ];
  },
};

/** Verbs of all of them. */
export const ENVIRONMENT_VERBS = verbs(
  [
    "add,install,sync,update,upgrade,pip install,pip sync,tool install,tool upgrade,python install,inject,upgrade-all,self update,create,env create,reinstall,python upgrade,bundle",
    comes,
  ],
  ["pip compile", compiles],
  ["lock", locks],
  ["venv", makesEnvironment],
  ["run", runsInEnvironment],
  ["shell,build,test,activate,script,run-script,pytest,fmt,dep show,env show,env run", runsCode()],
  ["tool run,uvx,x", runsTool],
  ["publish,upload", publishes("package", undefined)],
  [
    "list,tree,show,check,version,--version,pip list,pip show,pip freeze,pip tree,pip check,python list,python find,python dir,tool list,tool dir,cache dir,env list,env info,info,environment,help,config --list,export,graph,config --show",
    readOnlyVerb(...LISTING),
  ],
  ["search,self", talksTo(undefined)],
  [
    "init,new",
    {
      effects: ({ operands }) => [writes(operands[0] ?? literal("."), "create", { reach: "tree" })],
    },
  ],
  [
    "remove,uninstall,pip uninstall,tool uninstall,env remove,python pin,config,cache clean,cache clear,cache prune,clean",
    deploys("python environment"),
  ],
);
