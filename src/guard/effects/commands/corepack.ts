// corepack, fnm, volta, nvm and others that keep versions of programs: what they bring, and what runs with one of them.
import { type Text, textOf } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { packageManager } from "../packages/package-manager.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import { filesUpwards } from "../projects/recipes.ts";
import { installs, readOnlyVerb } from "../model/verbs.ts";

/** Files in which projects name a version; one with a slash may lead to a place of its own. */
const VERSION_FILES =
  ".nvmrc .node-version .python-version .ruby-version .java-version .go-version .tool-versions".split(
    " ",
  );

/** Whether the versions that a project names are names, so that what the person has installed runs. */
function namesVersions(context: ModelContext): boolean {
  return filesUpwards(VERSION_FILES, context).every(
    ({ text }) => text !== undefined && /^[\w.\s*+-]*$/.test(text) && !text.includes(".."),
  );
}

/** The program behind `exec`, for managers that only put a version in front of the search path; undefined for others. */
function programOf(name: string, words: readonly Text[]): readonly Text[] | undefined {
  const texts = words.map((word) => textOf(word) ?? "?");
  let at = 0;
  if (name === "fnm")
    while (/^--using(?:=|$)|^--$/.test(texts[at] ?? "")) at += texts[at] === "--using" ? 2 : 1;
  else if (name === "nvm") {
    while (/^--(?:silent|lts(?:=\w+)?)$/.test(texts[at] ?? "")) at += 1;
    if (/^(?:v?\d[\d.]*|node|stable|default|lts\/[\w*]+)$/.test(texts[at] ?? "")) at += 1;
  } else if (!/^(?:pyenv|rbenv|nodenv|jenv|goenv)$/.test(name)) return undefined;
  const argv = words.slice(at);
  return argv.length === 0 || !/^[\w./]/.test(texts[at] ?? "-") ? undefined : argv;
}

export const corepack = packageManager({
  names: [
    "corepack",
    "fnm",
    "volta",
    "nvm",
    "n",
    "nodenv",
    "pyenv",
    "rbenv",
    "jenv",
    "goenv",
    "tfenv",
    "sdk",
    "nvs",
  ],
  style: "-q -v --quiet --verbose",
  named: "--fnm-dir --node-dist-mirror --log-level --arch",
  brings:
    "i,up,hydrate,prepare,enable,pin,fetch,setup,lts,latest,upgrade,update,flush,selfupdate,download,rehash,auto",
  shows:
    "list,ls,current,which,whence,completions,root,prefix,version,versions,version-name,version-file,version-origin,hooks,help,shims,commands,home,alias list,list-aliases,--version,init",
  asks: "ls-remote,list-remote,outdated,search,broadcast",
  registry: {
    variables: [
      "NVM_NODEJS_ORG_MIRROR",
      "NVM_IOJS_ORG_MIRROR",
      "FNM_NODE_DIST_MIRROR",
      "N_NODE_MIRROR",
    ],
  },
  drops:
    "uninstall,rm,remove,prune,default,alias,unalias,global,local,shell,disable,cache,cache clean,flush archives,offline,set,link,deactivate,unload,reinstall-packages,install-latest-npm,migrate",
  place: "toolchains",
  rows: [
    [
      "install",
      {
        effects: (call, context) => {
          // `pyenv install --list`: what could be installed stands in files of its own.
          const lists =
            /^(?:pyenv|rbenv|nodenv|jenv|goenv)$/.test(call.name) &&
            call.words.length === 1 &&
            /^(?:-l|--list|-L|--list-all)$/.test(textOf(call.words[0] ?? []) ?? "");
          return (lists ? readOnlyVerb() : installs()).effects(call, context);
        },
      },
    ],
    [
      "use",
      {
        effects: (call, context) => {
          const words = call.words.map((word) => textOf(word) ?? "?");
          // The others bring the version that is missing.
          const onlySwitches =
            /^(?:nvm|fnm|nvs)$/.test(call.name) &&
            words.every((word) =>
              /^(?:[\w./@-]+|--lts(?:=\w+)?|--silent|--silent-if-unchanged)$/.test(word),
            ) &&
            !words.includes("--install-if-missing");
          return onlySwitches ? [runsFrom(call.name)] : installs().effects(call, context);
        },
      },
    ],
    [
      "env",
      readOnlyVerb(flags("--use-on-cd --json --resolve-engines"), taking("--shell --log-level")),
    ],
    [
      "exec,run",
      {
        effects: ({ name, verb, words }, context) => {
          const argv = programOf(name, words);
          return verb === "exec" && argv !== undefined && namesVersions(context)
            ? [{ kind: "run", argv }]
            : [runsFrom(name), ...runsInside(words.slice(name === "nvm" || name === "n" ? 1 : 0))];
        },
      },
    ],
    [
      "npm,npx,yarn,pnpm",
      {
        effects: ({ verb, words }) => [
          runsFrom(verb),
          ...runsInside([[{ kind: "text", text: verb }], ...words]),
        ],
      },
    ],
  ],
});
