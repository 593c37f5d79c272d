// The words of PowerShell: quotes, variables, what separates commands.
import { OPENERS_MAX, PROGRAM_CHARS_MAX } from "#base/limits.ts";
import { type Lexicon, match } from "../evaluation/tokens.ts";

/**
 * One token. The text of a `word` is undefined when it is computed; `inner` is code inside it; `isBare`: it stands without
 * quotes. `mark`: an operator or a separator; the end of a line is `;`.
 */
export type PowershellToken =
  | {
      readonly kind: "word";
      readonly text: string | undefined;
      readonly isBare: boolean;
      readonly inner: readonly string[];
    }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "mark"; readonly text: string };

const SPACE = /(?:[ \t\r\f]|`\r?\n|#[^\n]*|<#[\s\S]*?#>)+/y;
const MARK = /(?:\n|&&|\|\||::|[2-6*]?>>|[2-6*]?>(?:&1)?|@\(|@\{|[-+*/%]?=|[;|&{}(),[\]<+])/y;
const VARIABLE = /\$(?:\{([^}`]{1,64})\}|((?:[a-zA-Z]{1,16}:)?\w{1,64}|[?$^]))/y;
/** A text over several lines. */
const HERE_TEXT = /@'[ \t]*\n[\s\S]*?\n'@|@"[ \t]*\n[\s\S]*?\n"@/y;
const BARE = /(?:`[\s\S]|[^\s;|&{}(),<>"'$@=[\]`#+])(?:`[\s\S]|[^\s;|&{}(),<>"'$`[\]])*|[@#]/y;

/** How PowerShell spells things, for what looks at a program without evaluating it. */
export const powershellLexicon: Lexicon = {
  space: new RegExp(`(?:${SPACE.source}|\\n)+`, "y"),
  name: /\$(?:[a-zA-Z]{1,16}:)?\w+|\$[?^$_]|[A-Za-z_][\w-]*|-[A-Za-z]\w*/y,
  special: ({ code, at }) => {
    const written = match(HERE_TEXT, code, at) ?? match(/'(?:[^']|'')*'/y, code, at);
    const read = code[at] === '"' ? quoted(code, at + 1, () => undefined) : undefined;
    const end = written === undefined ? read?.end : at + written.length;
    if (end !== undefined) return { tokens: [{ kind: "string", text: undefined, inner: [] }], end };
    return /["']/.test(code[at] ?? "") ? undefined : "none";
  },
};

/** The tokens of a program; undefined when it cannot be read to its end. `variable` gives what a variable holds. */
export function powershellTokens(
  code: string,
  variable: (name: string) => string | undefined,
): readonly PowershellToken[] | undefined {
  if (code.length > PROGRAM_CHARS_MAX) return undefined;
  const tokens: PowershellToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(code);
    if (found !== null) at += found[0].length;
    return found;
  };
  while (at < code.length) {
    if (take(SPACE) !== null) continue;
    const char = code[at];
    if (char === "'") {
      const found = take(/'((?:[^']|'')*)'/y);
      if (found === null) return undefined;
      tokens.push({
        kind: "word",
        text: (found[1] ?? "").replaceAll("''", "'"),
        isBare: false,
        inner: [],
      });
      continue;
    }
    if (char === '"') {
      const read = quoted(code, at + 1, variable);
      if (read === undefined) return undefined;
      tokens.push({ kind: "word", text: read.text, isBare: false, inner: read.inner });
      at = read.end;
      continue;
    }
    // Texts over several lines.
    if (/^@["']/.test(code.slice(at, at + 2))) return undefined;
    if (code.startsWith("$(", at)) {
      at += 1;
      continue;
    }
    const named = take(VARIABLE);
    if (named !== null) {
      tokens.push({ kind: "variable", name: (named[1] ?? named[2] ?? "").toLowerCase() });
      continue;
    }
    const mark = take(MARK);
    if (mark !== null) {
      tokens.push({ kind: "mark", text: mark[0] === "\n" ? ";" : mark[0] });
      continue;
    }
    const bare = take(BARE);
    if (bare === null) return undefined;
    const text = bare[0].replace(/`([\s\S])/g, "$1");
    tokens.push({ kind: "word", text, isBare: true, inner: [] });
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", 0: "\0" };

/** A text in double quotes from its first character. */
function quoted(
  code: string,
  start: number,
  variable: (name: string) => string | undefined,
):
  | { readonly text: string | undefined; readonly inner: readonly string[]; readonly end: number }
  | undefined {
  let text: string | undefined = "";
  const inner: string[] = [];
  let at = start;
  const add = (more: string | undefined): void => {
    text = text === undefined || more === undefined ? undefined : text + more;
  };
  while (at < code.length) {
    const char = code[at] ?? "";
    if (char === '"' && code[at + 1] === '"') {
      add('"');
      at += 2;
    } else if (char === '"') return { text, inner, end: at + 1 };
    else if (char === "`") {
      const next = code[at + 1] ?? "";
      add(ESCAPES[next] ?? next);
      at += 2;
    } else if (code.startsWith("$(", at)) {
      const end = closing(code, at + 1);
      if (end === undefined) return undefined;
      inner.push(code.slice(at + 2, end));
      add(undefined);
      at = end + 1;
    } else if (char === "$") {
      VARIABLE.lastIndex = at;
      const found = VARIABLE.exec(code);
      add(found === null ? "$" : variable((found[1] ?? found[2] ?? "").toLowerCase()));
      at += found?.[0].length ?? 1;
    } else {
      add(char);
      at += 1;
    }
  }
  return undefined;
}

/** The place of the bracket that closes the one at a place, quotes left out. */
function closing(code: string, start: number): number | undefined {
  let depth = 0;
  let quote = "";
  for (let at = start; at < code.length; at += 1) {
    const char = code[at] ?? "";
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === "'" || char === '"') quote = char;
    else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    if (depth > OPENERS_MAX) return undefined;
    if (depth === 0) return at;
  }
  return undefined;
}
