// Which characters of a foreign text a reader would not see, or would see elsewhere, and what to show in their place.

/** A piece of a text: shown as it is, or one character that is named instead. */
export type Piece =
  | { readonly kind: "plain"; readonly text: string }
  /** `code` is such as `U+202E`, `name` what it does. */
  | { readonly kind: "mark"; readonly code: string; readonly name: string };

export type MarkOptions = {
  /** Line ends and tabs stay what they are. */
  readonly isMultiline?: boolean;
};

/** More marks on one letter than any writing puts there; the rest would be drawn over its neighbours. */
const STACKED_MAX = 4;

const NAMES: readonly (readonly [first: number, last: number, name: string])[] = [
  [0x00, 0x00, "null character"],
  [0x07, 0x07, "bell"],
  [0x08, 0x08, "backspace"],
  [0x09, 0x09, "tab"],
  [0x0a, 0x0a, "line feed"],
  [0x0d, 0x0d, "carriage return"],
  [0x1b, 0x1b, "escape"],
  [0x7f, 0x7f, "delete"],
  [0xa0, 0xa0, "no-break space"],
  [0xad, 0xad, "soft hyphen"],
  [0x34f, 0x34f, "combining grapheme joiner"],
  [0x61c, 0x61c, "Arabic letter mark"],
  [0x115f, 0x1160, "Hangul filler"],
  [0x17b4, 0x17b5, "Khmer inherent vowel"],
  [0x180b, 0x180f, "Mongolian selector"],
  [0x200b, 0x200b, "zero width space"],
  [0x200c, 0x200c, "zero width non-joiner"],
  [0x200d, 0x200d, "zero width joiner"],
  [0x200e, 0x200e, "left-to-right mark"],
  [0x200f, 0x200f, "right-to-left mark"],
  [0x2028, 0x2028, "line separator"],
  [0x2029, 0x2029, "paragraph separator"],
  [0x202a, 0x202b, "bidirectional embedding"],
  [0x202c, 0x202c, "end of bidirectional embedding"],
  [0x202d, 0x202d, "left-to-right override"],
  [0x202e, 0x202e, "right-to-left override"],
  [0x2060, 0x2060, "word joiner"],
  [0x2061, 0x2064, "invisible operator"],
  [0x2066, 0x2068, "bidirectional isolate"],
  [0x2069, 0x2069, "end of bidirectional isolate"],
  [0x2800, 0x2800, "blank Braille pattern"],
  [0x3164, 0x3164, "Hangul filler"],
  [0xfe00, 0xfe0f, "variation selector"],
  [0xfeff, 0xfeff, "byte order mark"],
  [0xffa0, 0xffa0, "Hangul filler"],
  [0xd800, 0xdfff, "half of a surrogate pair"],
  [0xe0000, 0xe007f, "invisible tag character"],
  [0xe0100, 0xe01ef, "variation selector"],
];
/** Drawn as nothing or as a space without being of a class that says so. */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x34f, 0x34f],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xffa0, 0xffa0],
  [0xe0100, 0xe01ef],
];
const UNSEEN = /^[\p{C}\p{Zl}\p{Zp}]$/u;
const OTHER_SPACE = /^(?! )\p{Zs}$/u;
const STACKED = /^\p{M}$/u;
const PICTURE = /\p{Extended_Pictographic}/u;

/** The text in pieces, in its order; joined, the plain ones and the marks say every character of it. */
export function piecesOf(
  text: string,
  { isMultiline = false }: MarkOptions = {},
): readonly Piece[] {
  const pieces: Piece[] = [];
  let plain = "";
  let stacked = 0;
  const characters = [...text];
  for (const [place, character] of characters.entries()) {
    stacked = STACKED.test(character) ? stacked + 1 : 0;
    const isShown =
      isMultiline && (character === "\n" || character === "\t")
        ? true
        : isVisible(character) && stacked <= STACKED_MAX;
    if (isShown || isOfPicture(characters, place)) {
      plain += character;
      continue;
    }
    if (plain !== "") pieces.push({ kind: "plain", text: plain });
    plain = "";
    pieces.push(markOf(character));
  }
  if (plain !== "") pieces.push({ kind: "plain", text: plain });
  return pieces;
}

function isVisible(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  const isHidden = HIDDEN.some(([first, last]) => point >= first && point <= last);
  return !isHidden && !UNSEEN.test(character) && !OTHER_SPACE.test(character);
}

/** A joiner between two pictures, and the selector right after one, belong to what is seen. */
function isOfPicture(characters: readonly string[], place: number): boolean {
  const character = characters[place];
  const before = characters[place - 1] ?? "";
  if (character === "\ufe0f") return PICTURE.test(before);
  if (character !== "\u200d") return false;
  const base = before === "\ufe0f" ? (characters[place - 2] ?? "") : before;
  return PICTURE.test(base) && PICTURE.test(characters[place + 1] ?? "");
}

function markOf(character: string): Piece {
  const point = character.codePointAt(0) ?? 0;
  const name = NAMES.find(([first, last]) => point >= first && point <= last)?.[2];
  const code = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  return { kind: "mark", code, name: name ?? nameOfClass(character) };
}

function nameOfClass(character: string): string {
  if (OTHER_SPACE.test(character)) return "unusual space";
  if (STACKED.test(character)) return "one more mark on the same letter";
  if (/^\p{Co}$/u.test(character)) return "private use character";
  if (/^\p{Cn}$/u.test(character)) return "unassigned character";
  return "control or format character";
}

/** A text for a place that holds no elements: one line, with codes in place of what a reader would not see. */
export function plainLine(text: string, chars: number): string {
  const whole = piecesOf(text.slice(0, 4 * chars))
    .map((piece) => (piece.kind === "plain" ? piece.text : piece.code))
    .join("");
  const { shown, left } = cutText(whole, chars);
  return left > 0 ? `${shown}\u2026` : shown;
}

/** The first `chars` characters of a text, never half of one, and how many UTF-16 units are left. */
export function cutText(
  text: string,
  chars: number,
): { readonly shown: string; readonly left: number } {
  if (text.length <= chars) return { shown: text, left: 0 };
  const last = text.charCodeAt(chars - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? chars - 1 : chars;
  return { shown: text.slice(0, end), left: text.length - end };
}
