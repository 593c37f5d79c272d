// Lists of tokens: where brackets close, what commas part, and which tokens end a value.
import { closingOf, type Token } from "./tokens.ts";

/** A comma as a token. */
export const COMMA: Token = { kind: "op", text: "," };

/** The place of the bracket that closes the one at a place; of any other token the place itself. */
export function closeOf(tokens: readonly Token[], start: number): number {
  const first = tokens[start];
  if (first?.kind !== "op" || !/^[([{]$/.test(first.text)) return start;
  return closingOf(tokens, start) ?? tokens.length;
}

/** The place of the first token outside of all brackets that passes a test; -1 when there is none. */
export function topLevel(tokens: readonly Token[], test: (token: Token) => boolean): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    if (token.kind === "op" && /^[([{]$/.test(token.text)) depth += 1;
    if (token.kind === "op" && /^[)\]}]$/.test(token.text)) depth -= 1;
    return depth === 0 && test(token);
  });
}

/** The pieces between commas. */
export function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const pieces: Token[][] = [];
  let piece: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "end") continue;
    if (token.kind === "op") {
      if (/^[([{]$/.test(token.text)) depth += 1;
      if (/^[)\]}]$/.test(token.text)) depth -= 1;
    }
    if (isComma(token) && depth === 0) {
      pieces.push(piece);
      piece = [];
    } else piece.push(token);
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

/** Between the key and the item of a list with names. */
export function isArrow(token: Token): boolean {
  return token.kind === "op" && token.text === "=>";
}

/** Whether a token is a comma. */
export function isComma(token: Token): boolean {
  return token.kind === "op" && token.text === ",";
}

/** The name that a token is; empty for any other. */
export function nameOf(token: Token | undefined): string {
  return token?.kind === "name" ? token.text : "";
}

/** Whether a value may end with a token. */
export function endsValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === "end") return false;
  return token.kind === "op"
    ? /^[)\]}]$/.test(token.text)
    : token.kind !== "name" || !KEYWORD.test(token.text);
}

const KEYWORD =
  /^(?:in|of|return|print|yield|and|or|not|if|elif|else|for|while|await|assert|case|echo|puts|new|typeof|my|our|do|then|when|unless)$/;

/** The place after a value that starts at `start`, with its members, calls and places. */
export function chainEnd(
  tokens: readonly Token[],
  start: number,
  access: ReadonlySet<string>,
): number {
  let at = start + 1;
  for (;;) {
    const token = tokens[at];
    if (token?.kind !== "op") break;
    if (access.has(token.text) && tokens[at + 1]?.kind === "name") at += 2;
    else if (token.text === "(" || token.text === "[") at = closeOf(tokens, at) + 1;
    else if (token.text === "subscript") at += 1;
    else break;
  }
  return at;
}
