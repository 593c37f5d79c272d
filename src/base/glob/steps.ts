// A glob's text read into steps: characters that stand for themselves, wildcards, classes.

/** One step of a glob: a character that stands for itself, or a wildcard. */
export type GlobStep =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "part" }
  | { readonly kind: "any" }
  | {
      readonly kind: "class";
      readonly source: string;
      readonly test: (character: string) => boolean;
    }
  /** Either go on, or jump over the next `count` tokens. */
  | { readonly kind: "skip"; readonly count: number };

/** A step with each text cut into single characters. */
export function toCharacters(token: GlobStep): GlobStep[] {
  return token.kind === "text" ? [...token.text].map((text) => ({ kind: "text", text })) : [token];
}

/** The steps of a glob. */
export function tokenize(source: string, ignoreCase: boolean): GlobStep[] {
  const glob = ignoreCase ? source.toLowerCase() : source;
  const tokens: GlobStep[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") tokens.push({ kind: "text", text });
    text = "";
  };
  for (let at = 0; at < glob.length; ) {
    const character = glob[at] ?? "";
    if (character === "\\" && at + 1 < glob.length) {
      text += glob[at + 1];
      at += 2;
    } else if (glob.startsWith("**", at)) {
      const partStart = at === 0 || glob[at - 1] === "/";
      flush();
      while (glob[at] === "*") at += 1;
      if (partStart && glob[at] === "/") {
        tokens.push({ kind: "skip", count: 2 }, { kind: "any" }, { kind: "text", text: "/" });
        at += 1;
      } else tokens.push({ kind: "any" });
    } else if (character === "*" || character === "?") {
      flush();
      tokens.push({ kind: character === "*" ? "part" : "one" });
      at += 1;
    } else if (character === "[") {
      const found = readClass(glob, at);
      if (found === undefined) text += character;
      else {
        flush();
        tokens.push(found.token);
      }
      at = found?.end ?? at + 1;
    } else {
      text += character;
      at += 1;
    }
  }
  flush();
  return tokens;
}

const NAMED_CLASSES: Readonly<Record<string, string>> = {
  alpha: "\\p{L}",
  digit: "0-9",
  alnum: "\\p{L}\\p{N}",
  upper: "\\p{Lu}",
  lower: "\\p{Ll}",
  space: "\\s",
  blank: " \\t",
  punct: "\\p{P}\\p{S}",
  print: "\\P{C}",
  graph: "\\P{C}",
  cntrl: "\\p{Cc}",
  xdigit: "0-9A-Fa-f",
  word: "\\p{L}\\p{N}_",
};

function readClass(glob: string, start: number): { token: GlobStep; end: number } | undefined {
  let at = start + 1;
  const negated = glob[at] === "!" || glob[at] === "^";
  if (negated) at += 1;
  let body = "";
  const first = at;
  for (; at < glob.length; ) {
    const character = glob[at] ?? "";
    if (character === "]" && at > first) {
      // WHY: a range that is upside down (`[z-a]`) matches nothing in a shell and is an error in a RegExp.
      const source = safeClass(`(?!/)[${negated ? "^" : ""}${body}]`);
      const expression = new RegExp(`^${source}$`, "us");
      return { token: { kind: "class", source, test: (one) => expression.test(one) }, end: at + 1 };
    }
    const named = /^\[:([a-z]+):\]/.exec(glob.slice(at, at + 12));
    // What the locale takes for one character (`[.e.]`) or for the same (`[=e=]`), or a range up to a bracket. WHY all that
    // follows: bash and the C library have ways of their own to tell where a class ends behind these.
    if (/^\[[.=]/.test(glob.slice(at, at + 2)) || (at > first && glob.startsWith("-[", at))) {
      const slash = glob.indexOf("/", at);
      return { token: { kind: "part" }, end: slash < 0 ? glob.length : slash };
    }
    if (named !== null) {
      body += NAMED_CLASSES[named[1] ?? ""] ?? "";
      at += named[0].length;
    } else if (character === "\\" && at + 1 < glob.length) {
      body += escapeInClass(glob[at + 1] ?? "");
      at += 2;
    } else if (character === "/") return undefined;
    else {
      body +=
        character === "-" && at > first && glob[at + 1] !== "]" ? "-" : escapeInClass(character);
      at += 1;
    }
  }
  return undefined;
}

function escapeInClass(character: string): string {
  return /[\\\]^[\-&|~`!#$%*+,.:;<=>?@{}()/]/.test(character)
    ? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`
    : character;
}

function safeClass(source: string): string {
  try {
    new RegExp(source, "us");
    return source;
  } catch {
    // An odd class is taken as any character of the part: too wide rather than too narrow.
    return "[^/]";
  }
}
