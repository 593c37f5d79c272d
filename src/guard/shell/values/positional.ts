// Positional parameters, joined after branches.
import { EMPTY, type TextSet } from "./text.ts";
import { sameSet, union } from "./text-sets.ts";

/** Positional parameters: possible lists, or undefined when even their number is not known. */
export type Positional = readonly TextSet[] | undefined;

/** Lists of one length are joined one by one; of others neither the length nor the order is known. */
export function joinPositional(first: Positional, second: Positional): Positional {
  if (first === second || first === undefined || second === undefined)
    return first === second ? first : undefined;
  if (first.length !== second.length) return undefined;
  return first.map((texts, at) => union(texts, second[at] ?? EMPTY));
}

export function samePositional(first: Positional, second: Positional): boolean {
  if (first === undefined || second === undefined) return first === second;
  return (
    first.length === second.length &&
    first.every((values, at) => sameSet(values, second[at] ?? EMPTY))
  );
}
