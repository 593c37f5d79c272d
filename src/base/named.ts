// A name of any length as a sentence has it.

/** Characters of one name or path; longer ones lose their middle. */
const NAME_CHARS_MAX = 48;

/** A name in backticks, without its middle where it is long. */
export function named(text: string): string {
  if (text.length <= NAME_CHARS_MAX) return `\`${text}\``;
  const half = Math.floor((NAME_CHARS_MAX - 1) / 2);
  return `\`${text.slice(0, half)}…${text.slice(-half)}\``;
}
