// Whether code is of a few small forms that need no sandbox beside a reading of them: a second look, by other means (decision 0015).
import {
  PLAIN_LANGUAGES,
  PLAIN_PERL,
  PLAIN_PRINT,
  type PlainLanguage,
} from "./small-program-lists.ts";
import { wordsOf, isBalanced } from "./small-program-words.ts";
import { Looking } from "./small-program-check.ts";

/** Characters of a program that is looked at; a longer one is none of these forms. */
const PLAIN_CHARS_MAX = 3_000;
/** Code within texts of code. */
const NESTING_MAX = 2;

/**
 * Whether a program of a language consists of listed words alone and names what it opens as plain texts. WHY beside the
 * reading, which knows far more forms: whoever proves that code is harmless is wrong once, and here is little to be wrong in.
 * Total; the same for every machine.
 */
export function isSmallProgram(code: string, language: string): boolean {
  if (code.length > PLAIN_CHARS_MAX || /[^\n\t\x20-\x7e]/.test(code)) return false;
  if (language === "perl code") return PLAIN_PERL.some((form) => form.test(code));
  const known = PLAIN_LANGUAGES.get(language);
  return known === undefined ? PLAIN_PRINT.test(code) : isPlain(code, known, NESTING_MAX);
}

function isPlain(code: string, language: PlainLanguage, nesting: number): boolean {
  if (language.never?.test(code) === true) return false;
  const read = wordsOf(code, language, nesting);
  if (read === undefined || !isBalanced(read.words)) return false;
  return new Looking(read.words, language, read.inner).isPlain();
}
