// A program's text in ASCII alone, with every other letter as the escape that means it.

/**
 * Letters outside of ASCII as escapes. WHY: the loaders read a program as Latin-1, which takes half the memory and time, and esbuild
 * escapes strings but no regular expressions: a letter there would be two others.
 */
export function asciiText(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
