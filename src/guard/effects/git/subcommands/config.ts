// `git config`: reading is harmless; a key that runs programs persists.
import { append, dropKnown, hole, literal, type Text, textOf } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { prints, reads, writes } from "../../model/consequences.ts";
import { effect } from "../../model/verbs.ts";
import {
  executes,
  fromDirectory,
  type GitCall,
  history,
  keepsBooks,
  persists,
  type Subcommand,
} from "../call.ts";
import { liftsGuard, namesHooks } from "../hooks.ts";
import { optionsOf } from "../options.ts";
import {
  EXECUTING_KEY,
  isLeading,
  namesProgram,
  forgets,
  READING_KEY,
  replacesAtPush,
  LINE_KEY,
  isHarmless,
  MARKED_LINE_KEY,
} from "../setting-keys.ts";
import { pathOf, runAlias } from "../settings.ts";

const READING = [
  ...[
    "--get",
    "--get-all",
    "--get-regexp",
    "--get-urlmatch",
    "--get-color",
    "--get-colorbool",
    "-l",
  ],
  ...["--show-names"],
];

/** `git config`: reading is harmless; a key that runs programs persists. */
export const config: Subcommand = {
  options: optionsOf(
    `--global --system --local --worktree -f|--file= --blob= --get --get-all --get-regexp --get-urlmatch --replace-all
    --add --append --unset --unset-all --rename-section --remove-section -l|--list --fixed-value -e|--edit --get-color
    --get-colorbool -t|--type= --bool --int --bool-or-int --bool-or-str --path --expiry-date -z|--null --name-only
    --includes --show-origin --show-scope --default= --all --regexp --value= --url= --comment= --show-names`,
  ),
  effects: (call) => {
    const files = call.values("-f");
    const [first, ...rest] = call.operands;
    const verb = /^(?:get|list|set|unset|edit|rename-section|remove-section)$/.exec(
      textOf(first ?? []) ?? "",
    )?.[0];
    const words = verb === undefined ? call.operands : rest;
    const changing = call.has(
      "--add",
      "--replace-all",
      "--unset",
      "--unset-all",
      "--rename-section",
      "--remove-section",
      "-e",
    );
    const reading =
      call.has(...READING) ||
      verb === "get" ||
      verb === "list" ||
      (verb === undefined && !changing && words.length < 2);
    if (reading)
      return [
        ...files.map(
          (path): Consequence => ({
            kind: "reads",
            path: fromDirectory(call, path),
            reach: "entry",
          }),
        ),
        // What a setting holds, this call itself may have said.
        prints([[], [hole("unmodelled", { sources: [{ kind: "repository" }] })]]),
      ];
    const [key, value] = words;
    const name = key === undefined ? undefined : textOf(key)?.toLowerCase();
    const isSection =
      call.has("--rename-section", "--remove-section") || verb?.endsWith("section") === true;
    const isUnset = call.has("--unset", "--unset-all") || verb === "unset";
    const runs =
      name === undefined || call.has("-e") || verb === "edit" || EXECUTING_KEY.test(name);
    const leads = name !== undefined && isLeading(name);
    return [
      ...places(call, files),
      ...(runs || (isSection && !leads) ? [persists("git-execution")] : []),
      ...(call.has("--global", "--system") && namesProgram(name, value)
        ? [effect<"persist">({ kind: "persist", means: "shell-startup", target: undefined })]
        : []),
      ...(name !== undefined && forgets(name, value) ? [history("prune")] : []),
      ...(leads ? [persists("git-remote")] : []),
      ...(movesHooks(call, { name, value, isSection, isUnset })
        ? liftsGuard(call.repository, call.context)
        : []),
      ...(name === undefined || value === undefined ? [] : later(name, value, call.context.home)),
    ];
  },
};

/** Whether the call has git look for hooks in another folder than now: ours would not run any more. */
function movesHooks(
  { repository }: Pick<GitCall, "repository">,
  change: {
    readonly name: string | undefined;
    readonly value: Text | undefined;
    readonly isSection: boolean;
    readonly isUnset: boolean;
  },
): boolean {
  if (typeof repository !== "object") return false;
  const { name, value, isSection, isUnset } = change;
  const { hooksDirectory, gitDirectory } = repository;
  // Without the setting git looks into its own folder, which is where it looks already unless the setting leads elsewhere.
  const isSet = hooksDirectory !== `${gitDirectory}/hooks`;
  if (isSection) return name === "core" && isSet;
  if (name !== "core.hookspath") return false;
  if (isUnset) return isSet;
  return !namesHooks(value === undefined ? undefined : textOf(value), repository);
}

/** The file that is changed. */
function places(call: GitCall, files: readonly Text[]): readonly Consequence[] {
  if (files.length > 0)
    // WHY: to write a configuration file by name is to write that file, whatever key it is about.
    return files.map((path) =>
      // The repository's own file is what git writes without the option as well.
      /(?:^|\/)\.git\/config$/.test(textOf(path) ?? "")
        ? keepsBooks(call)
        : writes(fromDirectory(call, path), "change"),
    );
  if (call.has("--system")) return [writes(literal("/etc/gitconfig"), "change")];
  if (call.has("--global")) return [changesUsers(call)];
  return [keepsBooks(call)];
}

/** WHY no more than a change: what the setting itself starts later is told by its key. */
function changesUsers(call: GitCall): Consequence {
  const named = (variable: string): readonly Text[] => call.context.variable(variable) ?? [];
  // Another file, or that of another home, where the call says so.
  const [file] = named("GIT_CONFIG_GLOBAL");
  if (file !== undefined && textOf(file) !== "") return writes(fromDirectory(call, file), "change");
  const [home] = named("HOME");
  if (home !== undefined && textOf(home) !== call.context.home)
    return writes(append(home, literal("/.gitconfig")), "change");
  const path = `${call.context.home}/.gitconfig`;
  const real = call.context.placeOf(literal(path)) ?? path;
  return {
    kind: "effect",
    effect: { kind: "write", mode: "change", target: { kind: "path", path, real, reach: "entry" } },
  };
}

/** What a setting makes later calls do: it is judged where it is made. */
function later(key: string, value: Text, home: string): readonly Consequence[] {
  const known = textOf(value);
  if (READING_KEY.test(key)) return [reads(pathOf(value, home))];
  if (known === undefined) return [];
  if (replacesAtPush(key, known)) return [history("force-push", "unknown")];
  // Whatever lies there may run at the next command.
  if (key === "core.hookspath")
    return known === "/dev/null"
      ? []
      : [executes("git hooks"), { kind: "settles", whose: `hooks:${known}` }];
  if (LINE_KEY.test(key) && !isHarmless(key, known))
    return key.endsWith(".editor")
      ? [
          {
            kind: "script",
            texts: [append(value, literal(' "$@"'))],
            positional: [literal(".git/COMMIT_EDITMSG")],
          },
        ]
      : [{ kind: "script", texts: [value], positional: [] }];
  if (MARKED_LINE_KEY.test(key) && known.startsWith("!"))
    return [{ kind: "script", texts: [dropKnown(value, 1)], positional: [] }];
  return key.startsWith("alias.") ? runAlias(known, [], undefined) : [];
}
