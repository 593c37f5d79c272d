// From the text of a filter to its tokens, each with the column where it begins, counted from 1.
import { Failure } from "#base/failure.ts";
import { FILTER_CHARS_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";

/** `operator` is how a field is compared; `word` is a field, a value or a word to search for. */
export type Token = {
  readonly kind: "open" | "close" | "minus" | "and" | "or" | "not" | "operator" | "word" | "end";
  readonly text: string;
  readonly isQuoted: boolean;
  readonly column: number;
  /** Whether nothing stands between it and the token before. */
  readonly isGlued: boolean;
};

const KEYWORDS: ReadonlyMap<string, Token["kind"]> = new Map([
  ["AND", "and"],
  ["OR", "or"],
  ["NOT", "not"],
]);

/** Splits a filter. A Failure `filter` with the column for a quote without its end and a text that is too long. */
export function lexFilter(text: string): readonly Token[] {
  if (text.length > FILTER_CHARS_MAX)
    throw filterFailure(FILTER_CHARS_MAX, `a filter has at most ${FILTER_CHARS_MAX} characters`);
  const tokens: Token[] = [];
  let at = 0;
  let before: Token["kind"] = "end";
  while (at < text.length) {
    const gap = /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    at += gap;
    if (at >= text.length) break;
    const found = tokenAt(text.slice(at), at, gap === 0 ? before : "end");
    tokens.push({ ...found.token, column: at + 1, isGlued: gap === 0 && tokens.length > 0 });
    at += found.length;
    before = found.token.kind;
  }
  tokens.push({ kind: "end", text: "", isQuoted: false, column: text.length + 1, isGlued: false });
  return tokens;
}

type Found = { readonly token: Omit<Token, "column" | "isGlued">; readonly length: number };

/** `before` is the kind of the token that it is glued to: an operator follows a field, a value follows an operator. */
function tokenAt(rest: string, at: number, before: Token["kind"]): Found {
  const plain = (kind: Token["kind"], length: number): Found => ({
    token: { kind, text: rest.slice(0, length), isQuoted: false },
    length,
  });
  if (rest[0] === "(") return plain("open", 1);
  if (rest[0] === ")") return plain("close", 1);
  if (rest[0] === '"') return quotedAt(rest, at);
  const operator = /^(?::(?:[<>]=?|=)?|!=|[<>]=?|=)/.exec(rest)?.[0];
  if (before === "word" && operator !== undefined) return plain("operator", operator.length);
  const value = /^[^\s()"]+/.exec(rest)?.[0] ?? rest.slice(0, 1);
  if (before === "operator") return plain("word", value.length);
  if (/^-[A-Za-z("]/.test(rest)) return plain("minus", 1);
  const word = /^[A-Za-z_]+(?=:|!=|[<>=])/.exec(rest)?.[0] ?? value;
  return plain(KEYWORDS.get(word) ?? "word", word.length);
}

/** A quoted text: `\"` and `\\` stand for themselves. */
function quotedAt(rest: string, at: number): Found {
  const match = /^"((?:[^"\\]|\\.)*)"/s.exec(rest);
  if (match === null) throw filterFailure(at + 1, 'this quote has no end: close it with `"`');
  const text = (match[1] ?? "").replaceAll(/\\(.)/gs, "$1");
  return { token: { kind: "word", text, isQuoted: true }, length: match[0].length };
}

/** What is wrong with a filter, and at which column. */
export function filterFailure(column: number, what: string): Failure<"filter"> {
  return new Failure("filter", `the filter cannot be read at column ${column}: ${printable(what)}`);
}
