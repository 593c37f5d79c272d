// Variables named in ways that zsh alone has: plain characters in bash.
import type { Scope } from "./scope.ts";
import type { Shell } from "./host.ts";
import { hole, sourcesOf, type TextSet, union } from "./text.ts";

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
