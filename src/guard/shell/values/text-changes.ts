// Texts made anew piece by piece: their known parts changed, their holes marked as quoted, split or plain.
import { unescapeGlob } from "#base/glob.ts";
import type { UnknownReason } from "../../vocabulary/effect.ts";
import {
  type TextSet,
  textOf,
  hole,
  sourcesOf,
  literal,
  type Text,
  tidy,
  unshown,
} from "./text.ts";
import { union } from "./text-sets.ts";

/** Applies a function on strings where a text is known, and makes a hole of the rest. */
export function mapKnown(
  set: TextSet,
  change: (text: string) => string | undefined,
  reason: UnknownReason,
): TextSet {
  return union(
    set.map((text) => {
      const value = textOf(text);
      const changed = value === undefined ? undefined : change(value);
      return changed === undefined
        ? [hole(reason, { sources: sourcesOf([text]) })]
        : literal(changed);
    }),
  );
}

/** Marks what is not known as names or numbers: nobody sees in it what the files hold that it comes from. */
export function withoutValues(set: TextSet): TextSet {
  return set.map((text) =>
    text.map((piece) =>
      piece.kind === "hole" && piece.sources.length > 0
        ? { ...piece, sources: piece.sources.map(unshown) }
        : piece,
    ),
  );
}

/** Marks every hole as one that an unquoted expansion does not split (or does). */
export function withSplits(set: TextSet, splits: boolean): TextSet {
  return set.map((text) =>
    text.map((piece) =>
      piece.kind === "hole" && piece.splits !== splits ? { ...piece, splits } : piece,
    ),
  );
}

/** Marks the characters as quoted, empty text included: `"${x:+"a b"}"` is one field, and `${x:+""}` an empty one. */
export function markQuoted(text: Text): Text {
  if (text.length === 0) return [{ kind: "text", text: "", quoted: true }];
  return text.map((piece) =>
    piece.kind === "text"
      ? { ...piece, quoted: true }
      : piece.kind === "hole"
        ? { ...piece, splits: false }
        : { kind: "text", text: piece.extended ?? piece.glob, quoted: true },
  );
}

/** The text without marks of quoting. */
export function unmarked(text: Text): Text {
  if (!text.some((piece) => piece.kind === "text" && piece.quoted === true)) return text;
  return tidy(
    text.map((piece) => (piece.kind === "text" ? { kind: "text", text: piece.text } : piece)),
  );
}

/** Pattern pieces become plain characters: what quotes do. */
export function quoted(text: Text): Text {
  return text.map((piece) =>
    piece.kind === "glob"
      ? { kind: "text", text: piece.extended ?? unescapeGlob(piece.glob) }
      : piece,
  );
}

/** The text with every known occurrence of `placeholder` replaced. */
export function replaceIn(text: Text, placeholder: string, by: Text): Text {
  if (placeholder === "") return text;
  return tidy(
    text.flatMap((piece): Text => {
      if (piece.kind !== "text" || !piece.text.includes(placeholder)) return [piece];
      return piece.text
        .split(placeholder)
        .flatMap((part, at) => [...(at === 0 ? [] : by), ...literal(part)]);
    }),
  );
}
