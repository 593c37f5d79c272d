// How Go spells things. WHY no more: nothing starts a program of it from a text, so only scripts that others keep are looked at.
import { type Lexicon, match, readString } from "./evaluation/tokens.ts";

/** Names, texts and comments of Go. */
export const goLexicon: Lexicon = {
  space: /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y,
  name: /[\p{L}_][\p{L}\p{N}_]*/uy,
  special: (spot) => {
    const { code, at } = spot;
    if (code[at] === '"') return readString(spot, at + 1, { close: '"', escapes: "all" });
    if (code[at] === "`") return readString(spot, at + 1, { close: "`", escapes: "none" });
    const rune = match(/'(?:[^'\\\n]|\\[^\n][^'\n]{0,9})'/y, code, at);
    return rune === undefined
      ? "none"
      : { tokens: [{ kind: "string", text: undefined, inner: [] }], end: at + rune.length };
  },
};
