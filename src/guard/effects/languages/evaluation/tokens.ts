// The lexer that the light analysers share: names, numbers, strings with what is computed inside them, operators.
import { OPENERS_MAX, PROGRAM_CHARS_MAX } from "#base/limits.ts";

/**
 * One piece of a program. The text of a `string` is undefined when part of it is computed; `inner` is the code that
 * computes it, and `parts` are the known texts and the expressions in their order, where they can be told. `command` is text that a shell runs (backticks). `end` is the end of a line or statement.
 */
export type Token =
  | { readonly kind: "name" | "number" | "op"; readonly text: string }
  | {
      readonly kind: "string" | "command";
      readonly text: string | undefined;
      readonly inner: readonly Token[];
      readonly parts?: readonly (string | readonly Token[])[];
    }
  | { readonly kind: "pattern"; readonly inner: readonly Token[]; readonly isEmpty?: true }
  | { readonly kind: "end" };

/** What closes a quote of perl's and ruby's own kinds; any other character closes itself. */
export const PAIRS: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  "<": ">",
};

/** Tokens and the place after them; undefined when the text cannot be read to its end. */
export type Lexed = { readonly tokens: readonly Token[]; readonly end: number } | undefined;

/** What a lexicon is given at each place that is neither white space nor comment. */
export type Spot = {
  readonly code: string;
  readonly at: number;
  readonly previous: Token | undefined;
  /** Reads code from a place up to the closing brace that belongs to it. */
  nested(at: number): Lexed;
  /** Reads a text as code of its own. */
  whole(text: string): Lexed;
};

/** How one language spells things. Expressions are sticky. `special` reads what only this language has. */
export type Lexicon = {
  readonly space: RegExp;
  readonly name: RegExp;
  readonly special: (spot: Spot) => Lexed | "none";
};

/** Tokens of one program. */
const TOKENS_MAX = 20_000;
const NUMBER =
  /(?:0[xXbBoO][0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?)[nlLjJ]?/y;
const OPERATOR =
  /(?:===|!==|\*\*=|<=>|\.\.\.|&&=|\|\|=|\?\?=|>>>|<<=|>>=|\/\/=|->|=>|::|\?\.|&\.|==|!=|<=|>=|&&|\|\||\?\?|\+\+|--|\+=|-=|\*=|\/=|%=|\|=|&=|\^=|\.=|=~|!~|\*\*|\.\.|<<|>>|\/\/|:=|[\s\S])/y;

/** The tokens of a program; undefined when it is too long or cannot be read to its end. */
export function tokenize(code: string, lexicon: Lexicon): readonly Token[] | undefined {
  if (code.length > PROGRAM_CHARS_MAX) return undefined;
  const budget = { left: TOKENS_MAX };
  return lex(code, 0, lexicon, false, 0, budget)?.tokens;
}

function lex(
  code: string,
  start: number,
  lexicon: Lexicon,
  nested: boolean,
  depth: number,
  budget: { left: number },
): Lexed {
  if (depth > OPENERS_MAX) return undefined;
  const tokens: Token[] = [];
  let open = 0;
  let at = start;
  while (at < code.length) {
    budget.left -= 1;
    if (budget.left < 0) return undefined;
    const space = match(lexicon.space, code, at);
    if (space !== undefined) {
      if (space.includes("\n")) tokens.push({ kind: "end" });
      at += space.length;
      continue;
    }
    const special = lexicon.special({
      code,
      at,
      previous: tokens.findLast((token) => token.kind !== "end") ?? tokens[tokens.length - 1],
      nested: (from) => lex(code, from, lexicon, true, depth + 1, budget),
      whole: (text) => lex(text, 0, lexicon, false, depth + 1, budget),
    });
    if (special === undefined) return undefined;
    if (special !== "none") {
      tokens.push(...special.tokens);
      at = special.end;
      continue;
    }
    const token = plainAt(code, at, lexicon);
    at += token.text.length;
    if (token.kind === "op" && token.text === "{") open += 1;
    if (token.kind === "op" && token.text === "}") {
      if (open === 0 && nested) return { tokens, end: at };
      open -= 1;
    }
    tokens.push(token.kind === "op" && token.text === ";" ? { kind: "end" } : token);
  }
  return nested ? undefined : { tokens, end: at };
}

/** A stretch of a program where it stands. `space`: white space and comments; `quoted`: a text, a pattern, a command in backticks. */
export type Piece = {
  readonly kind: "space" | "quoted" | "name" | "number" | "op";
  readonly from: number;
  readonly to: number;
};

/** Openings of texts that are tried though nothing closes them. WHY a bound: each is looked for to the end of the program. */
const UNREADABLE_MAX = 64;

/**
 * The pieces of a program in their order, from a place on, read by the same lexicons as `tokenize`. What cannot be read is taken
 * character by character: good for looking, and never for proving.
 */
export function* piecesOf(code: string, lexicon: Lexicon, start = 0): Generator<Piece> {
  const budget = { left: TOKENS_MAX };
  let unreadable = 0;
  let previous: Token | undefined;
  let body: { readonly from: number; readonly to: number } | undefined;
  let from = start;
  while (from < code.length) {
    if (body !== undefined && from >= body.from) {
      yield { kind: "quoted", ...body };
      from = body.to;
      body = undefined;
      continue;
    }
    const space = match(lexicon.space, code, from);
    if (space !== undefined) {
      const to = Math.min(from + space.length, body?.from ?? code.length);
      yield { kind: "space", from, to };
      from = to;
      continue;
    }
    const special: Lexed | "none" =
      unreadable > UNREADABLE_MAX
        ? "none"
        : lexicon.special({
            code,
            at: from,
            previous,
            nested: (inner) => lex(code, inner, lexicon, true, 1, budget),
            whole: (text) => lex(text, 0, lexicon, false, 1, budget),
          });
    if (special === undefined) unreadable += 1;
    if (special !== undefined && special !== "none" && special.end > from) {
      const isQuoted = special.tokens.some(({ kind }) => /^(?:string|command|pattern)$/.test(kind));
      yield { kind: isQuoted ? "quoted" : "op", from, to: special.end };
      previous = special.tokens.findLast(({ kind }) => kind !== "end") ?? previous;
      if (isOperator(previous, "heredoc")) body = heredocAt(code, from);
      from = special.end;
      continue;
    }
    const token = plainAt(code, from, lexicon);
    const to = from + token.text.length;
    yield { kind: token.kind, from, to };
    if (token.text !== ";") previous = token;
    from = to;
  }
}

/** The lines of the text that `<<END` announces; undefined where no line ends it. */
function heredocAt(code: string, at: number): { from: number; to: number } | undefined {
  const word = /^<<[<~-]?\s*["']?(\w+)/.exec(code.slice(at, at + 80))?.[1];
  const from = code.indexOf("\n", at) + 1;
  if (word === undefined || from === 0) return undefined;
  const end = new RegExp(`^[ \\t]*${word}\\b`, "m").exec(code.slice(from));
  return end === null || end.index === 0 ? undefined : { from, to: from + end.index };
}

/** The name, number or operator at a place. */
function plainAt(
  code: string,
  at: number,
  lexicon: Lexicon,
): Extract<Token, { readonly kind: "name" | "number" | "op" }> {
  const name = match(lexicon.name, code, at);
  if (name !== undefined) return { kind: "name", text: name };
  const number = match(NUMBER, code, at);
  if (number !== undefined) return { kind: "number", text: number };
  return { kind: "op", text: match(OPERATOR, code, at) ?? code[at] ?? "" };
}

/** What a sticky expression finds at a place. */
export function match(pattern: RegExp, code: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(code)?.[0];
  return found === undefined || found === "" ? undefined : found;
}

/** How the inside of a string is read. */
export type StringRules = {
  /** The characters that end it. */
  readonly close: string;
  /** An opening delimiter that nests (`(` of `q(...)`). */
  readonly open?: string;
  /** Backslash sequences: `all` as in C, `decimal` with decimal numbers, `few` only of the delimiter and the backslash, `none`. */
  readonly escapes: "all" | "decimal" | "few" | "none";
  /** What starts computed text: `${`, `#{`, or `{`. */
  readonly computed?: string;
  /** Text that makes the value computed without code that could be read (`$name`). */
  readonly variable?: RegExp;
  readonly kind?: "string" | "command" | "pattern";
};

/**
 * Reads the quoted text that starts here as shells and languages like them write it: plain between single quotes, with
 * variables between double ones, a command between backquotes.
 */
export function readQuoted(spot: Spot, variable: RegExp): Lexed {
  const close = spot.code[spot.at] ?? "";
  if (close === "'") return readString(spot, spot.at + 1, { close, escapes: "few" });
  const kind = close === "`" ? "command" : "string";
  return readString(spot, spot.at + 1, { close, escapes: "all", variable, kind });
}

/** Reads a string whose first character after the opening delimiter is at `start`. */
export function readString(spot: Spot, start: number, rules: StringRules): Lexed {
  const { code } = spot;
  const inner: Token[] = [];
  let text: string | undefined = "";
  let parts: (string | readonly Token[])[] | undefined = [];
  let literal = "";
  let depth = 0;
  let at = start;
  const computes = (tokens: readonly Token[] | undefined): void => {
    if (tokens === undefined) parts = undefined;
    else parts?.push(literal, tokens);
    literal = "";
    text = undefined;
  };
  const adds = (more: string): void => {
    literal += more;
    text = text === undefined ? undefined : text + more;
  };
  for (;;) {
    if (at >= code.length) return undefined;
    const char = code[at] ?? "";
    if (char === "\\" && rules.escapes !== "none") {
      const [value, length] = escapeAt(code, at, rules);
      if (value === undefined) computes(undefined);
      else adds(value);
      at += length;
      continue;
    }
    if (rules.open !== undefined && char === rules.open) depth += 1;
    else if (code.startsWith(rules.close, at)) {
      if (depth === 0) break;
      depth -= 1;
    } else if (rules.computed !== undefined && code.startsWith(rules.computed, at)) {
      if (rules.computed === "{" && code[at + 1] === "{") {
        adds("{");
        at += 2;
        continue;
      }
      const nested = spot.nested(at + rules.computed.length);
      if (nested === undefined) return undefined;
      inner.push(...nested.tokens, { kind: "end" });
      computes(nested.tokens);
      at = nested.end;
      continue;
    } else if (rules.variable !== undefined && match(rules.variable, code, at) !== undefined) {
      const found = match(rules.variable, code, at) ?? char;
      inner.push(...variableTokens(found));
      computes(variableExpression(found, spot));
      at += found.length;
      continue;
    }
    // `}}` in a text whose expressions stand in braces.
    if (rules.computed === "{" && code.startsWith("}}", at)) at += 1;
    adds(char);
    at += 1;
  }
  const end = at + rules.close.length;
  const kind = rules.kind ?? "string";
  const ordered = parts === undefined || text !== undefined ? {} : { parts: [...parts, literal] };
  const isEmpty = text === "" ? { isEmpty: true as const } : {};
  return {
    tokens: [kind === "pattern" ? { kind, inner, ...isEmpty } : { kind, text, inner, ...ordered }],
    end,
  };
}

/** `$name`, `${name}`, `$ENV{NAME}` and `@{[ code ]}` as the expressions that they are; undefined for anything else. */
function variableExpression(found: string, spot: Spot): readonly Token[] | undefined {
  const listed = /^@\{\[([\s\S]*)\]\}$/.exec(found)?.[1];
  if (listed !== undefined) return spot.whole(listed)?.tokens;
  const plain = /^\{?\$\{?(\w+)\}{0,2}$/.exec(found)?.[1];
  if (plain !== undefined) return [{ kind: "name", text: `$${plain}` }];
  const variable = /^\$ENV\{["']?(\w+)["']?\}$/.exec(found)?.[1];
  if (variable === undefined) return undefined;
  return [
    { kind: "name", text: "$ENV" },
    { kind: "op", text: "{" },
    { kind: "string", text: variable, inner: [] },
    { kind: "op", text: "}" },
  ];
}

const PLAIN_VARIABLE =
  /^(?:[$@#]+\w+(?:(?:->)?(?:\[-?\$?\w+\]|\{\$?\w+\}))*|[$@]\{\$?\w+\}|[$@]\W)$/;

/** `$name` is harmless; a bracket that may compute is given on as an operator that nobody allows. */
function variableTokens(found: string): readonly Token[] {
  const name = /[$@]\w+/.exec(found)?.[0];
  return [
    ...(PLAIN_VARIABLE.test(found) ? [] : [{ kind: "op", text: "${" } as const]),
    ...(name === undefined ? [] : [{ kind: "name", text: name } as const]),
    { kind: "end" },
  ];
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  0: "\0",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
};

/** Letters that some language gives a meaning of its own after a backslash: the text is not known then. */
const OWN_ESCAPE = /[NULQElucCMz]/;

function escapeAt(
  code: string,
  at: number,
  rules: StringRules,
): readonly [string | undefined, number] {
  const next = code[at + 1] ?? "";
  if (rules.escapes === "few") {
    const taken =
      next === "\\" || (next !== "" && rules.close.startsWith(next)) || next === rules.open;
    return taken ? [next, 2] : ["\\", 1];
  }
  const decimal =
    rules.escapes === "decimal" ? /^\\([0-9]{1,3})/.exec(code.slice(at, at + 4)) : null;
  if (decimal !== null) return [String.fromCodePoint(Number(decimal[1] ?? "0")), decimal[0].length];
  const numeric =
    /^\\(?:x([0-9a-fA-F]{1,2})|(?:u|U0000)([0-9a-fA-F]{4})|[ux]\{([0-9a-fA-F]{1,6})\}|([0-7]{1,3}))/.exec(
      code.slice(at, at + 12),
    );
  if (numeric !== null) {
    const [whole, short, long, braced, octal] = numeric;
    const value = Number.parseInt(
      short ?? long ?? braced ?? octal ?? "",
      octal === undefined ? 16 : 8,
    );
    return [value <= 0x10ffff ? String.fromCodePoint(value) : "", whole.length];
  }
  if (next === "\n") return ["", 2];
  if (OWN_ESCAPE.test(next)) return [undefined, 2];
  return [ESCAPES[next] ?? next, 2];
}

/** The words of a list written as one text: how tables of names stay readable. */
export function words(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(" ")));
}

/** Whether a token is this name. */
export function isName(token: Token | undefined, text: string): boolean {
  return token?.kind === "name" && token.text === text;
}

/** Whether a token is this operator or bracket. */
export function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === "op" && token.text === text;
}

/** The place of what closes the bracket at `start`; undefined where nothing does. */
export function closingOf(tokens: readonly Token[], start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "op") continue;
    if (/^[([{]$/.test(token.text)) depth += 1;
    if (/^[)\]}]$/.test(token.text)) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
