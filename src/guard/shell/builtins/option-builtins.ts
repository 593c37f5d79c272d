// Builtins that change options and positional parameters.
import { isLooseItem, itemsOfFields } from "../values/arrays.ts";
import type { BuiltinCall } from "../expansion/builtin-call.ts";
import { callSiteOf, type Result } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import { textOf } from "../values/text.ts";
import { EITHER } from "../values/results.ts";

export function setPositional({ args, scope, io, shell, consumer }: BuiltinCall): Result {
  if (args.length === 0)
    return { output: shell.host.environment(consumer, callSiteOf(scope, io)), status: "either" };
  if (shell.dialects.includes("zsh") && /^[-+][a-zA-Z]*A/.test(textOf(args[0] ?? []) ?? ""))
    shell.host.unknown("dialect", "`set -A` fills an array", callSiteOf(scope, io));
  const marker = args.findIndex((text) => textOf(text) === "--");
  const plain = args.findIndex((text) => !/^[-+]/.test(textOf(text) ?? "x"));
  const from = marker >= 0 && (plain < 0 || marker < plain) ? marker + 1 : plain;
  const options = args.slice(0, from < 0 ? args.length : from).map((text) => textOf(text) ?? "");
  for (const option of options) {
    if (/^-[a-zA-Z]*k/.test(option))
      shell.host.unknown(
        "unmodelled",
        "`set -k` takes arguments for variables",
        callSiteOf(scope, io),
      );
    if (/^\+[a-zA-Z]*B/.test(option) && shell.dialects.includes("bash"))
      bracesOff(scope, io, shell);
    if (/^[-+][a-zA-Z]*a/.test(option)) scope.option("allexport", option.startsWith("-"));
    if (/^[-+][a-zA-Z]*C/.test(option)) scope.option("noclobber", option.startsWith("-"));
    if (/^[-+][a-zA-Z]*P/.test(option) && shell.dialects.includes("bash"))
      scope.option("physical", option.startsWith("-"));
    // In a restricted shell the directory stays what it is.
    if (/^-[a-zA-Z]*r/.test(option)) scope.option("restricted", true);
    // In zsh the letter means something else.
    if (/^[-+][a-zA-Z]*f/.test(option) && shell.dialects.includes("bash"))
      scope.option("noglob", option.startsWith("-"));
    if (shell.dialects.includes("zsh") && option.startsWith("-")) scope.unsureOptions.add("noglob");
  }
  if (from >= 0 && (marker >= 0 || args.length > 0)) {
    // `-o name` takes its name from the next word: not a positional parameter.
    const named = options[options.length - 1];
    const isNamed = named !== undefined && /^[-+][a-zA-Z]*o$/.test(named);
    if (isNamed) {
      const option = textOf(args[options.length] ?? []) ?? "";
      if (option === "braceexpand" && named.startsWith("+")) bracesOff(scope, io, shell);
      scope.option(option, named.startsWith("-"));
    }
    const start = marker < 0 && isNamed ? from + 1 : from;
    const rest = args.slice(start);
    if (marker >= 0 || rest.length > 0) {
      scope.positional = itemsOfFields(rest);
    }
  }
  return EITHER;
}

/** Without brace expansion a word with braces names other files: what follows is not told. */
function bracesOff(scope: Scope, io: BuiltinCall["io"], shell: BuiltinCall["shell"]): void {
  scope.option("nobraceexpand", true);
  shell.host.unknown(
    "dialect",
    "the option `braceexpand` changes what commands mean",
    callSiteOf(scope, io),
  );
}

export function shift({ args, scope }: BuiltinCall): Result {
  const count = args[0] === undefined ? 1 : Number(textOf(args[0]) ?? Number.NaN);
  const items = scope.positional;
  if (items === undefined || !Number.isInteger(count) || count < 0) {
    scope.positional = undefined;
    return EITHER;
  }
  const first = items.findIndex(isLooseItem);
  if (first >= 0 && first < count) scope.positional = items.slice(first);
  // With fewer than that nothing is shifted.
  else scope.positional = count <= items.length || first >= 0 ? items.slice(count) : items;
  return EITHER;
}

/** Options of zsh that change nothing about which files and programs a command names, or that we follow. */
const PLAIN_ZSH_OPTIONS =
  /^(no_?)?(err_?exit|nounset|unset|pipe_?fail|xtrace|verbose|glob_?dots|null_?glob|nomatch|clobber|bang_?hist|interactive_?comments|no_?case_?glob|case_?glob)$/i;

export function changeOptions({ name, args, scope, io, shell }: BuiltinCall): Result {
  let turnOn = name !== "unsetopt";
  for (const text of args) {
    const value = textOf(text);
    if (value === undefined) continue;
    if (value.startsWith("-")) {
      if (value.includes("u")) turnOn = false;
      continue;
    }
    if (name !== "shopt" && !PLAIN_ZSH_OPTIONS.test(value)) {
      shell.host.unknown(
        "dialect",
        `the option \`${value}\` changes what commands mean`,
        callSiteOf(scope, io),
      );
    }
    const option = value.toLowerCase().replaceAll("_", name === "shopt" ? "_" : "");
    scope.option(option, turnOn);
    if (name === "shopt") continue;
    if (option.startsWith("no")) scope.option(option.slice(2), !turnOn);
    else scope.option(`no${option}`, !turnOn);
  }
  return EITHER;
}
