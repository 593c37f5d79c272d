// Forms that zsh alone reads, brought into one that the parser knows: of the same length, so that every place stays the same.

/**
 * A brace that ends a group anywhere on a line, a file of what a command prints, a range of numbers or flags in a pattern,
 * redirections that write whatever `noclobber` says, or errors as well, a branch of `case` after which the next are tried.
 */
const HAS_FORM = /[ \t]\}|[ \t]=\(|<\d*-\d*>|(?<!>&{0,2})>[>&]*[!|]|>>&|;\||\(#/;

/** Those redirections, and how bash writes the same. */
const REDIRECTION = /^(?:&>>?[!|]?|>>?&[!|]?|>>[!|]?|>!)/;

/** The text as zsh reads it. The bodies of here-documents are left as they are. */
export function asReadByZsh(source: string): string {
  if (!HAS_FORM.test(source)) return source;
  const written = source.split("");
  let groups = 0;
  let documents: HereDocument[] = [];
  for (let at = 0; at < source.length; at = behindMeaning(source, at)) {
    const character = source[at];
    if (character === "\n" && documents.length > 0) {
      at = behindBodies(source, at + 1, documents);
      documents = [];
      if (at >= source.length) break;
    }
    const document = character === "<" ? hereDocumentAt(source, at) : undefined;
    if (document !== undefined) documents.push(document);
    const isStart = at === 0 || /[\s;&|()]/.test(source[at - 1] ?? "");
    if (character === "{" && isStart && /\s/.test(source[at + 1] ?? "")) groups += 1;
    else if (character === "}" && groups > 0 && isAlone(source, at)) {
      groups -= 1;
      const before = source.slice(0, at).trimEnd();
      if (before.length < at && !/[;&|{\n]$/.test(before) && !endsLine(source, before.length, at))
        written[at - 1] = ";";
    } else if (character === "=" && source[at + 1] === "(" && /[ \t]/.test(source[at - 1] ?? ""))
      written[at] = "<";
    else if (character === ">" || (character === "&" && source[at + 1] === ">")) {
      const operator = REDIRECTION.exec(source.slice(at, at + 4))?.[0] ?? "";
      const plain = plainRedirection(operator);
      for (const [offset, one] of [...plain].entries()) written[at + offset] = one;
      at += Math.max(0, operator.length - 1);
    } else if (character === ";" && /^;\|\s/.test(source.slice(at, at + 3)))
      written.splice(at, 3, ";", ";", "&");
    else if (character === "(" && source[at + 1] === "#" && source[at - 1] !== "(") {
      const [flags = ""] = /^\(#[A-Za-z\d,]+\)/.exec(source.slice(at, at + RANGE_CHARS_MAX)) ?? [];
      // Where case or letters count for nothing, the rest of the name may be any.
      const [rest = ""] = /[ialIbm]/.test(flags)
        ? (/^[^\s;&|<>()/"'`$]*/.exec(source.slice(at + flags.length)) ?? [])
        : [];
      written.fill("*", at, at + flags.length + rest.length);
    } else if (character === "<") {
      const range = /^<\d*-\d*>/.exec(source.slice(at, at + RANGE_CHARS_MAX))?.[0] ?? "";
      written.fill("*", at, at + range.length);
    }
  }
  return written.join("");
}

/** The redirection in the form of bash, as long as it was. */
function plainRedirection(operator: string): string {
  if (!/[!|]$|^>>&/.test(operator)) return operator;
  if (operator === ">!") return ">|";
  const isAppended = operator.includes(">>");
  const plain = operator.includes("&") ? (isAppended ? "&>>" : "&>") : ">>";
  return plain.padEnd(operator.length);
}

type HereDocument = { readonly end: string; readonly isIndented: boolean };

/** The here-document that an operator at this place begins. */
function hereDocumentAt(source: string, at: number): HereDocument | undefined {
  if (source[at - 1] === "<") return undefined;
  const found = /^<<(-?)[ \t]*([^\s;&|<>()]+)/.exec(source.slice(at, at + DELIMITER_CHARS_MAX));
  if (found === null) return undefined;
  return { end: (found[2] ?? "").replace(/["'\\]/g, ""), isIndented: found[1] === "-" };
}

/** Behind the last line of the bodies that begin at `from`. */
function behindBodies(source: string, from: number, documents: readonly HereDocument[]): number {
  let at = from;
  for (const { end, isIndented } of documents) {
    for (let isOpen = true; isOpen && at < source.length; ) {
      const stop = lineEnd(source, at);
      const line = source.slice(at, stop);
      isOpen = (isIndented ? line.replace(/^\t+/, "") : line) !== end;
      at = stop + 1;
    }
  }
  return at;
}

/** Words that end here-documents are shorter. */
const DELIMITER_CHARS_MAX = 256;

/** Numbers in a range have no more digits than this together. */
const RANGE_CHARS_MAX = 64;

function isAlone(source: string, at: number): boolean {
  return /\s/.test(source[at - 1] ?? "") && /^(?:$|[\s;&|()<>])/.test(source.slice(at + 1, at + 2));
}

function endsLine(source: string, from: number, to: number): boolean {
  return source.slice(from, to).includes("\n");
}

/** Where the next character stands that may mean something: behind quotes, expansions and comments. */
export function behindMeaning(source: string, at: number): number {
  switch (source[at]) {
    case "\\":
      return at + 2;
    case "'":
      return behind(source, at + 1, "'", source[at - 1] === "$");
    case '"':
    case "`":
      return behind(source, at + 1, source[at] ?? "", true);
    case "$":
      return source[at + 1] === "{" ? behind(source, at + 2, "}", true) : at + 1;
    case "#":
      return at === 0 || /[\s;&|(]/.test(source[at - 1] ?? "") ? lineEnd(source, at) : at + 1;
    default:
      return at + 1;
  }
}

/** Behind the character that ends what begins before `at`; quotes and expansions in between are passed over. */
function behind(source: string, from: number, end: string, isNested: boolean): number {
  const open = [end];
  let at = from;
  while (at < source.length && open.length > 0) {
    const character = source[at] ?? "";
    const inner = open.at(-1) ?? "";
    const isQuote = inner === "'";
    if (character === "\\" && isNested) at += 1;
    else if (character === inner) open.pop();
    else if (!isQuote && character === "$" && /[({]/.test(source[at + 1] ?? "")) {
      open.push(source[at + 1] === "(" ? ")" : "}");
      at += 1;
    } else if (!isQuote && inner === ")" && /["'`(]/.test(character))
      open.push(character === "(" ? ")" : character);
    else if (inner === "}" && character === '"') open.push('"');
    at += 1;
  }
  return at;
}

function lineEnd(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}
