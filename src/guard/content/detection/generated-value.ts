// Whether a text looks as if a generator wrote it, rather than a person or a compiler: what is left to judge where a form is wide.

/** Different characters of a generated value of that length or more. */
const DISTINCT_MIN = 7;
/** Length from which a value may be of letters alone. */
const LETTERS_MIN = 10;
/** Of a value in both cases, the part of lower-case letters in runs that a word could have; random ones have a tenth. */
const WORD_PART_MAX = 0.6;
const RUN = /[a-z]{3,}/g;
const VOWEL = /[aeiouy]/;
/** Consonants in a row that no word has. */
const CLUSTER = /[b-df-hj-np-tv-xz]{5}/;
const UUID = /^[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/;
/** Sequences that people type, and what follows them. */
const TYPED = /0123|1234|2345|3456|abcd|bcde|cdef|qwer|asdf/gi;
/** Characters that are looked at: a value is told by its beginning. */
const LOOKED_AT = 256;

/** Whether `body` has the variety of random text in its own alphabet. Names, words, paths and rows of one digit have not. */
export function looksGenerated(body: string): boolean {
  const text = body.slice(0, LOOKED_AT);
  const distinct = new Set(text).size;
  if (distinct < Math.min(DISTINCT_MIN, Math.ceil(text.length / 2))) return false;
  if ((text.match(TYPED)?.length ?? 0) * 4 > text.length / 4) return false;
  if (UUID.test(text)) return true;
  if (!/[0-9]/.test(text)) return isMixed(text) && !isWords(text);
  if (/[a-z]/.test(text) && /[A-Z]/.test(text)) return !isWords(text);
  return /[A-Za-z]/.test(text);
}

/** Letters of both cases that change often. Some tokens have letters alone. */
const isMixed = (text: string): boolean =>
  text.length >= LETTERS_MIN && /[a-z]/.test(text) && /[A-Z]/.test(text);

function isWords(text: string): boolean {
  const words = (text.match(RUN) ?? []).filter((run) => VOWEL.test(run) && !CLUSTER.test(run));
  const inRuns = words.reduce((sum, run) => sum + run.length, 0);
  return inRuns > text.length * WORD_PART_MAX;
}
