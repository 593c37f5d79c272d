// What a program prints that does nothing else.
import { append, literal, type TextSet } from "../../../shell/values/text.ts";
import { Evaluator } from "./evaluator.ts";
import type { Observations } from "./observations.ts";
import { type Token, tokenize } from "./tokens.ts";
import type { Language } from "./language.ts";

/** What a program prints that does nothing but print one expression by a function of one of these names. */
export function printedBy(
  language: Language,
  names: ReadonlySet<string>,
  ending: string,
  isBare = language.bareArguments,
): (code: string, seen: Observations) => TextSet | undefined {
  return (code, seen) => {
    const tokens = tokenize(code.trim().replace(/;+$/, ""), language.lexicon);
    const prepared = tokens === undefined ? undefined : language.prepare(tokens, seen);
    const plain = prepared?.tokens.filter((token) => token.kind !== "end") ?? [];
    if (prepared === undefined || prepared.tokens.length > plain.length + 2) return undefined;
    let open = 1;
    while (open < plain.length && isDot(plain[open])) open += 2;
    const path = plain
      .slice(0, open)
      .map((token) => ("text" in token ? token.text : ""))
      .join("");
    const last = plain.at(-1);
    const [first] = plain.slice(open);
    const isRound = first?.kind === "op" && first.text === "(";
    const isWhole = isRound && last?.kind === "op" && last.text === ")";
    if (!names.has(path) || (isRound ? !isWhole : !isBare)) return undefined;
    const inside = isRound ? plain.slice(open + 1, -1) : plain.slice(open);
    const value = new Evaluator(prepared.tokens, {
      rules: language.values,
      aliases: prepared.aliases,
      access: language.access,
      bareArguments: language.bareArguments,
      isCall: (name) => Object.hasOwn(language.values.functions, name),
      context: seen.values,
    }).value(inside);
    const texts = value?.kind === "text" ? value.texts : undefined;
    return texts?.map((text) => append(text, literal(ending)));
  };
}

function isDot(token: Token | undefined): boolean {
  return token?.kind === "op" && token.text === ".";
}
