// Variables named in ways that zsh alone has: plain characters in bash.
import type { Scope } from "../values/scope.ts";
import type { Shell } from "../values/host.ts";
import { hole, sourcesOf, textOf, type TextSet } from "../values/text.ts";
import { union } from "../values/text-sets.ts";

/** Names behind `$~`, `$=`, `$^` and `$+`: plain characters in bash, and in zsh what it makes of these variables. */
export function flaggedNames(text: string): readonly string[] {
  const found = text.matchAll(/(?<!\\)\$[~=^+]+([A-Za-z_]\w*|[0-9@*#?$!-])/g);
  return [...found].map(([, name]) => name ?? "");
}

/** Plain text, and what zsh may make of it where it names variables in a way of its own. */
export function orInZsh(plain: TextSet, raw: string, scope: Scope, shell: Shell): TextSet {
  const names = shell.dialects.includes("zsh") ? flaggedNames(raw) : [];
  if (names.length === 0) return plain;
  const sources = sourcesOf(names.flatMap((name) => allValuesOf(name, scope)));
  const made: TextSet = [[hole("dialect", { sources })]];
  return shell.dialects.includes("bash") ? union(plain, made) : made;
}

/** All that a variable may hold, as one value or element by element. */
export function allValuesOf(name: string, scope: Scope): TextSet {
  const variable = scope.get(name) ?? scope.missing(name);
  return [...variable.values, ...(variable.elements ?? []).flatMap((element) => element.values)];
}

/** Maps and arrays from which zsh takes what names mean, or which functions run at some event, and that are not followed. */
const TABLES = [
  ...["nameddirs", "options"],
  ...["dis_functions", "dis_aliases", "dis_galiases", "dis_saliases", "dirstack"],
  ...["chpwd_functions", "zshexit_functions", "zsh_directory_name_functions"],
];

/** Maps whose elements are followed where they are assigned as such. */
const FOLLOWED = ["aliases", "galiases", "saliases", "functions", "commands"];

/** Functions that zsh calls by itself. */
const CALLED_BY_ZSH =
  /^(?:chpwd|precmd|preexec|periodic|zshexit|zshaddhistory|zsh_directory_name|command_not_found_handler|TRAP\w+)$/;

/** An element of such a map that a word assigns: `${functions[ls]:=code}`. */
const ASSIGNED_ELEMENT = new RegExp(
  `\\b(?:${[...TABLES, ...FOLLOWED].join("|")})\\[[^\\]]*\\]:{0,2}=`,
);

/** Whether a word gives one of those variables an element. */
export function namesTable(word: string): boolean {
  return word.includes("]") && ASSIGNED_ELEMENT.test(word);
}

/** Whether the call gave one of the variables a value from which zsh takes what to run in a way that is not followed. */
export function setsTable(scope: Scope): boolean {
  if (TABLES.some((name) => scope.variables.get(name)?.elements !== undefined)) return true;
  const functions = scope.variables.get("functions")?.elements ?? [];
  if (functions.some(({ key }) => key === undefined || CALLED_BY_ZSH.test(key))) return true;
  const aliases = scope.variables.get("aliases")?.elements ?? [];
  return aliases.some(({ values }) => values.some((text) => /\s$/.test(textOf(text) ?? " ")));
}
