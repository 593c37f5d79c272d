// The words of a normalised command, as full text search sees them: lower case, everything but letters and digits separates.

/** Words of one command that are indexed: a normalised command holds at most some 400 pieces. */
const WORDS_MAX = 2_048;

/**
 * The words of a text in order: runs of ASCII letters and digits in lower case. `--force` is `force`, and the placeholder
 * `<word:4KQ7X2MN>` is the two words `word` and `4kq7x2mn`.
 */
export function wordsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).slice(0, WORDS_MAX);
}

/** Whether `phrase` stands in `words`, word by word; with `isOpen` its last word may go on. An empty phrase stands nowhere. */
export function holdsPhrase(
  words: readonly string[],
  phrase: readonly string[],
  isOpen: boolean,
): boolean {
  const last = phrase.length - 1;
  if (last < 0) return false;
  for (let start = 0; start + last < words.length; start += 1) {
    const fits = phrase.every((word, place) => {
      const found = words[start + place] ?? "";
      return isOpen && place === last ? found.startsWith(word) : found === word;
    });
    if (fits) return true;
  }
  return false;
}
