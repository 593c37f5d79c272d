// Foreign text made safe to show: what could steer a terminal or hide from a reader is written as an escape.

/** Control characters, and characters that are invisible or turn the direction of writing around. */
const STEERING =
  /[\p{Cc}\p{Cf}\p{Surrogate}\u115f\u1160\u2028\u2029\u2065\u3164\u{e0000}-\u{e0fff}]/gu;

/** Characters that are certainly no such ones. WHY: the table of classes takes longer to compile than most texts to be searched. */
const PLAIN = /^[ -~]*$/;
const PLAIN_LINES = /^[ -~\n]*$/;

/** `text` on one line, with every such character as `\u{1b}`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(
    STEERING,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** JSON of `value`, with every such character as a JSON escape. One line, unless `indent` is given. */
export function printableJson(value: unknown, indent?: number): string {
  const escape = (character: string): string =>
    Array.from({ length: character.length }, (_, unit) => {
      const code = character.charCodeAt(unit).toString(16).padStart(4, "0");
      return character === "\n" ? character : `\\u${code}`;
    }).join("");
  // A newline that JSON.stringify leaves is its own layout: those of values are escaped already.
  const json = JSON.stringify(value, undefined, indent);
  return PLAIN_LINES.test(json) ? json : json.replaceAll(STEERING, escape);
}
