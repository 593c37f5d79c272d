// rustup: toolchains of Rust that come, go and are shown, and programs that run with one of them.
import { literal } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { deletes } from "../model/consequences.ts";
import { packageManager } from "../packages/package-manager.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { effect, type Verb } from "../model/verbs.ts";

/** All toolchains go, and the programs that were installed with them. */
const uninstallsItself: Verb = {
  effects: (_, { home }) =>
    [".rustup", ".cargo"].map((name) => deletes(literal(`${home}/${name}`), "tree")),
};

/** Managers of toolchains of which one call takes away all that they keep, by the folder below the home directory. */
const KEPT: Readonly<Record<string, readonly [words: RegExp, folder: string]>> = {
  ghcup: [/^nuke\b/, ".ghcup"],
  rvm: [/^implode\b/, ".rvm"],
  elan: [/^self uninstall\b/, ".elan"],
};

export const toolchains: CommandModel = classifiedBySubcommand({
  readOnly: {
    ghcup: /^(?:list|whereis|tool-requirements|version|debug-info|check-upgrade)(?: |$)/,
    rvm: /^(?:list|info|current|version|notes|requirements|gemset list)(?: |$)/,
    elan: /^(?:show|toolchain list|which|override list|completions)(?: |$)/,
    rmvirtualenv: /^$/,
    "nix-collect-garbage": /^--dry-run$/,
  },
  otherwise: ({ name, line }, { home }) => {
    const [words, folder = ""] = KEPT[name] ?? [];
    return [
      runsFrom(name, "system"),
      words?.test(line) === true
        ? deletes(literal(`${home}/${folder}`), "tree")
        : effect<"deploy">({ kind: "deploy", system: "toolchains", operation: line }),
    ];
  },
});

export const rustup = packageManager({
  names: ["rustup"],
  style: "-v -q --verbose --quiet",
  brings:
    "install,update,upgrade,toolchain install,toolchain add,toolchain update,toolchain link,target add,target install,component add,self update",
  shows:
    "show,show active-toolchain,show home,show profile,toolchain list,toolchain ls,target list,component list,which,override list,check,completions,doc,man,help",
  drops:
    "default,override set,override add,override unset,override remove,toolchain uninstall,toolchain remove,uninstall,target remove,target uninstall,component remove,set profile,set default-host,set auto-self-update,set auto-install",
  place: "toolchains",
  rows: [
    ["self uninstall", uninstallsItself],
    ["run", { effects: ({ words }) => runsInside(words.slice(1)) }],
  ],
});
