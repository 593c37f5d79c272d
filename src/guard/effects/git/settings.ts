// Settings of git: which keys make it run programs or change where data goes, on the command line and in files.
import {
  append,
  dropKnown,
  hole,
  knownPrefix,
  literal,
  type Text,
  textOf,
  type TextSet,
} from "../../shell/values/text.ts";
import {
  type Consequence,
  type ModelContext,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { cannotTell } from "../model/filter.ts";
import { effect } from "../model/verbs.ts";
import {
  executes,
  fromDirectory,
  type GitCall,
  history,
  keepsBooks,
  persists,
  type Subcommand,
} from "./call.ts";
import { optionsOf } from "./options.ts";

/** Keys that make git run a program, whatever the subcommand. */
const EXECUTING_KEY =
  /^(?:core\.(?:fsmonitor|sshcommand|pager|editor|askpass|gitproxy|hookspath|attributesfile|worktree|alternaterefscommand)|alias\.|pager\.|diff\..*\.(?:command|textconv)|diff\.external|filter\.|merge\..*\.driver|merge\.tool|diff\.tool|gpg\..*(?:program|command)|gpg\.program|credential\.|sequence\.editor|help\.|difftool\.|mergetool\.|guitool\.|uploadpack\.|remote\..*\.(?:uploadpack|receivepack|proxy|vcs)|protocol\.|include|submodule\..*\.update|ssh\.variant|init\.templatedir|trailer\.|interactive\.difffilter|man\.|browser\.|web\.|instaweb\.|sendemail\.|http\.|imap\.|hook\.|tar\.|lfs\.|safe\.|extensions\.|uploadarchive\.|gc\.recentobjectshook$|transfer\.bundleuri$|bundle\.|core\.protect(?:hfs|ntfs)$)/;

/** Keys that name a file which git reads and may print lines of. */
const READING_KEY =
  /^(?:format\.signaturefile|commit\.template|mailmap\.file|blame\.ignorerevsfile|core\.excludesfile|gpg\.ssh\.(?:allowedsignersfile|revocationfile))$/;

/** Keys that decide where a fetch or push goes and what it takes along, by the beginning of their names. */
const LEADING_KEY = /^(?:remote|url|push|branch)(?:\.|$)|^submodule\..*\.url$/;
const NOT_LEADING_KEY =
  /^(?:branch\.(?:.*\.)?(?:description|rebase|autosetuprebase|sort)|remote\..*\.(?:prune|prunetags|tagopt|skipfetchall|skipdefaultupdate))$/;

/** Keys of sizes, times, numbers and names in transfers over HTTP: no file and no program stands in them. */
const TRANSFER_KEY =
  /^http\.(?:.*\.)?(?:postbuffer|lowspeedlimit|lowspeedtime|useragent|version|maxrequests|minsessions|maxretries|maxretrytime|retryafter|noepsv|keepalive(?:idle|interval|count))$/;

/** Keys that name a host through which transfers go. */
const PROXY_KEY = /^http\.(?:.*\.)?proxy$/;

/** Whether a setting decides where a fetch or push goes. */
function isLeading(key: string): boolean {
  return LEADING_KEY.test(key) && !NOT_LEADING_KEY.test(key);
}

/** Settings after which git throws away what no branch leads to any more. */
const EXPIRING_KEY =
  /^gc\.(?:(?:.*\.)?reflogexpire(?:unreachable)?|pruneexpire|worktreepruneexpire)$/;

/** Whether a setting makes git forget sooner: no time at all, or one that is not known. */
function forgets(key: string, value: Text | undefined): boolean {
  return EXPIRING_KEY.test(key) && !/^(?:never|false)$/i.test(textOf(value ?? []) ?? "");
}

/** What options in front of the subcommand set: their consequences, and aliases that they make. */
export type GivenSettings = {
  readonly found: readonly Consequence[];
  readonly aliases: ReadonlyMap<string, string>;
  /** Whether what the repository says of its remotes no longer holds. */
  readonly isRedirected: boolean;
  /** Whether a push without references replaces what others have. */
  readonly replacesAtPush: boolean;
};

/** Consequences of `-c key=value` for this call. */
export function givenSettings(settings: readonly Text[], home: string): GivenSettings {
  const aliases = new Map<string, string>();
  const found = settings.flatMap((setting) => {
    const whole = textOf(setting);
    const alias = /^alias\.([\w-]+)=([\s\S]*)$/i.exec(whole ?? "");
    if (alias === null) return oneSetting(setting, home);
    aliases.set(alias[1] ?? "", alias[2] ?? "");
    return [];
  });
  const isRedirected = settings.some((setting) =>
    isLeading(knownPrefix(setting).toLowerCase().replace(/=.*$/s, "")),
  );
  const replaces = settings.some((setting) => {
    const [, key, value = ""] = /^([^=]*)(?:=(.*))?$/s.exec(knownPrefix(setting)) ?? [];
    return key !== undefined && replacesAtPush(key.toLowerCase(), value);
  });
  return { found, aliases, isRedirected, replacesAtPush: replaces };
}

function oneSetting(setting: Text, home: string): readonly Consequence[] {
  const key = /^([^=]*)=/.exec(knownPrefix(setting))?.[1]?.toLowerCase();
  if (key === undefined) {
    const bare = textOf(setting)?.toLowerCase();
    return bare !== undefined && !EXECUTING_KEY.test(bare) && !isLeading(bare)
      ? []
      : [cannotTell("dynamic-code", "configuration of git that is not known")];
  }
  const value = dropKnown(setting, key.length + 1);
  const known = textOf(value);
  if (forgets(key, value)) return [history("prune")];
  const names = /^remote\..*\.(?:uploadpack|receivepack|vcs)$/.test(key);
  if (
    isLeading(key) &&
    !names &&
    !/^push\.(?:followtags|autosetupremote|default|gpgsign)$/.test(key)
  )
    return [cannotTell("dynamic-code", `\`-c ${key}\` changes what git talks to`)];
  if (READING_KEY.test(key)) return [reads(pathOf(value, home))];
  if (!EXECUTING_KEY.test(key) || isHarmless(key, known)) return [];
  if (TRANSFER_KEY.test(key) && /^[\w./+() -]*$/.test(known ?? "?")) return [];
  if (PROXY_KEY.test(key) && /^[\w.:/@-]+$/.test(known ?? ""))
    return [{ kind: "contacts", url: value, carries: [{ kind: "argument" }] }];
  const doubt = cannotTell("dynamic-code", `\`-c ${key}\` may make git run a program`);
  // Checks that the project set up are left out, or others run in their place.
  if (key === "core.hookspath")
    return known === "/dev/null" ? [persists("git-execution")] : [persists("git-execution"), doubt];
  if (known !== undefined && (LINE_KEY.test(key) || PAGER_KEY.test(key)))
    return runsLine(key, value);
  if (known?.startsWith("!") === true && MARKED_LINE_KEY.test(key))
    return [{ kind: "script", texts: [dropKnown(value, 1)], positional: [] }];
  return NO_COMMAND_KEY.test(key)
    ? [doubt]
    : [doubt, { kind: "script", texts: [value], positional: [] }];
}

/** Executing keys whose values are no commands themselves: files, hosts, switches. */
const NO_COMMAND_KEY =
  /^(?:core\.(?:attributesfile|worktree|protect)|transfer\.|bundle\.|include|protocol\.|url\.|http\.|safe\.|extensions\.)/;

/** A path as a value of git's: it knows the home directory itself. */
function pathOf(value: Text, home: string): Text {
  return knownPrefix(value).startsWith("~/") ? append(literal(home), dropKnown(value, 1)) : value;
}

/** Settings whose values stand in variables: `--config-env=key=NAME`. */
export function settingsOfVariables(
  given: readonly Text[],
  context: ModelContext,
): readonly Text[] {
  return given.flatMap((word) => {
    const [, key, name] = /^([^=]+)=(\w+)$/.exec(textOf(word) ?? "") ?? [];
    if (key === undefined || name === undefined) return [word];
    const values = context.variable(name) ?? [[hole("missing-fact")]];
    return values.map((value) => append(literal(`${key}=`), value));
  });
}

/** Settings in variables, at most. */
const VARIABLES_MAX = 64;

/** Settings that stand in variables of git's own: numbered keys and values, and what git hands on to itself. */
export function settingsInVariables({ variable }: ModelContext): readonly Text[] {
  const given = variable("GIT_CONFIG_COUNT") ?? [];
  const count = Math.max(0, ...given.map((text) => Number(textOf(text) ?? VARIABLES_MAX) || 0));
  const found: Text[] = [];
  const unknown: TextSet = [[hole("missing-fact")]];
  for (let at = 0; at < Math.min(count, VARIABLES_MAX); at += 1)
    for (const key of variable(`GIT_CONFIG_KEY_${at}`) ?? unknown)
      for (const value of variable(`GIT_CONFIG_VALUE_${at}`) ?? unknown)
        found.push(append(append(key, literal("=")), value));
  if (count > VARIABLES_MAX) found.push([hole("budget")]);
  for (const list of variable("GIT_CONFIG_PARAMETERS") ?? []) {
    const text = textOf(list);
    const settings = text === undefined ? null : /^\s*(?:'[^']*'(?:='[^']*')?\s*)*$/.exec(text);
    if (settings === null) found.push([hole("missing-fact")]);
    else
      for (const [whole] of settings[0].matchAll(/'[^']*'(?:='[^']*')?/g))
        found.push(literal(whole.replaceAll("'", "")));
  }
  return found;
}

/** Values that switch a program off, or name one that only prints. */
function isHarmless(key: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (key === "help.autocorrect") return /^(?:|0|false|never|off|no|show)$/.test(value);
  if (/^(?:|true|false|0|1)$/.test(value))
    return !key.startsWith("alias.") && !key.startsWith("include");
  if (/^(?:core\.pager|pager\.)/.test(key)) return /^(?:cat|less)$/.test(value);
  if (/^(?:core|sequence)\.editor$/.test(key)) return value === ":" || value === "cat";
  if (key === "protocol.file.allow") return true;
  return key.startsWith("help.") && /^(?:never|off|no|show)$/.test(value);
}

/** Consequences of running an alias: a git command, or shell text after `!`. */
export function runAlias(
  alias: string,
  args: readonly Text[],
  directory: Text | undefined,
): readonly Consequence[] {
  if (alias.startsWith("!")) {
    const quoted = args.map((word) => textOf(word));
    if (quoted.some((word) => word === undefined))
      return [cannotTell("dynamic-code", "an alias of git with arguments that are not known")];
    const tail = quoted.map((word) => ` '${(word ?? "").replaceAll("'", "'\\''")}'`).join("");
    return [{ kind: "script", texts: [literal(`${alias.slice(1)}${tail}`)], positional: args }];
  }
  if (/["'\\]/.test(alias)) return [cannotTell("dynamic-command", "an alias of git with quotes")];
  const prefix = directory === undefined ? [] : [literal("-C"), directory];
  const words = alias.trim().split(/\s+/).map(literal);
  return [{ kind: "run", argv: [literal("git"), ...prefix, ...words, ...args] }];
}

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
      ...(name === undefined || value === undefined ? [] : later(name, value, call.context.home)),
    ];
  },
};

/** Keys whose value git runs, or looks in for what it runs, in whatever repository. */
const PROGRAM_KEY =
  /^(?:core\.(?:fsmonitor|sshcommand|pager|editor|askpass|gitproxy)|pager\.|diff\..*\.(?:command|textconv)|diff\.external|filter\..*\.(?:clean|smudge|process)|merge\..*\.driver|gpg\.(?:.*\.)?program|sequence\.editor|(?:diff|merge|gui)tool\..*\.(?:cmd|path)|trailer\..*\.(?:command|cmd)|interactive\.difffilter|include(?:if\..*)?\.path|uploadpack\.packobjectshook|sendemail\..*cmd|(?:man|browser|web)\..*)$/;

/** Keys that people set to folders of hooks, aliases and helpers of well known names as well: what counts is a path of one's own. */
const PLACED_KEY = /^(?:core\.hookspath|init\.templatedir|alias\..*|credential\.(?:.*\.)?helper)$/;
const PLACED_PROGRAM =
  /^(?:!\s*(?:(?:ba|z|da)?sh\s+)?)?(?:~|\.{0,2})\/(?!usr\/(?:local\/)?(?:bin|lib|share)\/)\S/;

/** Whether a setting makes a program of no well known name run, wherever the person uses git: told by its path or as shell text. */
function namesProgram(key: string | undefined, value: Text | undefined): boolean {
  if (key === undefined || value === undefined) return false;
  const text = textOf(value);
  if (PLACED_KEY.test(key)) return text !== undefined && PLACED_PROGRAM.test(text);
  if (!PROGRAM_KEY.test(key)) return false;
  if (text === undefined) return false;
  if (isHarmless(key, text)) return false;
  return (
    /^!|^(?:~|\.{0,2})\/|^(?:ba|z|da)?sh\b|[;&|`$<>]/.test(text) &&
    !/^\/usr\/(?:local\/)?(?:bin|lib|share)\//.test(text)
  );
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
  if (key === "core.hookspath") return known === "/dev/null" ? [] : [executes("git hooks")];
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

/** Whether settings say how hosts are reached, what they are told or whether they are who they should be. */
export function areOfConnections(settings: readonly Text[]): boolean {
  return settings.some((setting) => {
    const key = knownPrefix(setting);
    return (
      /^(?:https?|credential|url|protocol|transport|remote)\./i.test(key) || !/^\w+\./.test(key)
    );
  });
}

/** Whether a push that names nothing replaces or takes away what others have, because of this setting. */
export function replacesAtPush(key: string, value: string): boolean {
  return (
    (/^remote\..*\.push$/.test(key) && /(?:^|\n)[+:]/.test(value)) ||
    (/^remote\..*\.mirror$/.test(key) && /^(?:|true|yes|on|[1-9]\d*)$/i.test(value))
  );
}

/** Keys whose value is a line for a shell, which the next command may run. */
const LINE_KEY =
  /^(?:core\.(?:fsmonitor|sshcommand|editor|askpass|gitproxy|alternaterefscommand)|sequence\.editor|diff\.external|diff\..*\.(?:command|textconv)|filter\..*\.(?:clean|smudge|process)|merge\..*\.driver|gpg\.(?:.*\.)?program|gpg\.ssh\.defaultkeycommand|trailer\..*\.(?:command|cmd)|(?:diff|merge|gui)tool\..*\.cmd|interactive\.difffilter|uploadpack\.packobjectshook|tar\..*\.command|sendemail\.(?:.*\.)?(?:tocmd|cccmd|headercmd|sendmailcmd)|(?:man|browser)\..*\.cmd|remote\..*\.(?:uploadpack|receivepack)|hook\..*\.command)$/;
/** Keys whose value is a line that gets what git prints. */
const PAGER_KEY = /^(?:core\.pager|pager\.)/;

/** Keys whose value is a line that git runs as it is, or with numbers and marks put into it. */
const WHOLE_LINE_KEY =
  /^(?:core\.fsmonitor|filter\.|hook\.|interactive\.|merge\.|tar\.|trailer\.|(?:diff|merge|gui)tool\.)/;

/** A line that git runs with words of its own behind it: the file to edit, or names of files, hosts and what to ask for. */
function runsLine(key: string, value: Text): readonly Consequence[] {
  if (PAGER_KEY.test(key) || WHOLE_LINE_KEY.test(key))
    return [{ kind: "script", texts: [value], positional: [] }];
  const added: Text = key.endsWith(".editor")
    ? literal(".git/COMMIT_EDITMSG")
    : [hole("missing-fact", { like: "[!-]*" })];
  const line = append(value, literal(' "$@"'));
  return [{ kind: "script", texts: [line], positional: [added], name: value }];
}

/** Keys whose value is such a line behind an exclamation mark, and something else without one. */
const MARKED_LINE_KEY = /^(?:credential\.(?:.*\.)?helper|submodule\..*\.update)$/;
