// Values of variables: shaped by declarations, joined after branches, widened by loops.
import { isSecretVariable } from "#base/secret-variables.ts";
import { type Elements, joinElements, looseElements, sameElements } from "./arrays.ts";
import { EMPTY, SECRET_VARIABLE, hole, literal, sourcesOf, textOf, type TextSet } from "./text.ts";
import { mapKnown } from "./text-changes.ts";
import { sameSet, union } from "./text-sets.ts";
import type { Trait, Variable } from "./variables.ts";

/** Some whole number, as the shell prints it. */
export const SOME_NUMBER: TextSet = [[hole("missing-fact", { splits: false, like: "[-0-9]*" })]];

/** What becomes of values that are assigned to a variable, by its declarations. */
export function shapedBy(variable: Variable | undefined, values: TextSet): TextSet {
  let shaped = values;
  for (const [trait, certainty] of variable?.traits ?? []) {
    const changed = shapedByTrait(trait, shaped, variable?.values ?? EMPTY);
    shaped = certainty === "maybe" ? union(shaped, changed) : changed;
  }
  return shaped;
}

function shapedByTrait(trait: Trait, values: TextSet, earlier: TextSet): TextSet {
  switch (trait) {
    case "upper":
      return mapKnown(values, (text) => text.toUpperCase(), "unmodelled");
    case "lower":
      return mapKnown(values, (text) => text.toLowerCase(), "unmodelled");
    case "capital":
      return mapKnown(
        values,
        (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
        "unmodelled",
      );
    case "integer":
      return values.every((text) => /^(?:0|-?[1-9][0-9]{0,17})$/.test(textOf(text) ?? ""))
        ? values
        : SOME_NUMBER;
    case "readonly":
      // What is assigned is refused; the declaration itself may come after the first value.
      return union(earlier, values);
    case "map":
      return values;
    default:
      return trait satisfies never;
  }
}

/** A variable that is one of two, by the path taken. */
export function joinVariables(first: Variable, second: Variable): Variable {
  const elements =
    first.elements === undefined && second.elements === undefined
      ? undefined
      : joinElements(asElements(first), asElements(second));
  const traits = new Map<Trait, "yes" | "maybe">();
  for (const trait of [...(first.traits?.keys() ?? []), ...(second.traits?.keys() ?? [])]) {
    const isBoth = first.traits?.get(trait) === "yes" && second.traits?.get(trait) === "yes";
    traits.set(trait, isBoth || trait === "map" ? "yes" : "maybe");
  }
  const refersTo = first.refersTo === second.refersTo ? first.refersTo : "";
  const absent = first.absent === second.absent ? first.absent : "maybe";
  return {
    values: union(first.values, second.values),
    exported: first.exported || second.exported,
    ...(elements === undefined ? {} : { elements }),
    ...(traits.size === 0 ? {} : { traits }),
    ...(refersTo === undefined ? {} : { refersTo }),
    ...(absent === undefined ? {} : { absent }),
  };
}

function asElements(variable: Variable): Elements {
  if (variable.elements !== undefined) return variable.elements;
  if (variable.absent !== undefined) return looseElements(variable.values);
  return [{ key: "0", values: variable.values }];
}

/** Whether two variables hold the same. */
export function sameVariable(first: Variable, second: Variable): boolean {
  return (
    first === second ||
    (sameSet(first.values, second.values) &&
      first.absent === second.absent &&
      first.refersTo === second.refersTo &&
      sameElements(first.elements, second.elements))
  );
}

/** What a loop makes of a value in the end: a number stays one. */
export function widened(values: TextSet): TextSet {
  const isNumber = values.every((text) => {
    const [only] = text;
    return (
      /^-?[0-9]+$/.test(textOf(text) ?? "") ||
      (text.length === 1 && only?.kind === "hole" && /^\[-?0-9\]\*$/.test(only.like ?? ""))
    );
  });
  return isNumber ? SOME_NUMBER : [[hole("budget", { sources: sourcesOf(values) })]];
}

/** Prompts that one shell or another sets when it starts, without a person too: each has a blank in it. */
const PROMPTS: ReadonlyMap<string, string> = new Map([
  ["PS1", "$ "],
  ["PS2", "> "],
  ["PS3", "?# "],
  ["PS4", "+ "],
]);

/** Whether a shell sets a variable itself when it starts, so that it is not only there where it was inherited. */
export function isSetByShells(name: string): boolean {
  return PROMPTS.has(name);
}

/** What a shell sets itself to words of the call, of what it reads, or of where it is. */
const TOLD_BY_THE_CALL = new Set([
  ...["_", "REPLY", "OPTARG", "MAPFILE", "BASH_COMMAND", "BASH_EXECUTION_STRING", "BASH_SOURCE"],
  ...["FUNCNAME", "BASH_ARGV", "BASH_ARGV0", "DIRSTACK", "READLINE_LINE", "COMP_LINE"],
  ...["ZSH_EXECUTION_STRING", "ZSH_ARGZERO", "MATCH", "match", "funcstack", "dirstack", "history"],
]);

/** A variable that nothing in sight sets: the environment may still define it. */
export function unsetValue(name: string): TextSet {
  if (isSecretVariable(name)) return [[], [hole("missing-fact", { sources: [SECRET_VARIABLE] })]];
  // WHY: where temporary files go is what `mktemp` is taken to use; a session that reports another place is asked for it.
  if (name === "TMPDIR") return [[], literal("/tmp")];
  const prompt = PROMPTS.get(name);
  if (prompt !== undefined) return [[], literal(prompt), [hole("missing-fact")]];
  if (TOLD_BY_THE_CALL.has(name)) return [[], [hole("unmodelled")]];
  return [
    [],
    [hole("missing-fact", name === "RANDOM" || name === "SECONDS" ? { like: "[0-9]*" } : {})],
  ];
}
