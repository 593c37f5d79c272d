// The text of a here-document.
import { CHARS_PER_STEP } from "#base/limits.ts";
import type { Io, Shell } from "./values/host.ts";
import type { Scope } from "./values/scope.ts";
import type { HereDoc } from "./syntax/syntax.ts";
import { EMPTY, hole, known, sourcesOf, type TextSet } from "./values/text.ts";
import { union } from "./values/text-sets.ts";
import { joined, partText } from "./expansion/word-texts.ts";
import { orInZsh } from "./expansion/zsh-names.ts";

/** The text of a here-document. */
export function expandHereDoc(node: HereDoc, scope: Scope, io: Io, shell: Shell): TextSet {
  // WHY: each look at the parts reads the whole text again.
  const isWithin = shell.host.spend(Math.floor(node.body.text.length / CHARS_PER_STEP));
  if (!isWithin) return [[hole("budget")]];
  const parts = node.body.parts;
  const isIndented = node.operator === "<<-";
  if (node.delimiter?.quoted === true || parts === undefined) {
    const { text } = node.body;
    const plain = known(isIndented ? text.replace(/^\t+/gm, "") : text);
    return node.delimiter?.quoted === true ? plain : orInZsh(plain, text, scope, shell);
  }
  let isLineStart = true;
  return parts.reduce<TextSet>((texts, part) => {
    if (part.type !== "Literal" || !isIndented) {
      isLineStart = false;
      const value = partText(part, scope, io, shell);
      // In zsh quotes are plain characters here; in bash single ones and most backslashes are, which inside a substitution
      // are read as quotes.
      const plain = shell.dialects.includes("zsh") ? /["'\\]/ : /['\\]/;
      const isOdd = part.type === "ParameterExpansion" && plain.test(part.text);
      const odd: TextSet = [[hole("dialect", { sources: sourcesOf(value) })]];
      return joined(texts, isOdd ? union(value, odd) : value, shell);
    }
    const inner = part.value.replace(/\n\t+/g, "\n");
    const value = isLineStart ? inner.replace(/^\t+/, "") : inner;
    isLineStart = part.value.endsWith("\n");
    return joined(texts, orInZsh(known(value), part.text, scope, shell), shell);
  }, EMPTY);
}
