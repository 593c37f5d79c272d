// conda, mamba and micromamba: environments with packages of any kind, programs that run in them, and the shells' start.
import { dropKnown, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { deletes, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { comes, runsInEnvironment } from "../packages/python-environments.ts";
import {
  deploys,
  effect,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const LISTING = [
  flags(
    "aeqvsfl",
    "--all --envs --explicit --export --full-name --json --md5 --no-pip --reverse --revisions --show --show-sources --base --system --verbose --quiet --from-history --no-builds --canonical --license --root --help --unsafe-channels",
  ),
  taking("npf", "--name --prefix --file --get --describe"),
];

/** Settings of the person; `--show`, `--get` and `--describe` only look. */
const configures: Verb = {
  effects: (call, context) =>
    call.has("--show", "--show-sources", "--get", "--describe", "--validate")
      ? readOnlyVerb().effects(call, context)
      : [writes(literal(`${context.home}/.condarc`), "change")],
};

/** The folder that `--prefix` names: in the next word, or glued to it. */
function prefixAt(
  words: readonly string[],
  word: Text,
  at: number,
  next: Text | undefined,
): readonly Consequence[] {
  const text = words[at] ?? "";
  if (/^(?:-p|--prefix)$/.test(text)) return next === undefined ? [] : [deletes(next, "tree")];
  const glued = /^(?:--prefix=|-p)(?=.)/.exec(text)?.[0];
  return glued === undefined ? [] : [deletes(dropKnown(word, glued.length), "tree")];
}

export const conda = verbModel({
  names: ["conda", "mamba", "micromamba"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags("qvy", "--quiet --verbose --yes --no-plugins --offline"),
    place: taking("npr", "--name --prefix --root-prefix"),
  },
  // An environment that is named by its place is a folder that goes.
  before: ({ args }) => {
    const words = args.map((word) => textOf(word) ?? knownPrefix(word));
    const isWhole = words.includes("remove") && (words.includes("env") || words.includes("--all"));
    return isWhole ? args.flatMap((word, at) => prefixAt(words, word, at, args[at + 1])) : [];
  },
  table: verbs(
    ["install,create,update,upgrade,env create,env update,self-update", comes],
    ["run", runsInEnvironment],
    [
      "list,info,env list,env export,package list,compare,notices,shell hook,shell.bash hook,shell.zsh hook,shell.posix hook,config list,export,repoquery,doctor",
      readOnlyVerb(...LISTING),
    ],
    ["config,env config", configures],
    ["search,repoquery search", talksTo(undefined)],
    // The shells of the person start differently from then on.
    [
      "init,shell init,shell reinit",
      {
        effects: () => [
          effect<"persist">({ kind: "persist", means: "shell-startup", target: undefined }),
        ],
      },
    ],
    ["remove,uninstall,env remove,clean,rename,package", deploys("python environment")],
    ["build,develop,convert,debug,inspect,activate,shell activate", runsCode()],
    ["upload", publishes("package", undefined)],
  ),
});
