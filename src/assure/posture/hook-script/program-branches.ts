// In which conditions, loops and functions a place of a Python or JavaScript program lies.

/** Branches by indentation: of `if`, `for`, `try` and the like, not of functions. */
export function indented(text: string): (place: number) => readonly string[] {
  return (place) => {
    const lines = text.slice(0, place).split("\n");
    let depth = /^ */.exec((lines.at(-1) ?? "").replaceAll("\t", "    "))?.[0].length ?? 0;
    const found: string[] = [];
    for (let at = lines.length - 2; at >= 0 && depth > 0; at -= 1) {
      const line = (lines[at] ?? "").replaceAll("\t", "    ");
      const own = /^ */.exec(line)?.[0].length ?? 0;
      if (line.trim() === "" || own >= depth) continue;
      depth = own;
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
    let depth = 0;
    for (let at = place - 1; at >= 0; at -= 1) {
      const character = text[at];
      if (character === "}") depth += 1;
      if (character !== "{") continue;
      if (depth > 0) depth -= 1;
      else if (
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
