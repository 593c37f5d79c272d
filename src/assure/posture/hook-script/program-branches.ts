// In which conditions, loops and functions a place of a program lies.

/** Places of the braces that are open at a place, the innermost first. */
export function openBraces(text: string, place: number): readonly number[] {
  const found: number[] = [];
  let depth = 0;
  for (let at = place - 1; at >= 0; at -= 1) {
    if (text[at] === "}") depth += 1;
    if (text[at] !== "{") continue;
    if (depth > 0) depth -= 1;
    else found.push(at);
  }
  return found;
}

/** Lines that a place belongs to by its indentation, the innermost first: their numbers and texts. `before`: all in front of the place. */
export function openLines(before: string): readonly (readonly [at: number, line: string])[] {
  const lines = before.split("\n");
  let depth = /^\s*/.exec(lines.at(-1) ?? "")?.[0].length ?? 0;
  const found: [number, string][] = [];
  for (let at = lines.length - 2; at >= 0 && depth > 0; at -= 1) {
    const line = lines[at] ?? "";
    const own = /^\s*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === "" || own >= depth) continue;
    depth = own;
    found.push([at, line]);
  }
  return found;
}

/** Branches by indentation: of `if`, `for`, `try` and the like, not of functions. */
export function indented(text: string): (place: number) => readonly string[] {
  return (place) => {
    const found: string[] = [];
    for (const [at, line] of openLines(text.slice(0, place).replaceAll("\t", "    "))) {
      if (
        /^\s*(?:if|elif|else|for|while|except|try|with)\b/.test(line) &&
        !/^\s*(?:try|with)\b/.test(line)
      )
        found.unshift(String(at));
      if (/^\s*def\b/.test(line)) found.unshift(`def${at}`);
    }
    return found;
  };
}

/** Branches by braces, of conditions and loops. */
export function braced(text: string): (place: number) => readonly string[] {
  return (place) => {
    const found: string[] = [];
    for (const at of openBraces(text, place)) {
      if (
        /(?:\bif\s*\([^]*\)|\belse|\bcatch[^{]*|\bfor\s*\([^]*\)|\bwhile\s*\([^]*\)|\bcase\s[^{]*)\s*$/.test(
          text
            .slice(Math.max(0, at - 300), at)
            .split(/[;{}]/)
            .at(-1) ?? "",
        )
      )
        found.unshift(String(at));
      else if (/(?:function\b[^{]*|=>\s*)$/.test(text.slice(Math.max(0, at - 200), at)))
        found.unshift(`def${at}`);
    }
    // A condition without braces on the same line.
    const line = text.slice(text.lastIndexOf("\n", place - 1) + 1, place);
    return /^\s*(?:\}?\s*else\s+)?if\s*\(/.test(line) && !line.includes("{")
      ? [...found, `line${place}`]
      : found;
  };
}
