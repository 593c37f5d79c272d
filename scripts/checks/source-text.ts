// Blanks out comments, and on request the content of strings, so that checks look at code and not at words about code.

type Blanking = "comments" | "comments and strings";
type Scan = {
  readonly source: string;
  readonly out: string[];
  readonly hidesStrings: boolean;
  readonly expressions: LiteralExpression[];
};

/** The last word or sign of code, or the place where it ends. */
type Before = string | number;

/** A regular expression that is written out, and the line that it stands on. */
export type LiteralExpression = {
  readonly source: string;
  readonly flags: string;
  readonly line: number;
};

/**
 * Source text of the same length and line numbers with the named parts replaced by spaces. It is a scanner, not a
 * parser: a slash starts a regular expression when it stands where an operand is expected.
 */
export function blank(source: string, what: Blanking): string {
  const scan = {
    source,
    out: source.split(""),
    hidesStrings: what === "comments and strings",
    expressions: [],
  };
  blankCode(scan, 0, false);
  return scan.out.join("");
}

/** The regular expressions of a source text. */
export function expressionsIn(source: string): readonly LiteralExpression[] {
  const expressions: LiteralExpression[] = [];
  const code = source.replace(/^#!.*/, "");
  blankCode({ source: code, out: [], hidesStrings: false, expressions }, 0, false);
  return expressions;
}

/** Walks code from `at`; inside a template it ends at the brace that closes the substitution. */
function blankCode(scan: Scan, start: number, isSubstitution: boolean): number {
  const { source } = scan;
  let at = start;
  let depth = 0;
  // What ends here stands before the next sign; a place is read only where a slash asks, which few do.
  let before: Before = "";
  while (at < source.length) {
    const here = source[at] ?? "";
    if (isSubstitution && here === "}" && depth === 0) return at;
    if (here === "{") depth += 1;
    if (here === "}") depth -= 1;
    if (here === "/" && (source[at + 1] === "/" || source[at + 1] === "*")) {
      const end = commentEnd(source, at);
      erase(scan, at, end);
      at = end;
    } else if (here === "`") {
      at = blankTemplate(scan, at + 1);
      before = "x";
    } else {
      const end = literalEnd(source, at, before);
      if (end > at + 1 && scan.hidesStrings) erase(scan, at + 1, end - 1);
      if (end > at + 1 && here === "/")
        scan.expressions.push({
          source: source.slice(at + 1, end - 1),
          flags: /^[a-z]*/.exec(source.slice(end, end + 8))?.[0] ?? "",
          line: source.slice(0, at).split("\n").length,
        });
      if (end > at + 1) before = "x";
      else if (!isSpace(here)) before = at;
      at = end;
    }
  }
  return at;
}

/** Walks the text of a template and gives the place after its closing backtick; substitutions are code. */
function blankTemplate(scan: Scan, start: number): number {
  const { source } = scan;
  let at = start;
  while (at < source.length && source[at] !== "`") {
    if (source.startsWith("${", at)) {
      at = blankCode(scan, at + 2, true) + 1;
      continue;
    }
    const end = source[at] === "\\" ? at + 2 : at + 1;
    if (scan.hidesStrings) erase(scan, at, end);
    at = end;
  }
  return at + 1;
}

function erase({ out }: Scan, from: number, to: number): void {
  for (let i = from; i < Math.min(to, out.length); i += 1) if (out[i] !== "\n") out[i] = " ";
}

function commentEnd(source: string, at: number): number {
  const isLine = source.startsWith("//", at);
  const index = source.indexOf(isLine ? "\n" : "*/", at + 2);
  if (index === -1) return source.length;
  return isLine ? index : index + 2;
}

/** Where the string or regular expression that starts here ends; else one character further. */
function literalEnd(source: string, at: number, before: Before): number {
  const here = source[at];
  if (here === '"' || here === "'") return quotedEnd(source, at, here);
  if (here === "/" && expectsOperand(source, before)) return regexEnd(source, at);
  return at + 1;
}

function quotedEnd(source: string, at: number, quote: string): number {
  for (let i = at + 1; i < source.length && source[i] !== "\n"; i += 1) {
    if (source[i] === "\\") i += 1;
    else if (source[i] === quote) return i + 1;
  }
  return at + 1;
}

function regexEnd(source: string, at: number): number {
  let isInClass = false;
  for (let i = at + 1; i < source.length && source[i] !== "\n"; i += 1) {
    if (source[i] === "\\") i += 1;
    else if (source[i] === "[") isInClass = true;
    else if (source[i] === "]") isInClass = false;
    else if (source[i] === "/" && !isInClass) return i + 1;
  }
  return at + 1;
}

function expectsOperand(source: string, place: Before): boolean {
  const before = typeof place === "number" ? wordBefore(source, place) : place;
  return before === "" || /^(?:[(,=:[!&|?{};+<>~^%*-]|return|typeof|case|in|of)$/.test(before);
}

function wordBefore(source: string, at: number): string {
  const word = /[\w$]+$/.exec(source.slice(Math.max(0, at - 20), at + 1));
  return word === null ? (source[at] ?? "") : word[0];
}

function isSpace(one: string): boolean {
  return one === " " || one === "\n" || one.trim() === "";
}
