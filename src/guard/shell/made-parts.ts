// Code that holds names which a program made up, or numbers of jobs: the part becomes a variable, so that the rest can be read.
import type { Hole, Piece, Text } from "./text.ts";

type Quotes = "none" | "single" | "double";

/**
 * The text with each made-up part replaced by a variable of a name that nobody uses, and those variables; undefined when
 * something else of it is not known, or a part stands where it may be more than a piece of a word. `isPlainName` tells of a
 * part whether it is the name of a file, of plain letters. WHY that is the same
 * code: such a part is letters and digits, which no shell reads as anything else in the middle of a word.
 */
export function nameMadeParts(
  text: Text,
  isPlainName: (piece: Hole) => boolean = () => false,
): { readonly source: string; readonly parts: ReadonlyMap<string, Hole> } | undefined {
  const parts = new Map<string, Hole>();
  let source = "";
  let quotes: Quotes = "none";
  for (const [at, piece] of text.entries()) {
    if (piece.kind === "text") {
      const end = quotesAfter(piece.text, quotes);
      if (end === undefined) return undefined;
      quotes = end;
      source += piece.text;
      continue;
    }
    if (piece.kind !== "hole" || !isPart(piece, source, text[at + 1], isPlainName))
      return undefined;
    const name = `sallyport_made_part_${parts.size}`;
    parts.set(name, piece);
    source += quotes === "single" ? `'"\${${name}}"'` : `\${${name}}`;
  }
  return parts.size === 0 ? undefined : { source, parts };
}

/**
 * Whether what is not known can only be a piece of a word, or a word of its own behind another one. WHY not a number before
 * `>`: there it says which descriptor is meant.
 */
function isPart(
  piece: Hole,
  before: string,
  next: Piece | undefined,
  isPlainName: (piece: Hole) => boolean,
): boolean {
  if (piece.made === true) return /[\w./-]$/.test(before);
  const isNumber = piece.job === true && !piece.splits;
  const isRedirected = next?.kind === "text" && /^[<>&]/.test(next.text);
  if (isNumber) return /[\w./-] ?$/.test(before) && !isRedirected;
  // A name of letters alone may be a reserved word where a command begins, and a number before `>` a descriptor.
  return isPlainName(piece) && /[\w./-] ?$|["']$/.test(before) && !isRedirected;
}

/** Which quotes are open behind some characters; undefined where that takes more than counting quotes. */
function quotesAfter(text: string, before: Quotes): Quotes | undefined {
  let quotes = before;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quotes === "single") {
      if (character === "'") quotes = "none";
    } else if (character === "\\") {
      at += 1;
      if (at >= text.length) return undefined;
    } else if (character === "`" || /^(?:\$[({'"[]|\$$|<<)/.test(text.slice(at, at + 2))) {
      return undefined;
    } else if (character === '"') quotes = quotes === "double" ? "none" : "double";
    else if (quotes === "none" && character === "'") quotes = "single";
    else if (quotes === "none" && character === "#") return undefined;
  }
  return quotes;
}
