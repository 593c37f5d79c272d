// Maps in which the shells keep what names mean: who sets an element makes an alias or a function, or says where a program lies.
import type { Shell } from "./host.ts";
import type { Scope } from "./scope.ts";
import type { TextSet } from "./text.ts";

/** What an element of such a map is for the name that is its key. */
export type Meaning = "alias" | "function" | "program";

const BASH = new Map<string, Meaning>([
  ["BASH_ALIASES", "alias"],
  ["BASH_CMDS", "program"],
]);
const ZSH = new Map<string, Meaning>([
  ["aliases", "alias"],
  ["functions", "function"],
  ["commands", "program"],
]);

/** Further maps of zsh whose keys are names. */
const OTHERS_OF_ZSH = new Set(["galiases", "saliases"]);

/** Whether the elements of a variable have names for keys. */
export function hasNamedKeys(name: string, scope: Scope, dialects: Shell["dialects"]): boolean {
  return scope.isMap(name) || isNameMap(scope.targetOf(name), dialects);
}

/** Whether the shell keeps meanings of names under a variable: a map, whether it was declared as one or not. */
function isNameMap(variable: string, dialects: Shell["dialects"]): boolean {
  return (
    (BASH.has(variable) && dialects.includes("bash")) ||
    ((ZSH.has(variable) || OTHERS_OF_ZSH.has(variable)) && dialects.includes("zsh"))
  );
}

/**
 * What a name was given to mean by elements of such maps, in this call; an element whose key is not worked out may be of
 * any name.
 */
export function meaningsOf(
  name: string,
  meaning: Meaning,
  scope: Scope,
  dialects: Shell["dialects"],
): TextSet {
  const found: TextSet[] = [];
  for (const maps of [BASH, ZSH])
    for (const [variable, kind] of maps) {
      if (kind !== meaning || !scope.variables.has(variable)) continue;
      if (!isNameMap(variable, dialects)) continue;
      const elements = scope.get(variable)?.elements ?? [];
      for (const { key, values } of elements)
        if (key === undefined || key === name) found.push(values);
    }
  return found.flat();
}
