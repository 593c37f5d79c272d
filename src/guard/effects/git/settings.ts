// Settings of git: which keys make it run programs or change where data goes, on the command line and in files.
import {
  type Text,
  type TextSet,
  append,
  dropKnown,
  hole,
  knownPrefix,
  literal,
  textOf,
} from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { history, persists } from "./call.ts";
import {
  EXECUTING_KEY,
  LINE_KEY,
  MARKED_LINE_KEY,
  NO_COMMAND_KEY,
  PAGER_KEY,
  PROXY_KEY,
  READING_KEY,
  TRANSFER_KEY,
  WHOLE_LINE_KEY,
  forgets,
  isHarmless,
  isLeading,
  replacesAtPush,
} from "./setting-keys.ts";

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

/** A path as a value of git's: it knows the home directory itself. */
export function pathOf(value: Text, home: string): Text {
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

/** Whether settings say how hosts are reached, what they are told or whether they are who they should be. */
export function areOfConnections(settings: readonly Text[]): boolean {
  return settings.some((setting) => {
    const key = knownPrefix(setting);
    return (
      /^(?:https?|credential|url|protocol|transport|remote)\./i.test(key) || !/^\w+\./.test(key)
    );
  });
}

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
