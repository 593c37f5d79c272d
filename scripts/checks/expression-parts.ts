// The parts of a regular expression: rows, ways, groups, repetitions and characters, each with its place in the source.

/** A part of an expression and where it stands in its source. */
export type Part = { readonly start: number; readonly end: number } & (
  | { readonly kind: "character" | "nothing" }
  | { readonly kind: "row" | "ways"; readonly parts: readonly Part[] }
  | { readonly kind: "look" | "group"; readonly inner: Part }
  | { readonly kind: "repeated"; readonly inner: Part; readonly min: number; readonly max: number }
);

const QUANTIFIER = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y;
const OPENING = /\((?:\?(?:[:=!]|<[=!]|<[A-Za-z_$][\w$]*>))?/y;
const ESCAPE =
  /\\(?:u\{[^}]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{[^}]+\}|k<[^>]+>|c[A-Za-z]|[1-9]\d*|[^])/y;

/** Of an expression that is well formed; with `hasSets` a class may hold classes. */
export function partsOf(source: string, hasSets: boolean): Part {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  function ways(): Part {
    const start = at;
    const parts = [row()];
    while (source[at] === "|") {
      at += 1;
      parts.push(row());
    }
    return { kind: "ways", parts, start, end: at };
  }
  function row(): Part {
    const start = at;
    const parts: Part[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(repeated());
    return { kind: "row", parts, start, end: at };
  }
  function repeated(): Part {
    const inner = single();
    const found = take(QUANTIFIER);
    if (found === undefined) return inner;
    const [, sign, least, comma, most] = found;
    const min = sign === undefined ? Number(least) : sign === "+" ? 1 : 0;
    const bounded = comma === undefined ? min : most === "" ? Infinity : Number(most);
    const max = sign === undefined ? bounded : sign === "?" ? 1 : Infinity;
    return { kind: "repeated", inner, min, max, start: inner.start, end: at };
  }
  function single(): Part {
    const start = at;
    const opening = take(OPENING)?.[0];
    if (opening !== undefined) {
      const inner = ways();
      at += 1;
      const kind = /[=!]$/.test(opening) ? "look" : "group";
      return { kind, inner, start, end: at };
    }
    const escape = take(ESCAPE)?.[0];
    if (escape !== undefined) {
      const kind = /^\\(?:[bB1-9]|k<)/.test(escape) ? "nothing" : "character";
      return { kind, start, end: at };
    }
    if (source[at] === "[") classEnds();
    at += 1;
    return {
      kind: /^[$^]$/.test(source.slice(start, at)) ? "nothing" : "character",
      start,
      end: at,
    };
  }
  /** Goes to the bracket that closes a class. */
  function classEnds(): void {
    for (let depth = 0; at < source.length; at += 1) {
      if (source[at] === "\\") at += 1;
      else if (source[at] === "[") depth += hasSets || depth === 0 ? 1 : 0;
      else if (source[at] === "]") depth -= 1;
      if (depth === 0) return;
    }
  }
  return ways();
}
