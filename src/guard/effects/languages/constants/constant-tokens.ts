// Cuts a program of any of the common languages into tokens that know where they stand, for what is put together of constants.

/** One piece of a program. The parts of a text are known texts and code that is worked out. */
export type ConstantToken = {
  readonly kind: "text" | "number" | "name" | "sign" | "pattern" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly parts?: readonly (string | { readonly code: string })[];
  /** Whether a text is of bytes (`b'...'`), or a command in backticks. */
  readonly isBytes?: true;
  readonly isCommand?: true;
};

/** Tokens of one program. */
const TOKENS_MAX = 4_000;

const SIGN =
  /===|!==|\*\*|\.\.\.|<=>|=>|->|::|\?->|\?\.|=~|!~|\+=|-=|\*=|\/=|%=|\^=|\.=|\|=|&=|<<=|>>=|\+\+|--|==|!=|<=|>=|&&|\|\||\?\?|<<|>>|\/\/|\.\.|[\s\S]/y;
const NUMBER = /0[xX][0-9a-fA-F_]+n?|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d+)?n?/y;
const SIGILS: Readonly<Record<string, RegExp>> = {
  perl: /[$@%&]?[A-Za-z_]\w*(?:::\w+)*|[$@]_|\$\d/y,
  php: /\$?[A-Za-z_]\w*/y,
  ruby: /[A-Za-z_]\w*[?!]?|\$\w+|@{1,2}\w+/y,
};
const NAME = /[A-Za-z_$]\w*/y;
const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };
const VALUE_ENDS = /^[\])}]$/;
/** Words behind which a slash begins a pattern. */
const BEFORE_PATTERN = /^(?:return|split|grep|map|join|if|unless|and|or|not|puts|print|when|scan)$/;

function at(pattern: RegExp, code: string, place: number): string | undefined {
  pattern.lastIndex = place;
  return pattern.exec(code)?.[0];
}

/** The tokens; undefined for a program that is too long or cannot be read to its end. */
export function constantTokens(
  code: string,
  language: string,
): readonly ConstantToken[] | undefined {
  const tokens: ConstantToken[] = [];
  const namePattern = SIGILS[language] ?? NAME;
  let place = 0;
  const add = (kind: ConstantToken["kind"], text: string, end: number, more = {}): void => {
    tokens.push({ kind, text, start: place, end, ...more });
    place = end;
  };
  while (place < code.length) {
    if (tokens.length > TOKENS_MAX) return undefined;
    const char = code[place] ?? "";
    const before = tokens.at(-1);
    const isValue =
      before !== undefined &&
      (before.kind === "text" ||
        before.kind === "number" ||
        (before.kind === "name" && !BEFORE_PATTERN.test(before.text)) ||
        (before.kind === "sign" && VALUE_ENDS.test(before.text)));
    if (/[ \t\r]/.test(char)) {
      place += 1;
      continue;
    }
    if (char === "\n" || char === ";") {
      add("end", char, place + 1);
      continue;
    }
    if (isComment(code, place, language)) {
      const line = code.indexOf("\n", place);
      place = line < 0 ? code.length : line;
      continue;
    }
    const text = textAt(code, place, language, isValue);
    if (text === undefined) return undefined;
    if (text !== "none") {
      add(text.kind, text.text, text.end, text);
      continue;
    }
    // `"ab"x3` of perl.
    const repeats = language === "perl" && isValue && /^x\d/.test(code.slice(place, place + 2));
    const name = repeats ? "x" : at(namePattern, code, place);
    if (name !== undefined && name !== "") {
      add("name", name, place + name.length);
      continue;
    }
    const number = at(NUMBER, code, place);
    if (number !== undefined) {
      add("number", number, place + number.length);
      continue;
    }
    const sign =
      language === "python" && code.startsWith("::", place) ? ":" : (at(SIGN, code, place) ?? char);
    add("sign", sign, place + sign.length);
  }
  add("end", "", place);
  return tokens;
}

function isComment(code: string, place: number, language: string): boolean {
  if (language === "lua") return code.startsWith("--", place);
  if (language === "javascript") return code.startsWith("//", place);
  const isHash = code[place] === "#" && !(language === "perl" && code[place - 1] === "$");
  return isHash || (language === "php" && code.startsWith("//", place));
}

type Found = Omit<ConstantToken, "start"> | "none" | undefined;

function textAt(code: string, place: number, language: string, isValue: boolean): Found {
  const char = code[place] ?? "";
  if (language === "python") {
    const found = at(/([rbfuRBFU]{0,2})("""|'''|"|')/y, code, place);
    if (found === undefined) return "none";
    const quote = found.replace(/^[a-z]+/i, "");
    const prefix = found.slice(0, found.length - quote.length).toLowerCase();
    return quoted(code, place + found.length, {
      close: quote,
      escapes: prefix.includes("r") ? "none" : "all",
      ...(prefix.includes("f") ? { opens: "{" } : {}),
      ...(prefix.includes("b") ? { isBytes: true } : {}),
    });
  }
  if (language === "lua" && code.startsWith("[[", place))
    return quoted(code, place + 2, { close: "]]", escapes: "none" });
  if (language === "javascript" && char === "`")
    return quoted(code, place + 1, { close: "`", escapes: "all", opens: "${" });
  if (char === "`") return commandText(code, place, language);
  if (char === '"') return quoted(code, place + 1, doubleRules(language));
  if (char === "'")
    return quoted(code, place + 1, {
      close: "'",
      escapes:
        language === "javascript" || language === "lua" ? doubleRules(language).escapes : "few",
    });
  if (language === "ruby" || language === "perl") {
    const own = ownQuotes(code, place, language, isValue);
    if (own !== "none") return own;
  }
  if (char === "/" && !isValue && language !== "lua") return patternAt(code, place, language);
  return "none";
}

type QuoteRules = {
  readonly close: string;
  readonly open?: string;
  readonly escapes: "all" | "decimal" | "few" | "none";
  readonly opens?: string;
  readonly variables?: RegExp;
  readonly isBytes?: boolean;
};

function doubleRules(language: string): QuoteRules {
  const close = '"';
  switch (language) {
    case "ruby":
      return { close, escapes: "all", opens: "#{" };
    case "perl":
      return {
        close,
        escapes: "all",
        variables: /@\{\[[^\]]*\]\}|[$@]\{?\w+\}?(?:\[\w+\]|\{\w+\})?/y,
      };
    case "php":
      return { close, escapes: "all", variables: /\{?\$\w+(?:\[\w+\])?\}?/y };
    case "lua":
      return { close, escapes: "decimal" };
    default:
      return { close, escapes: "all" };
  }
}

function commandText(code: string, place: number, language: string): Found {
  const found = quoted(code, place + 1, { ...doubleRules(language), close: "`" });
  return found === undefined || found === "none" ? found : { ...found, isCommand: true };
}

function ownQuotes(code: string, place: number, language: string, isValue: boolean): Found {
  const operation = language === "perl" ? operationAt(code, place) : "none";
  if (operation !== "none") return operation;
  const perl = /(?:qq|qx|qw|q)\s*[^\w\s,;=]/y;
  const ruby = /%[qQwWx]?[([{<|!]/y;
  const found = at(language === "perl" ? perl : ruby, code, place);
  if (found === undefined || (language === "ruby" && isValue))
    return symbolAt(code, place, language, isValue);
  const open = found.at(-1) ?? "";
  const kind = found.slice(0, -1).replace("%", "").trim();
  const close = CLOSERS[open] ?? open;
  const isPlain = /^(?:q|w|qw)$/.test(kind);
  const rules = { ...doubleRules(language), ...(open === close ? {} : { open }), close };
  const text = quoted(
    code,
    place + found.length,
    isPlain ? { close, ...(open === close ? {} : { open }), escapes: "few" } : rules,
  );
  if (text === undefined || text === "none") return text;
  if (/w/i.test(kind)) return { ...text, kind: "text", text: "words" };
  return kind.endsWith("x") ? { ...text, isCommand: true } : text;
}

/** `tr/a/b/`, `y/a/b/` and `s/a/b/` of perl: a pattern token of its parts, with NUL between them. */
function operationAt(code: string, place: number): Found {
  const found = at(/(?:tr|y|s)\/((?:[^/\\\n]|\\.)*)\/((?:[^/\\\n]|\\.)*)\/([a-z]*)/y, code, place);
  if (found === undefined || /\w|[$@%>]/.test(code[place - 1] ?? "")) return "none";
  const [, kind = "", from = "", to = "", flags = ""] =
    /^(tr|y|s)\/((?:[^/\\]|\\.)*)\/((?:[^/\\]|\\.)*)\/([a-z]*)$/.exec(found) ?? [];
  const text = [kind === "s" ? "s" : "tr", from, to, flags].join("\0");
  return { kind: "pattern", text, end: place + found.length };
}

function symbolAt(code: string, place: number, language: string, isValue: boolean): Found {
  const symbol =
    language === "ruby" && !isValue && code[place - 1] !== ":"
      ? at(/:(?:[A-Za-z_]\w*|[+*|&^](?=\)))/y, code, place)
      : undefined;
  if (symbol !== undefined)
    return { kind: "text", text: "", end: place + symbol.length, parts: [symbol.slice(1)] };
  const version = language === "perl" ? at(/v\d{1,3}(?:\.\d{1,3})+/y, code, place) : undefined;
  if (version === undefined) return "none";
  const codes = version.slice(1).split(".").map(Number);
  return {
    kind: "text",
    text: "",
    end: place + version.length,
    parts: [String.fromCharCode(...codes)],
  };
}

function patternAt(code: string, place: number, language: string): Found {
  if (code.startsWith("//", place) && /^(?:perl|ruby)$/.test(language))
    return { kind: "pattern", text: "//", end: place + 2 };
  const found = at(/\/((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/y, code, place);
  return found === undefined ? "none" : { kind: "pattern", text: found, end: place + found.length };
}

/** Reads a text from behind its opening quote. */
function quoted(code: string, start: number, rules: QuoteRules): Found {
  const parts: (string | { code: string })[] = [];
  let literal = "";
  let depth = 0;
  let place = start;
  for (;;) {
    if (place >= code.length) return undefined;
    const char = code[place] ?? "";
    if (char === "\\" && rules.escapes !== "none") {
      const [value, length] = escapeAt(code, place, rules);
      literal += value;
      place += length;
      continue;
    }
    if (rules.open !== undefined && char === rules.open) depth += 1;
    else if (code.startsWith(rules.close, place)) {
      if (depth === 0) break;
      depth -= 1;
    } else if (rules.opens !== undefined && code.startsWith(rules.opens, place)) {
      const from = place + rules.opens.length;
      const end = closing(code, from);
      if (end === undefined) return undefined;
      parts.push(literal, { code: code.slice(from, end) });
      literal = "";
      place = end + 1;
      continue;
    } else if (rules.variables !== undefined) {
      const found = at(rules.variables, code, place);
      if (found !== undefined && found !== "") {
        parts.push(literal, {
          code: found.replace(/^\{(\$.*)\}$/, "$1").replace(/^([$@])\{(\w+)\}/, "$1$2"),
        });
        literal = "";
        place += found.length;
        continue;
      }
    }
    literal += char;
    place += 1;
  }
  const bytes = rules.isBytes === true ? { isBytes: true as const } : {};
  return {
    kind: "text",
    text: "",
    end: place + rules.close.length,
    parts: [...parts, literal],
    ...bytes,
  };
}

function closing(code: string, from: number): number | undefined {
  let depth = 0;
  for (let place = from; place < code.length; place += 1) {
    if (code[place] === "{") depth += 1;
    if (code[place] !== "}") continue;
    if (depth === 0) return place;
    depth -= 1;
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
  "\n": "",
};

function escapeAt(code: string, place: number, rules: QuoteRules): readonly [string, number] {
  const next = code[place + 1] ?? "";
  if (rules.escapes === "few")
    return next === "\\" || next === rules.close || next === rules.open ? [next, 2] : ["\\", 1];
  const decimal = rules.escapes === "decimal" ? at(/\\\d{1,3}/y, code, place) : undefined;
  if (decimal !== undefined)
    return [String.fromCharCode(Number(decimal.slice(1)) & 0xff), decimal.length];
  const found =
    /^\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[ux]\{([0-9a-fA-F]{1,6})\}|([0-7]{1,3}))/.exec(
      code.slice(place, place + 12),
    );
  if (found === null) return [ESCAPES[next] ?? next, 2];
  const [whole, short, long, longest, braced, octal] = found;
  const value = Number.parseInt(
    short ?? long ?? longest ?? braced ?? octal ?? "",
    octal === undefined ? 16 : 8,
  );
  return [value <= 0x10ffff ? String.fromCodePoint(value) : "", whole.length];
}
