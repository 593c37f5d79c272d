// The words of a small program, and those of code within its texts.
import type { PlainLanguage } from "./small-program-lists.ts";

/** One word of a program. */
export type Word = {
  readonly kind: "line" | "text" | "name" | "number" | "variable" | "pattern" | "sign";
  readonly text: string;
};

/** The words, and those of code within texts; undefined where something else is there. */
export function wordsOf(
  code: string,
  language: PlainLanguage,
  nesting: number,
): { readonly words: readonly Word[]; readonly inner: readonly Word[][] } | undefined {
  const words: Word[] = [];
  const inner: Word[][] = [];
  const token = new RegExp(language.token);
  while (token.lastIndex < code.length) {
    const groups = token.exec(code)?.groups;
    if (groups === undefined) return undefined;
    const [found] = Object.entries(groups).filter(([, text]) => text !== undefined);
    const [kind, text = ""] = found ?? [];
    if (kind === undefined) return undefined;
    if (kind === "space") continue;
    if (kind === "text") {
      const pieces = piecesOf(text, language);
      if (pieces === undefined) return undefined;
      for (const piece of pieces) {
        const read = nesting > 0 ? wordsOf(piece, language, nesting - 1) : undefined;
        if (read === undefined || !isBalanced(read.words)) return undefined;
        inner.push([...read.words], ...read.inner);
      }
    }
    words.push({ kind: kind as Word["kind"], text });
  }
  return { words, inner };
}

/** The code within a text; undefined where the text may be more than its characters say. */
function piecesOf(text: string, { inText }: PlainLanguage): readonly string[] | undefined {
  // A character in other words: what a text is could not be seen in it.
  const isRaw = /^[rR]/.test(text);
  if (!isRaw && /\\[xuUN0-7cCM\n]/.test(text)) return undefined;
  const holds = inText(text);
  if (holds === "none") return undefined;
  if (holds === "plain") return [];
  const { opening } = holds;
  const pieces: string[] = [];
  let rest = text.slice(1);
  if (opening === "{") rest = rest.replaceAll("{{", "").replaceAll("}}", "");
  for (let at = rest.indexOf(opening); at >= 0; at = rest.indexOf(opening)) {
    const end = rest.indexOf("}", at);
    if (end < 0) return undefined;
    const piece = rest.slice(at + opening.length, end);
    // WHY no braces and backslashes: where such a piece ends would depend on what is in it.
    if (/[{\\`]/.test(piece) || piece.trim() === "") return undefined;
    pieces.push(opening === "{" ? withoutFormat(piece) : piece);
    rest = rest.slice(end + 1);
  }
  return pieces;
}

/** What stands in front of the format in a text of Python: `x:>8.2f`, `x!r`. */
function withoutFormat(piece: string): string {
  return piece.replace(/(?:![rsa])?(?::[<>=^+ ,\d.%a-zA-Z-]*)?$/, "");
}

/** Opening brackets by those that close them. */
export const CLOSING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Whether every bracket closes the one that was opened last. */
export function isBalanced(words: readonly Word[]): boolean {
  const open: string[] = [];
  for (const { kind, text } of words) {
    if (kind !== "sign") continue;
    if ("([{".includes(text)) open.push(text);
    else if (Object.hasOwn(CLOSING, text) && open.pop() !== CLOSING[text]) return false;
  }
  return open.length === 0;
}
