// Items of lists and arguments of calls: which tokens are one, what a slice takes, what a function makes of them.
import type { Text } from "../../../shell/values/text.ts";
import { COMMA, nameOf, split } from "./token-lists.ts";
import type { Token } from "./tokens.ts";
import type { EvaluatorOptions } from "./value-rules.ts";
import {
  asText,
  oneText,
  textsOfValue,
  textValue,
  type Value,
  type ValueFunction,
  type ValueContext,
} from "./value.ts";

/** Argument vectors of one call of a program. */
const VECTORS_MAX = 16;

/** The words of a list as arguments of a program, one vector for each that it may be; undefined past a few. */
export function argvsOf(value: Value | undefined): readonly (readonly Text[])[] | undefined {
  if (value?.kind !== "list") return undefined;
  let vectors: readonly (readonly Text[])[] = [[]];
  for (const item of value.items) {
    const texts = textsOfValue(asText(item));
    if (texts === undefined || vectors.length * texts.length > VECTORS_MAX) return undefined;
    vectors = vectors.flatMap((vector) => texts.map((text) => [...vector, text]));
  }
  return vectors;
}

/** What a function makes of its arguments; one that is not known may be anything, and is not the same as none. */
export function made(
  making: ValueFunction | undefined,
  args: readonly (Value | undefined)[],
  context: ValueContext,
  isTolerant = false,
): Value | undefined {
  if (!isTolerant && args.includes(undefined)) return undefined;
  return making?.(args, context);
}

/** What tells a list from another where it is parted. */
type ListRules = Pick<EvaluatorOptions, "access" | "aliases" | "bareArguments" | "rules">;

/**
 * The items of a list. INVARIANT: where calls need no brackets, one of them takes all items behind it, wherever the list
 * stands: in `f(join "", "a", "b")` the function gets one text and not three (test/corpus/commands/perl.yaml).
 */
export function itemsOf(tokens: readonly Token[], rules: ListRules): readonly (readonly Token[])[] {
  const pieces = split(tokens);
  if (!rules.bareArguments) return pieces;
  const last = pieces.findIndex((piece) => takesRest(piece, rules));
  if (last < 0) return pieces;
  const taken = pieces
    .slice(last)
    .flatMap((piece, at): Token[] => (at === 0 ? [...piece] : [COMMA, ...piece]));
  return [...pieces.slice(0, last), taken];
}

/** Whether a piece of a list holds a call without brackets whose arguments go on behind the comma. */
function takesRest(piece: readonly Token[], { access, aliases, rules }: ListRules): boolean {
  const isAccess = (token: Token | undefined): boolean =>
    token?.kind === "op" && access.has(token.text);
  let depth = 0;
  for (let at = 0; at < piece.length; at += 1) {
    const token = piece[at];
    if (token?.kind === "op" && /^[([{]$/.test(token.text)) depth += 1;
    if (token?.kind === "op" && /^[)\]}]$/.test(token.text)) depth -= 1;
    if (depth > 0 || token?.kind !== "name" || isAccess(piece[at - 1])) continue;
    let path = aliases.get(token.text) ?? token.text;
    let end = at + 1;
    for (; isAccess(piece[end]) && piece[end + 1]?.kind === "name"; end += 2)
      path += `.${nameOf(piece[end + 1])}`;
    const next = piece[end];
    const hasArguments = next !== undefined && (next.kind !== "op" || next.text === "[");
    if (hasArguments && Object.hasOwn(rules.functions, path) && !rules.unary.has(path)) return true;
  }
  return false;
}

/** Whether a token parts the bounds of a slice. */
export function isColon(token: Token): boolean {
  return token.kind === "op" && token.text.startsWith(":");
}

/** What a slice takes of a value: `text[::-1]`, `list[1:]`; `inside` is what stands in the brackets. */
export function sliced(value: Value | undefined, inside: readonly Token[]): Value | undefined {
  const text = oneText(value);
  const written = inside
    .map((token) => (token.kind === "op" || token.kind === "number" ? token.text : "?"))
    .join("");
  if (written === "::-1" && text !== undefined) return textValue([...text].reverse().join(""));
  const from = /^(\d{1,4}):$/.exec(written)?.[1];
  if (from !== undefined && value?.kind === "list")
    return { kind: "list", items: value.items.slice(Number(from)) };
  return value?.kind === "many" ? value : undefined;
}
