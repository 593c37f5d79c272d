// Quotes and patterns of Perl: how its texts are told from divisions, names and comparisons.
import {
  type Lexed,
  type Lexicon,
  match,
  PAIRS,
  readQuoted,
  readString,
  type Spot,
  type StringRules,
  type Token,
} from "../evaluation/tokens.ts";

const QUOTE = /(?:qq|qw|qx|qr|q|m|s|tr|y)(?!\w)(?!\s*=>)/y;
/** Names after which a slash or an angle starts a text. */
const BEFORE_TEXT =
  /^(?:split|grep|if|unless|and|or|not|print|return|while|until|when|for|foreach|push|join|map|elsif|xor|x|eq|ne|chomp|scalar|say)$/;
const READLINE = /<(?:\$?\w*|<)>>?/y;
const VARIABLE =
  /[$@]#?\$*(?:\w|::)+(?:(?:->)?(?:\[[^\]]*\]|\{[^}]*\}))*|[$@]#?\$*\{[^}]*\}|\$[&`'+!@\\,;.0-9](?:\[[^\]]*\]|\{[^}]*\})?/y;

/** How the tokens of Perl look. */
export const lexicon: Lexicon = {
  space: /(?:\s|#[^\n]*)+/y,
  name: /\$#?\$*(?:\w|::)+|\$#?\{\^?\w+\}|\$\^\w|\$[&`'+!@/\\,;.0-9_<>()[\]|"-](?![\w])|@\$?(?:\w|::)+|%(?:[A-Za-z_]|::)(?:\w|::)*|-[a-zA-Z](?=\s+["'$(])|[A-Za-z_](?:\w|::(?=\w))*/y,
  special: quoteAt,
};

function quoteAt(spot: Spot): Lexed | "none" {
  const { code, at, previous } = spot;
  const char = code[at] ?? "";
  const member =
    previous?.kind === "op" &&
    (previous.text === "->" || (previous.text === "{" && /^\w+\s*\}/.test(code.slice(at, at + 8))));
  // The old separator of packages, documentation between lines, and settings on the first line.
  if (char === "'" && /\w/.test(code[at - 1] ?? "")) return undefined;
  if (at === 0 && (/^=[a-zA-Z]/m.test(code) || /^#!.* -/.test(code))) return undefined;
  const either =
    previous?.kind === "name" && !/^[$@%]/.test(previous.text) && !BEFORE_TEXT.test(previous.text);
  if (
    either &&
    (char === "/" || char === "?" || (char === "<" && match(READLINE, code, at) === undefined))
  )
    return undefined;
  const closes = previous?.kind === "op" && previous.text === "}";
  if (closes && (char === "/" || char === "<" || char === "?") && /["'`]/.test(code.slice(at)))
    return undefined;
  if (/["'`]/.test(char)) return readQuoted(spot, VARIABLE);
  if (code.startsWith("<<", at) && /^<<~?["'A-Z_]/.test(code.slice(at, at + 4)))
    return { tokens: [{ kind: "op", text: "heredoc" }], end: at + 2 };
  if (char === "<" && !isValue(previous)) {
    const handle = match(READLINE, code, at);
    if (handle !== undefined)
      return { tokens: [{ kind: "pattern", inner: [] }], end: at + handle.length };
    return readString(spot, at + 1, {
      close: ">",
      escapes: "all",
      variable: VARIABLE,
      kind: "pattern",
    });
  }
  if (
    /[$@%](?=\{(?!\s*\$\w+\s*\}|\^?\w+\}))/y.test(code.slice(at, at + 40)) &&
    "$@%".includes(char)
  )
    return { tokens: [{ kind: "op", text: "${" }], end: at + 1 };
  if (char === "/" && !isValue(previous)) return patternAt(spot, at + 1, "/");
  const quote = member ? undefined : match(QUOTE, code, at);
  if (quote === undefined || /[\w$@%]/.test(code[at - 1] ?? "")) return "none";
  return quotedAt(spot, quote);
}

function isValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === "end") return false;
  if (token.kind === "op") return /^[\])}]$/.test(token.text);
  return token.kind !== "name" || /^[$@%]/.test(token.text);
}

function quotedAt(spot: Spot, quote: string): Lexed {
  const { code } = spot;
  let start = spot.at + quote.length;
  while (/\s/.test(code[start] ?? "x")) start += 1;
  const open = code[start] ?? "";
  if (open === "" || (start > spot.at + quote.length && /[\w#]/.test(open))) return undefined;
  const close = PAIRS[open] ?? open;
  const rules: StringRules = { close, escapes: "all", ...(close === open ? {} : { open }) };
  switch (quote) {
    case "q":
      return readString(spot, start + 1, { ...rules, escapes: "few" });
    case "qw": {
      const list = readString(spot, start + 1, { ...rules, escapes: "few" });
      const [only] = list?.tokens ?? [];
      if (list === undefined || only?.kind !== "string") return undefined;
      const items = (only.text ?? "").trim().split(/\s+/);
      return {
        end: list.end,
        tokens: [
          { kind: "op", text: "(" },
          ...items.flatMap((text): Token[] => [
            { kind: "string", text, inner: [] },
            { kind: "op", text: "," },
          ]),
          { kind: "op", text: ")" },
        ],
      };
    }
    case "qq":
      return readString(spot, start + 1, { ...rules, variable: VARIABLE });
    case "qx":
      return readString(spot, start + 1, { ...rules, variable: VARIABLE, kind: "command" });
    case "m":
    case "qr":
      return patternAt(spot, start + 1, close, rules);
    default:
      return twoParts(spot, quote, start, rules);
  }
}

function patternAt(spot: Spot, start: number, close: string, rules?: StringRules): Lexed {
  const found = readString(spot, start, {
    close,
    escapes: "all",
    ...rules,
    variable: VARIABLE,
    kind: "pattern",
  });
  if (found === undefined) return undefined;
  const runs = /\(\?\??\{|\(\*\{/.test(spot.code.slice(start, found.end));
  const flags = match(/[a-z]+/y, spot.code, found.end) ?? "";
  return {
    tokens: runs ? [...found.tokens, { kind: "op", text: "${" }] : found.tokens,
    end: found.end + flags.length,
  };
}

/** `s/a/b/flags`: with the flag `e` the second part is code. */
function twoParts(spot: Spot, quote: string, start: number, rules: StringRules): Lexed {
  const { code } = spot;
  const first = readString(spot, start + 1, { ...rules, variable: VARIABLE, kind: "pattern" });
  if (first === undefined) return undefined;
  const runs = /\(\?\??\{/.test(code.slice(start, first.end));
  let second = first.end;
  if (rules.open !== undefined) {
    while (/\s/.test(code[second] ?? "x")) second += 1;
    if (code[second] !== rules.open) return undefined;
    second += 1;
  }
  const computes = quote === "s" ? { variable: VARIABLE } : {};
  const rest = readString(spot, second, { ...rules, ...computes });
  if (rest === undefined) return undefined;
  const flags = match(/[a-z]+/y, code, rest.end) ?? "";
  const end = rest.end + flags.length;
  const suspicious: Token[] = runs || flags.includes("ee") ? [{ kind: "op", text: "${" }] : [];
  if (quote === "s" && flags.includes("e")) {
    const inner = spot.whole(code.slice(second, rest.end - 1));
    return inner === undefined
      ? undefined
      : { tokens: [{ kind: "pattern", inner: inner.tokens }, ...suspicious], end };
  }
  const inner = rest.tokens.flatMap((token) => ("inner" in token ? token.inner : []));
  const before = first.tokens.flatMap((token) => ("inner" in token ? token.inner : []));
  return {
    tokens: [{ kind: "pattern", inner: quote === "s" ? [...before, ...inner] : [] }, ...suspicious],
    end,
  };
}
