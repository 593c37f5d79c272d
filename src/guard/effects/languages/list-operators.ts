// Functions that take all words behind them without parentheses: commas behind their names are theirs.
import type { Token } from "./tokens.ts";

/**
 * Whether what stands before a comma is such a call that is still open: `join "/", @parts` in the arguments of another
 * function. `operators` are the names of such functions.
 */
export function takesRest(
  piece: readonly Token[],
  operators: ReadonlySet<string> | undefined,
): boolean {
  if (operators === undefined) return false;
  let depth = 0;
  return piece.some((token, at) => {
    if (token.kind === "op" && /^[([{]$/.test(token.text)) depth += 1;
    if (token.kind === "op" && /^[)\]}]$/.test(token.text)) depth -= 1;
    const next = piece[at + 1];
    const isCalled = next !== undefined && !(next.kind === "op" && next.text !== "[");
    return depth === 0 && token.kind === "name" && operators.has(token.text) && isCalled;
  });
}
