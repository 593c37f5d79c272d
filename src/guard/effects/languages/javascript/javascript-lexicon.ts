// How texts, patterns and names of JavaScript are told apart.
import {
  type Lexed,
  type Lexicon,
  match,
  readString,
  type Spot,
  type Token,
} from "../evaluation/tokens.ts";

const PATTERN = /\/(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/y;

/** How the tokens of JavaScript look. */
export const lexicon: Lexicon = {
  space: /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*)+/y,
  name: /[\p{L}_$][\p{L}\p{N}_$]*/uy,
  special: literalAt,
};

function literalAt(spot: Spot): Lexed | "none" {
  const { code, at, previous } = spot;
  const char = code[at] ?? "";
  if (char === '"' || char === "'")
    return readString(spot, at + 1, { close: char, escapes: "all" });
  if (char === "`") {
    const text = readString(spot, at + 1, { close: "`", escapes: "all", computed: "${" });
    // A template after a name or a bracket is a call of it.
    const tagged =
      previous?.kind === "name" || (previous?.kind === "op" && /^[\])]$/.test(previous.text));
    return tagged && text !== undefined
      ? { ...text, tokens: [{ kind: "op", text: "tagged" }, ...text.tokens] }
      : text;
  }
  // Comments that only old scripts know.
  if (code.startsWith("<!--", at) || code.startsWith("-->", at)) return undefined;
  if (char !== "/") return "none";
  if (code[at + 1] === "*") return undefined;
  const pattern = match(PATTERN, code, at);
  // WHY: after some tokens a slash may divide or start a pattern. Where the readings could hide code, neither is taken.
  const either =
    (previous?.kind === "op" && /^(?:[)}]|\+\+|--)$/.test(previous.text)) ||
    (previous?.kind === "name" &&
      /^(of|yield|await|async|let|static|get|set)$/.test(previous.text));
  if (either && pattern !== undefined && /["'`]|\/\*|\/\/|\(/.test(pattern.slice(1)))
    return undefined;
  if (either || isValue(previous)) return "none";
  if (pattern === undefined) return "none";
  return { tokens: [{ kind: "pattern", inner: [] }], end: at + pattern.length };
}

/** Whether a token ends a value, so that a slash behind it divides. */
export function isValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === "end") return false;
  if (token.kind === "op") return /^[\])}]$/.test(token.text);
  return (
    token.kind !== "name" ||
    !/^(return|typeof|case|in|do|else|void|delete|throw|new|const|var)$/.test(token.text)
  );
}
