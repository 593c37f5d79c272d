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
  let opened: Opened = [NOTHING_OPEN];
  for (const [at, piece] of text.entries()) {
    if (piece.kind === "text") {
      const end = openedAfter(piece.text, opened);
      if (end === undefined) return undefined;
      opened = end;
      source += piece.text;
      continue;
    }
    const quotes = opened.at(-1)?.quotes ?? "none";
    if (piece.kind !== "hole") return undefined;
    const isQuotedName = quotes !== "none" && isPlainName(piece);
    if (!isQuotedName && !isPart(piece, source, text[at + 1], isPlainName)) return undefined;
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

/** The quotes that are open, of the whole and of each `$(...)` in it, with how many brackets are open in that. */
type Opened = readonly { readonly quotes: Quotes; readonly brackets: number }[];

/** What is open behind some characters; undefined where that takes more than counting quotes and brackets. */
function openedAfter(text: string, before: Opened): Opened | undefined {
  const opened = [...before];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    const { quotes, brackets } = opened.at(-1) ?? NOTHING_OPEN;
    const turn = (next: Quotes): void => void opened.splice(-1, 1, { quotes: next, brackets });
    const count = (by: number): void =>
      void opened.splice(-1, 1, { quotes, brackets: brackets + by });
    if (quotes === "single") {
      if (character === "'") turn("none");
    } else if (character === "\\") {
      at += 1;
      if (at >= text.length) return undefined;
    } else if (/^\$\((?!\(|$)/.test(text.slice(at, at + 3))) {
      if (opened.length > SUBSTITUTIONS_MAX) return undefined;
      opened.push(NOTHING_OPEN);
      at += 1;
    } else if (character === "`" || /^(?:\$[({'"[]|\$$|<<)/.test(text.slice(at, at + 2))) {
      return undefined;
    } else if (character === '"') turn(quotes === "double" ? "none" : "double");
    else if (quotes === "double") continue;
    else if (character === "'") turn("single");
    else if (character === "#" || (opened.length > 1 && /^case\b/.test(text.slice(at)))) {
      // WHY: a bracket behind a pattern of `case` ends no substitution.
      return undefined;
    } else if (character === "(") count(1);
    else if (character === ")" && (brackets > 0 || opened.length === 1)) count(-1);
    else if (character === ")") opened.pop();
  }
  return opened;
}

const NOTHING_OPEN = { quotes: "none", brackets: 0 } as const;
/** Substitutions within each other that are followed. */
const SUBSTITUTIONS_MAX = 8;
