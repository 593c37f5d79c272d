// mise and asdf: versions of tools that come, tasks of the project, and programs that run with those tools.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { readToml } from "../languages/formats/toml.ts";
import { entriesOf, itemsOf, type Outline, textsIn, valueAt } from "../languages/formats/yaml.ts";
import { flags, taking } from "../model/option-list.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import { filesUpwards, runsRecipe, usualFile } from "../projects/recipes.ts";
import { saysSo } from "../projects/releases.ts";
import { installs, readOnlyVerb, talksTo, type Verb, verbModel, verbs } from "../model/verbs.ts";

const LISTING = [
  flags(
    "cgilmqvJ",
    "--current --global --installed --local --missing --json --quiet --verbose --offline --outdated --all --bump --hidden --no-header --extended --sources --full --help",
  ),
  taking("p", "--prefix --sort"),
];
const FILES = [
  "mise.toml",
  ".mise.toml",
  "mise.local.toml",
  ".config/mise.toml",
  ".mise/config.toml",
];

/** The tasks that are named, and those that they need. */
function runsTasks(words: readonly Text[], context: ModelContext): readonly Consequence[] {
  const names = words.flatMap((word) => textOf(word) ?? []).filter((word) => !word.startsWith("-"));
  const files = usualFile({ usual: FILES, above: true }, context);
  return [
    ...saysSo(names),
    runsFrom("mise"),
    ...files.flatMap(({ opened, origin, texts, directory }) => [
      ...opened,
      runsFrom("mise", origin),
      ...texts
        .flatMap((text) => commandsOf(text, names))
        .map((text) => runsRecipe(text, directory)),
    ]),
  ];
}

const TASKS_MAX = 32;

function commandsOf(text: string, names: readonly string[]): readonly string[] {
  const tasks = valueAt(readToml(text), "tasks");
  const wanted = [...names];
  const seen = new Set<string>();
  const found: string[] = [];
  while (wanted.length > 0 && seen.size < TASKS_MAX) {
    const name = wanted.shift() ?? "";
    if (seen.has(name)) continue;
    seen.add(name);
    const task = valueAt(tasks, name);
    found.push(...textsIn(task), ...textsIn(valueAt(task, "run")));
    for (const key of ["depends", "depends_post", "wait_for"])
      wanted.push(...textsIn(valueAt(task, key)));
  }
  return found.slice(0, TASKS_MAX);
}

/** Lines that name a version of a tool and nothing else: a path or a branch would be code of its own. */
const VERSIONS = /^(?:\s*(?:#.*)?|\s*[a-z][a-z0-9_-]*(?:[ \t]+[\w.-]+)+[ \t]*(?:#.*)?)$/;
const VERSION = /^[\w.-]+$/;

/** Further files, and folders of files, which are not read for tasks. */
const OTHER_FILES = [
  ...["mise/config.toml", "mise/config.local.toml", ".mise/config.local.toml", ".mise.local.toml"],
  ...[".config/mise/config.toml", ".config/mise/config.local.toml", ".config/mise.local.toml"],
  ...[".config/mise/mise.toml", ".config/mise/conf.d", ".mise/conf.d", "mise/conf.d"],
];

/**
 * Whether the files of a project only say which versions of tools are used: no variables, scripts, hooks or places of code,
 * and no tool but those that are known by a plain name.
 */
function onlyNamesVersions(context: ModelContext): boolean {
  return filesUpwards([...FILES, ...OTHER_FILES, ".tool-versions"], context).every(
    ({ name, text }) =>
      name === ".tool-versions"
        ? text?.split("\n").every((line) => VERSIONS.test(line)) === true
        : text !== undefined && entriesOf(readToml(text)).every(isOfVersions),
  );
}

function isOfVersions([key, value]: readonly [string, Outline]): boolean {
  if (key === "min_version" || key === "tasks") return true;
  return (
    key === "tools" &&
    entriesOf(value).every(
      ([tool, version]) =>
        /^[a-z][a-z0-9_-]*$/.test(tool) &&
        itemsOf(version).every((one) => typeof one === "string" && VERSION.test(one)),
    )
  );
}

/** The program behind `--`, with the tools that are named in front of it. */
const runsWithTools: Verb = {
  effects: (call, context) => {
    // asdf takes a program and its words, and brings nothing.
    const words =
      call.name === "asdf" && textOf(call.words[0] ?? []) !== "--"
        ? [literal("--"), ...call.words]
        : call.words;
    const end = words.findIndex((word) => textOf(word) === "--");
    const named = end < 0 ? words : words.slice(0, end);
    // Where none is named, the tools are those that the project and the person have chosen.
    const isUsual = end >= 0 && named.every((word) => textOf(word)?.startsWith("-") === true);
    const argv = words.slice(end + 1);
    if (isUsual && named.length === 0 && argv.length > 0 && onlyNamesVersions(context))
      return [{ kind: "run", argv }];
    return [
      ...(isUsual ? [] : installs().effects(call, context)),
      runsFrom("mise exec"),
      ...runsInside(argv),
    ];
  },
};

export const mise = verbModel({
  names: ["mise", "rtx", "asdf"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags("qvy", "--quiet --verbose --yes --silent --raw --no-config"),
    place: taking("CEj", "--cd --env --jobs --output --log-level"),
  },
  // Another folder, or another environment: other files say which tools there are.
  before: (call) =>
    call.has("place") && /^(?:exec|x)$/.test(textOf(call.operands[0] ?? []) ?? "?")
      ? [runsFrom("mise exec")]
      : [],
  table: verbs(
    ["run,r,tasks run,t run", { effects: ({ words }, context) => runsTasks(words, context) }],
    [
      "install,i,use,u,upgrade,up,install-into,plugin add,plugin install,plugins install,p i,plugin update,plugin-add,self-update,bootstrap,reshim,update",
      installs(),
    ],
    ["exec,x", runsWithTools],
    [
      "ls,list,current,where,which,whereis,bin-paths,version,help,doctor,settings,settings ls,settings get,config,config ls,plugins,plugins ls,plugin list,tasks,tasks ls,tasks info,tasks deps,alias ls,completion,info,trust --show,shim-versions,cache path",
      readOnlyVerb(...LISTING),
    ],
    ["ls-remote,latest,list-all,list all,outdated,search,registry", talksTo(undefined)],
    [
      "local,set,unset,unuse,settings set,config set,alias set,global,shell,trust,tasks add,generate",
      {
        effects: (_call, { home }) => [
          writes(literal("mise.toml")),
          writes(literal(`${home}/.config/mise/config.toml`)),
        ],
      },
    ],
    ["env,e,hook-env,activate,deactivate", { effects: () => [runsFrom("mise")] }],
    [
      "uninstall,prune,implode,cache clear,plugin remove,plugins uninstall",
      {
        effects: (_call, { home }) => [
          writes(literal(`${home}/.local/share/mise`), "change", { reach: "tree" }),
        ],
      },
    ],
  ),
  // A task of the project by its name.
  otherwise: {
    effects: ({ verb, words }, context) => runsTasks([literal(verb), ...words], context),
  },
});
