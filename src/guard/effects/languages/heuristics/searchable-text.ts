// Source text as patterns look through it: no longer than is looked at, and without long runs of white space.
import { PROGRAM_CHARS_MAX } from "#base/limits.ts";

/**
 * The text with its runs of white space shortened. WHY: patterns allow white space around each sign of a form, of which
 * many may be missing, so that a long run has as many ways to be shared out as the square or the cube of its length.
 */
export function searchableText(code: string): string {
  return code
    .slice(0, PROGRAM_CHARS_MAX)
    .replace(/\s{4,}/g, (blanks) => (blanks.includes("\n") ? "\n" : " "));
}
