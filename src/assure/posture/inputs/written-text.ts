// Which texts checks are given: what a person or a program may have written, and no endless run of one character.

/** Characters of one kind in a row, all of them blank or all the same, that a text for checks may have. */
export const RUN_CHARS_MAX = 1_000;

/**
 * Why checks are not given a text; undefined where they are. WHY a bound on runs: hundreds of patterns of checks look for something behind
 * blanks or words, and each tries again from every character of a run. Secrets in such a file are looked for all the same.
 */
export function whyNotGiven(text: string): string | undefined {
  let blank = 0;
  let same = 0;
  let before = -1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    blank = isBlank(code) ? blank + 1 : 0;
    same = code === before ? same + 1 : 1;
    before = code;
    if (blank > RUN_CHARS_MAX) return `it has more than ${RUN_CHARS_MAX} blanks in a row`;
    if (same > RUN_CHARS_MAX)
      return `it has one character more than ${RUN_CHARS_MAX} times in a row`;
  }
  return undefined;
}

/** As `\s` has it. */
function isBlank(code: number): boolean {
  if (code < 0x1680) return code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
  return (
    (code >= 0x2000 && code <= 0x200a) ||
    [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff].includes(code)
  );
}
