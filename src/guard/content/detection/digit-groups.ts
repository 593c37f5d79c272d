// Groups of digits: where a text has what may be a number of several parts, whatever kind of number it is.

/** Called with where a group begins, the place behind its last digit, and how many digits it has. */
export type OnDigits = (start: number, end: number, count: number) => void;

/** Signs between two digits of one number, as in `(0)20 / 79-46`. */
const GAP_MAX = 3;
const ASCII = 128;
/** What a character of a number is: a digit, or a sign between two: blank, brackets, dash, full stop, stroke. */
const DIGIT = 1;
const SIGN = 2;
const KIND_OF = Uint8Array.from({ length: ASCII }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (/[0-9]/.test(character)) return DIGIT;
  return " ()-./".includes(character) ? SIGN : 0;
});
/** Signs that print has for blank and dash. */
const PRINTED = "\u00a0\u2009\u2010\u2011\u2012\u2013";

/**
 * Tells the group of digits that begins at `at` where it has at least `least` of them, and returns the place of its last digit: between
 * two digits of a group stand at most `GAP_MAX` signs of written numbers, and nothing else. Whoever asks at each digit that is behind
 * the last group gets all groups of a text, in order, and no two touch.
 */
export function digitGroupAt(text: string, at: number, least: number, onDigits: OnDigits): number {
  let end = at + 1;
  let count = 1;
  for (let next = end; next <= end + GAP_MAX; next += 1) {
    const kind = kindInNumber(text.charCodeAt(next));
    if (kind === DIGIT) {
      count += 1;
      end = next + 1;
    } else if (kind !== SIGN) break;
  }
  if (count >= least) onDigits(at, end, count);
  return end - 1;
}

/** What a character is in a number: 1 a digit, 2 a sign between two, else 0. */
export function kindInNumber(unit: number): number {
  return unit < ASCII ? (KIND_OF[unit] ?? 0) : printedKind(unit);
}

function printedKind(unit: number): number {
  return PRINTED.includes(String.fromCharCode(unit)) ? SIGN : 0;
}
