// git: what comes before the subcommand, which model describes that, and aliases and programs that stand for subcommands.
import { parentPath } from "#base/path.ts";
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  type ModelContext,
  optional,
  valued,
} from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import {
  changesTree,
  executes,
  type GitCall,
  history,
  keepsBooks,
  type Repository,
  runGit,
  type SubcommandTable,
} from "../git/call.ts";
import { runsPrograms, settingsLiftGuard } from "../git/hooks.ts";
import { isPlainCall } from "../git/losses.ts";
import { LOOKING } from "../git/subcommands/looking.ts";
import { PATCHES } from "../git/subcommands/patches.ts";
import { PLUMBING, traces } from "../git/subcommands/plumbing.ts";
import { PUBLISHING } from "../git/subcommands/publishing.ts";
import { describePush } from "../git/subcommands/push.ts";
import { REMOTE } from "../git/subcommands/remote.ts";
import { signatureUses } from "../git/signatures.ts";
import { writtenSettings } from "../git/written-settings.ts";
import { meantRepository } from "../git/repository.ts";
import {
  areOfConnections,
  givenSettings,
  runAlias,
  settingsInVariables,
  settingsOfVariables,
} from "../git/settings.ts";
import { config } from "../git/subcommands/config.ts";
import { UPKEEP } from "../git/subcommands/upkeep.ts";
import { WORK } from "../git/subcommands/work.ts";

const SUBCOMMANDS: SubcommandTable = {
  ...LOOKING,
  ...WORK,
  ...PATCHES,
  ...REMOTE,
  ...UPKEEP,
  ...PUBLISHING,
  ...PLUMBING,
  config,
};

/** Programs beside git that bring subcommands of their own: an alias of that name may exist instead. */
const ADDED = new Set(["lfs", "filter-repo", "subtree", "svn", "p4"]);

/** Programs of collections beside git that throw away commits, branches or unsaved work, or write commits again. */
const REWRITING = new Set(
  "obliterate undo nuke clear clear-soft reset-file force-clone delete-branch delete-merged-branches delete-squashed-branches delete-submodule squash rebase-patch absorb revise machete autofixup trim prune-merged reauthor restack".split(
    " ",
  ),
);

export const git: CommandModel = command({
  names: ["git"],
  subcommands: new Set([...Object.keys(SUBCOMMANDS), "push", "for-each-repo"]),
  optionsEnd: "first-operand",
  options: {
    directory: valued("-C"),
    config: valued("-c"),
    configEnv: valued("--config-env"),
    gitDirectory: valued("--git-dir"),
    workTree: valued("--work-tree"),
    place: valued("--namespace", "--super-prefix"),
    execPath: optional("--exec-path"),
    attributes: valued("--attr-source"),
    about: flag("-v", "--version", "-h", "--help", "--html-path", "--man-path", "--info-path"),
    switches: flag(
      "-p",
      "-P",
      "--paginate",
      "--no-pager",
      "--bare",
      "--no-replace-objects",
      "--no-optional-locks",
      "--no-lazy-fetch",
      "--no-advice",
      "--literal-pathspecs",
      "--glob-pathspecs",
      "--noglob-pathspecs",
      "--icase-pathspecs",
    ),
  },
  effects: ({ args: words, operands, values, has, stdin }, context) => {
    const settings = [
      ...values("config"),
      ...settingsOfVariables(values("configEnv"), context),
      ...settingsInVariables(context),
    ];
    const given = givenSettings(settings, context.home);
    const found: Consequence[] = [...given.found, ...traces(context)];
    if (values("execPath").length > 0)
      found.push(cannotTell("dynamic-code", "git is told where its programs are"));
    const places = {
      directories: values("directory"),
      gitDirectory: values("gitDirectory"),
      workTree: values("workTree"),
    };
    const { repository: answer, directory, named } = meantRepository(places, context);
    // What the repository says of its remotes is not what such a setting makes of them.
    const repository =
      given.isRedirected && typeof answer === "object"
        ? {
            ...answer,
            remotes: new Map<string, string>(),
            push: new Map<string, string>(),
            upstream: undefined,
          }
        : answer;
    const [name, ...args] = operands;
    if (name === undefined || has("about")) return [...found, prints(madeOf([]))];
    const subcommand = textOf(name);
    if (subcommand === undefined)
      return [...found, cannotTell("dynamic-command", "a subcommand of git that is not known")];
    const switches = words.slice(0, words.length - operands.length);
    const isPlain = isPlainCall(settings, switches, context);
    const call = { name: subcommand, args, stdin, repository, directory, named, isPlain, context };
    found.push(...settingsLiftGuard(settings, call, isSubcommand(subcommand)));
    const pushes = subcommand === "push" || given.aliases.has(subcommand);
    if (given.replacesAtPush && pushes) found.push(history("force-push", "unknown"));
    const done = runSubcommand(call, given.aliases);
    return [...found, ...(areOfConnections(settings) ? done.map(tellingMore) : done)];
  },
});

function isSubcommand(name: string): boolean {
  return Object.hasOwn(SUBCOMMANDS, name) || name === "push";
}

/** A request that is no plain one any more, because of how it is sent. */
function tellingMore(one: Consequence): Consequence {
  if (one.kind !== "effect" || one.effect.kind !== "egress") return one;
  const { asks: _, ...effect } = one.effect;
  return { ...one, effect };
}

type Given = Pick<
  GitCall,
  "name" | "args" | "stdin" | "repository" | "directory" | "named" | "isPlain" | "context"
>;

function runSubcommand(call: Given, aliases: ReadonlyMap<string, string>): readonly Consequence[] {
  const { name, args, repository, directory, context } = call;
  const isKnown = isSubcommand(name);
  const alias =
    aliases.get(name) ??
    (typeof repository === "object" ? repository.aliases.get(name) : undefined);
  if (alias !== undefined && (!isKnown || ADDED.has(name))) return runAlias(alias, args, directory);
  const words = args.map((text) => textOf(text));
  if (isKnown && (words[0] === "--help" || (words[0] === "-h" && words.length === 1)))
    return [prints(madeOf([]))];
  // Options may be cut short while they are the only one, and `-n` may stand among others without a value.
  const skipsHooks = words.some(
    (word = "") =>
      /^--no-veri(?:f|fy)?$/.test(word) || (name === "commit" && /^-[apqviosez]*n/.test(word)),
  );
  const settings = writtenSettings(name);
  const found = [
    ...runsPrograms(call, Object.hasOwn(LOOKING, name), skipsHooks),
    ...(settings === undefined ? [] : [{ kind: "settles", whose: settings } as const]),
  ];
  if (name === "push") return [...found, ...describePush(args, repository, context)];
  if (words[0] === "run" && name === "bisect")
    return [...found, changesTree(call), keepsBooks(call), { kind: "run", argv: args.slice(1) }];
  if (name === "for-each-repo") return [...found, ...eachRepository(args)];
  if (name === "submodule" && words.includes("foreach"))
    return [...found, ...eachModule(args, words)];
  const model = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (model !== undefined) {
    const { options, effects } = model;
    return [
      ...found,
      ...signatureUses(name).map((use) => ({ kind: "signs", use }) as const),
      ...(options === undefined ? looselyRun(effects, call) : runGit({ options, effects }, call)),
    ];
  }
  if (isNoCommand(name, repository, context)) return found;
  if (REWRITING.has(name))
    return [...found, executes(`git ${name}`, "system"), changesTree(call), history("rewrite")];
  return [...found, cannotTell("unmodelled", `\`git ${name}\` is not known to sallyport`)];
}

/** A subcommand whose effects restrict enough, whatever its options say. */
function looselyRun(
  effects: (call: GitCall) => readonly Consequence[],
  call: Given,
): readonly Consequence[] {
  return effects({
    ...call,
    operands: call.args,
    afterDashes: undefined,
    has: () => false,
    values: () => [],
  });
}

/** `git submodule foreach`: a shell line, or a program with its words, in each module. */
function eachModule(
  args: readonly Text[],
  words: readonly (string | undefined)[],
): readonly Consequence[] {
  const rest = args
    .slice(words.indexOf("foreach") + 1)
    .filter((word) => !/^--(?:recursive|quiet)$/.test(textOf(word) ?? ""));
  const [first, ...others] = rest;
  if (first === undefined) return [];
  return [
    executes("git submodule foreach"),
    others.length === 0
      ? { kind: "script", texts: [first], positional: [] }
      : { kind: "run", argv: rest },
  ];
}

/** `git for-each-repo`: the words behind its options are of git, in each repository. */
function eachRepository(args: readonly Text[]): readonly Consequence[] {
  const at = args.findIndex((word, index) => {
    const isValue = textOf(args[index - 1] ?? []) === "--config";
    return !isValue && textOf(word)?.startsWith("-") !== true;
  });
  return at < 0
    ? []
    : [executes("git for-each-repo"), { kind: "run", argv: [literal("git"), ...args.slice(at)] }];
}

/** Whether git can only answer that there is no such command: no alias, no program of git's or on the search path. */
function isNoCommand(name: string, repository: Repository, context: ModelContext): boolean {
  const path = context.searchPath;
  if (typeof repository !== "object" || path === undefined || !/^[\w-]{1,100}$/.test(name))
    return false;
  if (!/^(?:|0|false|no|off|never|show)$/i.test(repository.push.get("help.autocorrect") ?? ""))
    return false;
  const git = context.find("git", path);
  if (git === undefined || git === "nowhere") return false;
  const own = ["lib", "libexec"].map((folder) => `${parentPath(git)}/${folder}/git-core`);
  // WHY: what is built into git has no file of its own everywhere; where `git-status` has one, all the others have.
  const builtins = context.find("git-status", own);
  return (
    builtins !== undefined &&
    builtins !== "nowhere" &&
    context.find(`git-${name}`, [...own, ...path]) === "nowhere"
  );
}
