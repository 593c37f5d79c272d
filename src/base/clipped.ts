// Text that has to fit.

/** The text, or as much of it as fits before an ellipsis, in UTF-16 units. */
export function clipped(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}
