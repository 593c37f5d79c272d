// Lines of known text, as programs that work line by line see them.

/** The lines of a text without their ends. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Lines as a text that ends in a newline, unless there are none. */
export function textOfLines(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** All orders of a few lines as texts; undefined for more than four. */
export function orders(lines: readonly string[]): string[] | undefined {
  if (lines.length > 4) return undefined;
  return [...new Set(permutations(lines).map(textOfLines))];
}

function permutations(lines: readonly string[]): (readonly string[])[] {
  if (lines.length < 2) return [lines];
  return lines.flatMap((line, at) =>
    permutations([...lines.slice(0, at), ...lines.slice(at + 1)]).map((rest) => [line, ...rest]),
  );
}
