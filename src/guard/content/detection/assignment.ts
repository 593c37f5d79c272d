// Assignments in texts of any language: which name is given which value, read around one sign, within its line.
import type { Span } from "./detector.ts";

/** A name and the value that it is given, with the value's place. `isQuoted`: the value stood in quotes, so it is a text. */
export type Assignment = {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
  readonly isQuoted: boolean;
  /** How it is written: `=` and the like, `:`, an argument of a call, a flag of a command, an element of XML. */
  readonly form: "equals" | "colon" | "argument" | "flag" | "element";
  /** Nothing but white space, a list's dash or `export` stands before the name, as in files of settings. */
  readonly isAlone: boolean;
  /** No blank stands around the sign, as in logs and arguments: `user=a password=b`. */
  readonly isTight: boolean;
};

const NAME_CHARS_MAX = 80;
/** Characters of a name behind its word, as the patterns below have them. */
const NAME_TAIL_MAX = 60;
const VALUE_CHARS_MAX = 512;

/** Names inside one bare value that are looked at: `a=b=c=…` is one value, and reading it from each name on takes its square. */
const NESTED_NAMES_MAX = 4;

/** Words of which a name holds one. Every name that `nameStrength` calls a secret does; the keywords of the detector are these. */
export const NAME_WORDS = [
  ...["pass", "pwd", "secret", "token", "key", "credential", "creds", "auth", "cookie", "salt"],
  ...["senha", "contrasena", "mdp", "clave", "parola", "kennwort", "_pw", "_pat", "psk"],
  ...[
    "haslo",
    "heslo",
    "sifre",
    "senord",
    "adgangskode",
    "salasana",
    "jelszo",
    "wachtwoord",
    "chiave",
  ],
] as const;
const NAME_WORD = new RegExp(NAME_WORDS.join("|"), "gi");
/** The end of a name, with the quote, bracket and blanks behind it, up to the sign. */
const NAME_END =
  /[\w$.-]{0,60}\\{0,3}["'`*]{0,2}(?:\]|\[\d{0,6}\])?[ \t]{0,8}(?:,?[ \t]{0,4}\\{0,3}["']?value\\{0,3}["']?[ \t]{0,2}(?=[=:][ \t]{0,2}\\{0,3}["']))?(?=[=:(,>]|(?<=[ \t])\S)/y;
const SIGNS = "=:(,>";
/**
 * Where that finds no sign: attributes of an element, a type (`key string = "…"`), an arrow, a brace before a text (C++, Ruby),
 * leaders of dots, and what gives a text where the name has none (`??`, `||`, `?:`, `or`). It ends before the last sign of these.
 */
const OTHER_END =
  /[\w$.-]{0,60}["'\])]{0,2}(?:(?:[ \t][\w:]{1,20}=["'][^"'<>\n]{0,40}["']){1,2}(?=>)|[ \t]{1,4}[A-Za-z*&[\]]{1,24}[ \t]{1,4}(?==[ \t]{1,4}["'`])|[ \t]?(?=->[ \t]?["']|\{[ \t]?["'])|[ \t]{0,2}(?:\|(?=\|)|\?(?=[?:])|\bo(?=r))(?=.[ \t]{1,4}["'`])|(?<=\.{4})(?=["']))/y;
/** The rest of a sign, blanks and what opens a value; a type in between (`: string =`) is passed over. */
const OPENER =
  /(?:[=>~]{0,2})[ \t]{0,8}(?:(?:[&A-Za-z][\w&[\]<>]{0,24}[?]?[ \t]{0,2}=[ \t]{0,4})(?=[brfuL@]{0,2}["'`]))?(?:(?:(?:new )?(?:[A-Z]\w{0,30}(?:(?:::|\.)\w{1,16}){0,2}|bytes(?:\.fromhex)?|bytearray|\[\]byte|ConvertTo-SecureString[ ])\(?(?:\|\| ?|\(\) ?=> ?)?(?:\w{1,20}=)?){1,3}(?=[brfuNL@]{0,2}["']))?(?:<<)?(?:[brfuNL@]{0,2}(\\{0,3}["'`]{1,3}))?/y;
/** What it passes over and takes at most. */
const BLANKS_MAX = 8;
const QUOTES_MAX = 3;

/** The assignments in a window to names that hold one of `NAME_WORDS`, in order. Linear: each is looked at with a bounded part of what is around it. */
export function* assignmentsIn(window: string): Generator<Assignment> {
  let behind = 0;
  let valueEnd = 0;
  let nested = 0;
  let nameEnd = 0;
  for (const { 0: word, index } of window.matchAll(NAME_WORD)) {
    if (index < behind) continue;
    nested = index < valueEnd ? nested + 1 : 0;
    if (nested > NESTED_NAMES_MAX) continue;
    if (index >= nameEnd) nameEnd = nameEndOf(window, index);
    if (!mayBeGiven(window, index + word.length, nameEnd)) continue;
    const start = nameStart(window, index);
    const line = lineBefore(window, start);
    const isFlag = /[- \t]$/.test(line) && /(?:^|[\s"'])--?$|^[ \t]*ENV[ \t]+$/.test(line);
    const ended = endOfName(window, index + word.length, isFlag);
    if (ended === undefined) continue;
    const { signAt, sign } = ended;
    const name = named(/^[\w$.-]+/.exec(window.slice(start, signAt))?.[0] ?? "", line);
    if (isExpression(window, { start, signAt, sign }) || isPart(window, start, sign)) continue;
    const value = valueAt(window, sign === undefined ? signAt : signAt + 1, sign ?? " ");
    if (value === undefined) continue;
    behind = signAt;
    if (nested === 0) valueEnd = value.span.end;
    // WHY no spread: hostile texts have ten thousand of these, and copying them was a fifth of their cost.
    yield {
      name,
      value: value.value,
      span: value.span,
      isQuoted: value.isQuoted,
      form: isFlag ? "flag" : formOf(sign ?? "="),
      isAlone: /^[ \t]*(?:export[ \t]+|set[ \t]+|ENV[ \t]+|ARG[ \t]+|-[ \t]+)?["'`]?$/.test(line),
      isTight: value.span.start === signAt + 1 && /\w/.test(window[signAt - 1] ?? ""),
    };
  }
}

/** An argument that is no text names nothing, whatever is passed behind it: `join(pwd, "bin")`. */
function isExpression(
  window: string,
  at: { readonly start: number; readonly signAt: number; readonly sign: string | undefined },
): boolean {
  // A tuple of Erlang and Elixir begins with a name: `{db_password, "…"}`.
  if (at.sign !== "," || window[at.start - 1] === "{") return false;
  return !isQuote(window[at.start - 1]) && !/["'`]/.test(window.slice(at.signAt - 3, at.signAt));
}

/** A part of a longer name between colons, as of a cloud's resource: `arn:…:secret:shop/database`. */
function isPart(window: string, start: number, sign: string | undefined): boolean {
  return sign === ":" && window[start - 1] === ":" && /\w/.test(window[start - 2] ?? "");
}

/** Where a name's value is announced, and by which sign: none where it stands beside the name, in quotes or behind a flag. */
function endOfName(
  window: string,
  at: number,
  isFlag: boolean,
): { readonly signAt: number; readonly sign: string | undefined } | undefined {
  NAME_END.lastIndex = at;
  const hasEnd = NAME_END.test(window);
  const signAt = NAME_END.lastIndex;
  const unit = window.charAt(signAt);
  if (hasEnd && SIGNS.includes(unit)) return { signAt, sign: unit };
  // What stands behind a name without a sign is its value where quotes say so (`#define`, SQL) or a flag does.
  if (hasEnd && (isFlag || (isQuote(unit) && !(unit === "`" && isVerb(window, signAt)))))
    return { signAt, sign: undefined };
  OTHER_END.lastIndex = at;
  if (!OTHER_END.test(window)) return undefined;
  const last = window[OTHER_END.lastIndex];
  return { signAt: OTHER_END.lastIndex, sign: isQuote(last) ? undefined : last };
}

/** `pass` before a name in backticks, as comments and texts say what to do: ``pass `strict=True` ``. */
function isVerb(window: string, at: number): boolean {
  return /(?:^|[^\w-])pass[ \t]{1,8}$/i.test(window.slice(Math.max(0, at - 14), at));
}

function isQuote(unit: string | undefined): boolean {
  return unit === '"' || unit === "'" || unit === "`";
}

/** A name of one word that says little is read with the word before it: `cache key: …`, `API key = …`. */
function named(name: string, line: string): string {
  if (!/^(?:key|token|secret|auth)$/i.test(name)) return name;
  const [, lead] = /(?:^|[^\w-])([A-Za-z]{2,14})[ -]$/.exec(line) ?? [];
  return lead === undefined ? name : `${lead}_${name}`;
}

/** Characters of names, and those that may follow one whose value is near, for the patterns above to judge. */
const NAME_UNITS = asciiSet(/[\w$.-]/);
const UNITS_BEHIND = asciiSet(/[\\"'`*[\](){}<>=:,|?\t -]/);
const DIGITS_AND_DASHES = asciiSet(/[\d.-]/);

function asciiSet(kind: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, unit) =>
    kind.test(String.fromCharCode(unit)) ? 1 : 0,
  );
}

/** Where the characters of a name end, whose number has no bound. */
function nameEndOf(window: string, at: number): number {
  let end = at;
  while (end < window.length && NAME_UNITS[window.charCodeAt(end)] === 1) end += 1;
  return end;
}

/** WHY: most words in code, and all but the last of those in one long name, are given nothing, and a pattern costs ten times as much. */
function mayBeGiven(window: string, at: number, nameEnd: number): boolean {
  return nameEnd - at <= NAME_TAIL_MAX && UNITS_BEHIND[window.charCodeAt(nameEnd)] === 1;
}

/** Where the name begins that holds a place. A flag's dashes are no part of it. */
function nameStart(window: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < NAME_CHARS_MAX && NAME_UNITS[window.charCodeAt(start - 1)] === 1)
    start -= 1;
  while (start < at && DIGITS_AND_DASHES[window.charCodeAt(start)] === 1) start += 1;
  return start;
}

/** What stands before a place in its line, as far as it matters for how the line begins. */
function lineBefore(window: string, at: number): string {
  const ahead = window.slice(Math.max(0, at - NAME_CHARS_MAX), at);
  return ahead.slice(ahead.lastIndexOf("\n") + 1);
}

function formOf(sign: string): Assignment["form"] {
  switch (sign) {
    case "=":
      return "equals";
    case ":":
      return "colon";
    case ">":
      return "element";
    default:
      return "argument";
  }
}

function valueAt(
  window: string,
  at: number,
  sign: string,
): Pick<Assignment, "value" | "span" | "isQuoted"> | undefined {
  const { start, quote } = openingAt(window, at);
  const rest = window.slice(start, start + VALUE_CHARS_MAX + 1);
  if (quote !== undefined) {
    const close = closingOf(rest, quote);
    if (close === undefined || close === 0) return undefined;
    return { value: rest.slice(0, close), span: { start, end: start + close }, isQuoted: true };
  }
  if (sign === "(" || sign === ",") return undefined;
  const value =
    sign === ">"
      ? /^[^<>\s]{1,512}(?=<\/)/.exec(rest)?.[0]
      : trimmed(/^[^\s"'`,;<>&]{1,512}/.exec(rest)?.[0]);
  if (value === undefined) return undefined;
  return { value, span: { start, end: start + value.length }, isQuoted: false };
}

/** Where a value begins, and the quotes before it. */
function openingAt(
  window: string,
  at: number,
): { readonly start: number; readonly quote: string | undefined } {
  // WHY: most often nothing but blanks stands between sign and quotes, and that is told at a tenth of the pattern's cost.
  let open = at;
  while (open < at + BLANKS_MAX && isBlank(window.charCodeAt(open))) open += 1;
  let start = open;
  while (start < open + QUOTES_MAX && isQuote(window[start])) start += 1;
  if (start === open + 2 && ENDS_EMPTY.test(window.slice(start, start + 1)))
    return { start: open + 1, quote: window.slice(open, open + 1) };
  if (start > open) return { start, quote: window.slice(open, start) };
  OPENER.lastIndex = at;
  const opened = OPENER.exec(window);
  return { start: at + (opened?.[0].length ?? 0), quote: opened?.[1] };
}

/** What stands behind an empty text in quotes: `password='', name=''`. Behind two quotes of JSON in CSV a value begins. */
const ENDS_EMPTY = /^[,;)\]}\s]$/;

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

/** A bare value without the brackets and the full stop of what it stands in. */
function trimmed(value: string | undefined): string | undefined {
  let end = value?.length ?? 0;
  while (end > 0 && /[)\]}.:]/.test(value?.[end - 1] ?? "")) end -= 1;
  return end === 0 ? undefined : value?.slice(0, end);
}

const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;

/** Where the text in quotes ends: before the same quotes, on the same line, unescaped. */
function closingOf(rest: string, quote: string): number | undefined {
  const last = quote.at(-1) ?? "";
  const escapes = quote.startsWith("\\") ? quote.lastIndexOf("\\") + 1 : 0;
  const lastUnit = last.charCodeAt(0);
  for (let at = 0; at < rest.length; at += 1) {
    const unit = rest.charCodeAt(at);
    if (unit === LINE_FEED) return undefined;
    if (unit === BACKSLASH) {
      let run = 0;
      while (rest.charCodeAt(at + run) === BACKSLASH) run += 1;
      if (rest.charCodeAt(at + run) === lastUnit && run <= escapes) return at;
      at += run;
    } else if (unit === lastUnit) return at;
  }
  return undefined;
}
