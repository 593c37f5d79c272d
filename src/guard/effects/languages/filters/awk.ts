// Reads awk programs: which files they open, which commands they run, and what of it is computed.
import { hole, literal, type Text, textOf, tidy } from "../../../shell/values/text.ts";
import { type AwkInput, type AwkToken, AwkValues } from "./awk-values.ts";

/** One thing that an awk program does to the world. A text has holes where the program computes it. */
export type AwkAct =
  | { readonly kind: "reads" | "writes"; readonly text: Text }
  /** `likely`: the command that it probably is; `fed`: what the program probably prints into it. */
  | { readonly kind: "runs"; readonly text: Text; readonly likely?: string; readonly fed?: string }
  /** `isOne`: a single variable by its name. */
  | { readonly kind: "environment"; readonly isOne: boolean }
  /** Something that this does not read: loaded code, calls by a computed name. */
  | { readonly kind: "unreadable"; readonly detail: string };

export type AwkProgram = {
  readonly acts: readonly AwkAct[];
  /** The strings in it. */
  readonly strings: readonly string[];
  /** What it prints, when it does nothing but print one constant. */
  readonly prints: string | undefined;
};

const TOKEN =
  /(?<space>[ \t\r]+|\\\r?\n|#[^\n]*)|(?<newline>\n)|(?<string>"(?:[^"\\\n]|\\[\s\S])*")|(?<number>(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+))|(?<name>[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)?)|(?<sign>&&|\|\||\|&|>>|[-+*/%^!=<>]=|\*\*=?|\+\+|--|[\s\S])/y;
const REGEX = /\/(?:[^/\\[\n]|\\[^\n]|\[\^?\]?(?:\[:[a-z]+:\]|\\[^\n]|[^\]\\\n])*\])+\//y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  '"': '"',
  "\\": "\\",
  "/": "/",
};
const KEYWORDS = new Set(["print", "printf", "return", "do", "else"]);

/** Words of a program that are looked at; each may be the start of an expression that runs to the end. */
const PROGRAM_TOKENS_MAX = 2_000;

/** What a program does. Undefined when it is too long, or its words cannot be told apart. `variables` are those set on the command line. */
export function readAwkProgram(
  program: string,
  variables: ReadonlyMap<string, Text>,
  input: AwkInput,
): AwkProgram | undefined {
  const tokens = tokenize(program);
  if (tokens === undefined) return undefined;
  const given = [...variables].flatMap(([name, value]) => {
    const known = textOf(value);
    return known === undefined ? [] : [[name, known] as const];
  });
  const values = lazily(() => new AwkValues(tokens, new Map(given), input));
  const runs = (from: number, to: number, fed?: string): AwkAct => {
    const likely = values().text(tokens.slice(from, to));
    const parts = {
      ...(likely === undefined ? {} : { likely }),
      ...(fed === undefined ? {} : { fed }),
    };
    return { kind: "runs", text: text(from, to), ...parts };
  };
  const acts: AwkAct[] = [];
  const fixed = new Map([...variables].filter(([name, value]) => isFixed(name, value, tokens)));
  const text = (from: number, to: number): Text => textOfTokens(tokens.slice(from, to), fixed);
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (token.kind === "name") {
      if (token.text === "system" && next?.text === "(")
        acts.push(runs(at + 2, closing(tokens, at + 1)));
      if (token.text === "ENVIRON") {
        const isOne = tokens[at + 2]?.kind === "string" && tokens[at + 3]?.text === "]";
        acts.push({ kind: "environment", isOne });
      }
      if (token.text === "getline") acts.push(...readsOfGetline(tokens, at, text));
      if (token.text === "print" || token.text === "printf")
        acts.push(...redirection(tokens, at, text));
      if (token.text === "ARGV" && (isAssigned(tokens, at) || tokens.some(changesArguments)))
        acts.push(...readsOfArguments(tokens, at));
      if (["SYMTAB", "FUNCTAB"].includes(token.text))
        acts.push({ kind: "unreadable", detail: "names that the program computes" });
    }
    if (token.text === "@" && token.kind === "sign" && next?.kind === "name")
      if (values().text([next]) === "system") acts.push(runs(at + 3, closing(tokens, at + 2)));
    if (token.text === "@" && token.kind === "sign")
      acts.push({ kind: "unreadable", detail: "code that is loaded or called by a computed name" });
    if (token.kind === "sign" && (token.text === "|" || token.text === "|&")) {
      if (next?.text === "getline") acts.push(runs(leftEnd(tokens, at), at));
      else
        acts.push(
          runs(
            at + 1,
            rightEnd(tokens, at + 1),
            values().printed(tokens.slice(printStart(tokens, at), at)),
          ),
        );
    }
    if (token.kind === "string" && token.text.startsWith('"/inet'))
      acts.push({ kind: "unreadable", detail: "a connection to a host" });
  });
  const strings = tokens.flatMap((token) =>
    token.kind === "string" ? [unquote(token.text) ?? ""] : [],
  );
  return { acts, strings, prints: constantOutput(tokens) };
}

/** The statement that prints into the pipe at a place. */
function printStart(tokens: readonly AwkToken[], pipe: number): number {
  for (let at = pipe - 1; at >= 0; at -= 1)
    if (/^printf?$/.test(tokens[at]?.text ?? "") || endsStatement(tokens[at])) return at;
  return 0;
}

/** Makes a value when it is asked for the first time. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Functions that change a variable that is their argument. */
const CHANGING = /^(?:sub|gsub|split|patsplit|match|asorti?|function|func)$/;

/** Whether a variable of the command line keeps its value all through the program. */
function isFixed(name: string, value: Text, tokens: readonly AwkToken[]): boolean {
  if (value.some((piece) => piece.kind !== "text" || piece.text.includes("\\"))) return false;
  if (tokens.some((token) => token.kind === "name" && CHANGING.test(token.text))) return false;
  return tokens.every((token, at) => {
    if (token.kind !== "name" || token.text !== name) return true;
    const before = tokens[at - 1]?.text ?? "";
    const after = tokens[at + 1]?.text ?? "";
    return (
      !/^(?:\+\+|--|getline)$/.test(before) && !/^(?:[-+*/%^]?=|\*\*=|\+\+|--|in)$/.test(after)
    );
  });
}

function tokenize(program: string): AwkToken[] | undefined {
  const tokens: AwkToken[] = [];
  for (let at = 0; at < program.length; ) {
    const before = tokens.at(-1);
    if (tokens.length > PROGRAM_TOKENS_MAX) return undefined;
    if (program[at] === "/" && isDisputed(tokens)) return undefined;
    if (program[at] === "/" && startsRegex(before)) {
      REGEX.lastIndex = at;
      const regex = REGEX.exec(program)?.[0];
      if (regex === undefined) return undefined;
      tokens.push({ kind: "regex", text: regex });
      at += regex.length;
      continue;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(program);
    const groups = found?.groups;
    if (found === null || groups === undefined) return undefined;
    at += found[0].length;
    if (found[0] === '"') return undefined;
    for (const kind of ["newline", "string", "number", "name", "sign"] as const) {
      if (groups[kind] !== undefined) tokens.push({ kind, text: found[0] });
    }
  }
  return tokens;
}

/** Whether versions of awk differ on what a slash is here: after `if (...)`, `case`. */
function isDisputed(tokens: readonly AwkToken[]): boolean {
  const last = tokens.at(-1);
  if (last?.text === "case") return true;
  if (last?.kind !== "sign" || last.text !== ")") return false;
  let depth = 0;
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    const { kind, text } = tokens[at] ?? { kind: "sign", text: "" };
    if (kind === "sign" && text === ")") depth += 1;
    if (kind === "sign" && text === "(") depth -= 1;
    if (depth === 0) return /^(?:if|while|for)$/.test(tokens[at - 1]?.text ?? "");
  }
  return true;
}

/** Whether a slash here starts a pattern: it is a division only after something that has a value. */
function startsRegex(before: AwkToken | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "name") return KEYWORDS.has(before.text);
  if (before.kind === "sign") return !/^(?:\)|\]|\$|\+\+|--)$/.test(before.text);
  return before.kind === "newline";
}

/** The string that tokens make when written one after the other; a hole for whatever is not constant. */
function textOfTokens(tokens: readonly AwkToken[], variables: ReadonlyMap<string, Text>): Text {
  const result: Text[] = [];
  const inner = tokens.filter((token) => token.kind !== "newline");
  const unwrapped =
    inner[0]?.text === "(" && closing(inner, 0) === inner.length - 1 ? inner.slice(1, -1) : inner;
  if (unwrapped.length === 0) return [hole("dynamic-code")];
  for (const token of unwrapped) {
    const variable = token.kind === "name" ? variables.get(token.text) : undefined;
    const constant = token.kind === "string" ? unquote(token.text) : undefined;
    if (constant !== undefined) result.push(literal(constant));
    else if (variable !== undefined) result.push(variable);
    else if (token.kind === "sign" && !["$", "(", ")", "[", "]"].includes(token.text))
      return [hole("dynamic-code")];
    else result.push([hole("dynamic-code")]);
  }
  return tidy(result.flat());
}

function unquote(quoted: string): string | undefined {
  let strange = false;
  const text = quoted.slice(1, -1).replace(/\\([\s\S])/g, (_, character: string) => {
    if (character === "\n") return "";
    const known = ESCAPES[character];
    if (known === undefined) strange = true;
    return known ?? "";
  });
  return strange ? undefined : text;
}

/** The position of the bracket that closes the one at `open`, or the end. */
function closing(tokens: readonly AwkToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] ?? { kind: "sign", text: "" };
    if (kind !== "sign") continue;
    if (text === "(" || text === "[") depth += 1;
    if (text === ")" || text === "]") depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

function endsStatement(token: AwkToken | undefined): boolean {
  return (
    token === undefined ||
    token.kind === "newline" ||
    (token.kind === "sign" && [";", "{", "}"].includes(token.text))
  );
}

/** Where the expression on the right of a pipe ends. */
function rightEnd(tokens: readonly AwkToken[], from: number): number {
  let at = from;
  while (!endsStatement(tokens[at]) && tokens[at]?.text !== ")")
    at = ["(", "["].includes(tokens[at]?.text ?? "") ? closing(tokens, at) + 1 : at + 1;
  return at;
}

/** Where the expression on the left of `| getline` starts. */
function leftEnd(tokens: readonly AwkToken[], pipe: number): number {
  let depth = 0;
  let at = pipe;
  for (; at > 0; at -= 1) {
    const before = tokens[at - 1];
    if (before?.kind === "sign" && before.text === ")") depth += 1;
    if (before?.kind === "sign" && before.text === "(") depth -= 1;
    const stops =
      depth < 0 ||
      (depth === 0 &&
        (endsStatement(before) ||
          ["=", "&&", "||", "!", ","].includes(before?.text ?? "") ||
          (before?.kind === "name" && ["print", "return"].includes(before.text))));
    if (stops) break;
  }
  return at;
}

/** `getline < file`, `getline line < file`. */
function readsOfGetline(
  tokens: readonly AwkToken[],
  at: number,
  text: (from: number, to: number) => Text,
): readonly AwkAct[] {
  let next = at + 1;
  // The variable that takes the line: a name, a field, an element.
  if (tokens[next]?.text === "$") next += 1;
  if (tokens[next]?.kind === "name" || tokens[next]?.kind === "number") next += 1;
  else if (tokens[next]?.text === "(") next = closing(tokens, next) + 1;
  if (tokens[next]?.text === "[") next = closing(tokens, next) + 1;
  if (tokens[next]?.text !== "<") return [];
  const from = next + 1;
  const end = tokens[from]?.text === "(" ? closing(tokens, from) + 1 : from + 1;
  const isPlain = tokens[from]?.kind === "string" || tokens[from]?.kind === "name";
  const follows = tokens[end];
  const whole =
    endsStatement(follows) || [")", ">", "&&", "||", ">=", "=="].includes(follows?.text ?? "");
  return [
    {
      kind: "reads",
      text:
        whole && (isPlain || tokens[from]?.text === "(") ? text(from, end) : [hole("dynamic-path")],
    },
  ];
}

/** `print ... > file`, `print ... >> file`; inside brackets `>` compares. */
function redirection(
  tokens: readonly AwkToken[],
  at: number,
  text: (from: number, to: number) => Text,
): readonly AwkAct[] {
  for (let next = at + 1; !endsStatement(tokens[next]); ) {
    const { text: sign = "", kind } = tokens[next] ?? {};
    if (kind === "sign" && (sign === "(" || sign === "[")) {
      next = closing(tokens, next) + 1;
      continue;
    }
    if (kind === "sign" && (sign === ">" || sign === ">>"))
      return [{ kind: "writes", text: text(next + 1, rightEnd(tokens, next + 1)) }];
    next += 1;
  }
  return [];
}

function isAssigned(tokens: readonly AwkToken[], at: number): boolean {
  if (tokens[at + 1]?.text !== "[") return true;
  const after = tokens[closing(tokens, at + 1) + 1]?.text ?? "";
  return !/^(?:[;,)}|&]|==|!=|~|&&|\|\||\n|<=?|>=?)?$/.test(after) || after === "=";
}

function changesArguments(token: AwkToken): boolean {
  return token.kind === "name" && (CHANGING.test(token.text) || token.text === "getline");
}

function readsOfArguments(tokens: readonly AwkToken[], at: number): readonly AwkAct[] {
  const equals = tokens[at + 1]?.text === "[" ? closing(tokens, at + 1) + 1 : tokens.length;
  const value = tokens[equals + 1];
  const constant =
    value?.kind === "string" && endsStatement(tokens[equals + 2]) ? unquote(value.text) : undefined;
  if (tokens[equals]?.text === "=" && constant !== undefined)
    return [{ kind: "reads", text: literal(constant) }];
  return [{ kind: "unreadable", detail: "operands that the program changes" }];
}

function constantOutput(tokens: readonly AwkToken[]): string | undefined {
  const words = tokens.filter((token) => token.kind !== "newline" && token.text !== ";");
  const value = words[3];
  if (words.length !== 5 || value?.kind !== "string") return undefined;
  const frame = [0, 1, 2, 4].map((at) => words[at]?.text).join(" ");
  const text = unquote(value.text);
  return frame === "BEGIN { print }" && text !== undefined ? `${text}\n` : undefined;
}
