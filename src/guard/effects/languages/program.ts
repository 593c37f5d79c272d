// Reads a program lightly: which known calls it makes with which literal arguments, and whether nothing else can happen.
import type { Sightings } from "./sightings.ts";
import { type Lexicon, type Token, tokenize } from "./tokens.ts";

/** One argument of a call: its text or its list of texts, where they are literal. */
export type Argument = {
  readonly tokens: readonly Token[];
  readonly text: string | undefined;
  readonly list: readonly string[] | undefined;
};

/** One call. `path` is its dotted name with aliases resolved. */
export type Call = {
  readonly path: string;
  readonly args: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
};

/** What a known function does; false when it may do more than was noted. */
export type Doing = (call: Call, seen: Sightings) => boolean;

/** One language, as data. */
export type Language = {
  readonly name: string;
  readonly lexicon: Lexicon;
  readonly keywords: ReadonlySet<string>;
  /** Dotted names that do nothing to the world, called or not; `math.*` is every direct member. */
  readonly harmless: ReadonlySet<string>;
  /** Members that are harmless on any value that a proven program can hold. */
  readonly methods: ReadonlySet<string>;
  readonly calls: Readonly<Record<string, Doing>>;
  /** Names whose mere mention reads the environment, members included. */
  readonly environment: ReadonlySet<string>;
  /** Operators between a value and its member. */
  readonly access: ReadonlySet<string>;
  /**
   * Names that no list has: `unless-global` are variables unless they are in `globals`; `unless-called` are harmless
   * when not called; `never` are calls unless the program itself defines them.
   */
  readonly unknownNames: "unless-global" | "unless-called" | "never";
  readonly globals: ReadonlySet<string>;
  /** Whether arguments may stand without parentheses (`system "ls"`). */
  readonly bareArguments: boolean;
  /** Operators that may run what no name shows. */
  readonly suspicious: ReadonlySet<string>;
  /** Reads the program's imports: gives the tokens that remain, and what names stand for. */
  readonly prepare: (tokens: readonly Token[], seen: Sightings) => Prepared;
};

export type Prepared = {
  readonly tokens: readonly Token[];
  readonly aliases: ReadonlyMap<string, string>;
};

/** Notes what a program does; the sightings are unproven afterwards if it may do anything else. */
export function readProgram(code: string, language: Language, seen: Sightings): void {
  const tokens = tokenize(code, language.lexicon);
  if (tokens === undefined) {
    seen.cannotTell();
    return;
  }
  const prepared = language.prepare(tokens, seen);
  new Reading(language, prepared, seen).walk(prepared.tokens);
}

const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);
const ENDS_BARE = new Set([
  "if",
  "unless",
  "for",
  "foreach",
  "while",
  "until",
  "or",
  "and",
  "do",
  "then",
]);
const WALK_DEPTH_MAX = 24;

class Reading {
  readonly #language: Language;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #seen: Sightings;
  readonly #constants: ReadonlyMap<string, string>;
  readonly #defined: ReadonlySet<string>;
  #depth = 0;

  constructor(language: Language, prepared: Prepared, seen: Sightings) {
    this.#language = language;
    this.#aliases = prepared.aliases;
    this.#seen = seen;
    this.#constants = constantsOf(prepared.tokens);
    this.#defined = definedNames(prepared.tokens);
  }

  walk(tokens: readonly Token[]): void {
    if (this.#depth > WALK_DEPTH_MAX) {
      this.#seen.cannotTell();
      return;
    }
    this.#depth += 1;
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at];
      switch (token?.kind) {
        case "string":
          if (token.text !== undefined) this.#seen.mentions(token.text);
          this.#inside(token.inner);
          break;
        case "pattern":
          this.#inside(token.inner);
          break;
        case "command":
          this.#inside(token.inner);
          if (token.text === undefined) this.#seen.cannotTell();
          else this.#seen.shell(token.text);
          break;
        case "op":
          if (this.#language.suspicious.has(token.text)) this.#seen.cannotTell();
          if (token.text === "/" || token.text === "/=") this.#seen.joins();
          break;
        case "name":
          at = this.#name(tokens, at);
          break;
        default:
          break;
      }
    }
    this.#depth -= 1;
  }

  /** Code inside a text. */
  #inside(tokens: readonly Token[]): void {
    if (tokens.length === 0) return;
    const prepared = this.#language.prepare(tokens, this.#seen);
    if (prepared.aliases.size > 0) this.#seen.cannotTell();
    this.walk(prepared.tokens);
  }

  /** A name with its members; gives the place of its last token. */
  #name(tokens: readonly Token[], start: number): number {
    const { access, keywords } = this.#language;
    const before = tokens[start - 1];
    const isMember = before?.kind === "op" && access.has(before.text);
    const parts = [nameAt(tokens, start)];
    let at = start;
    for (;;) {
      const dot = tokens[at + 1];
      const next = tokens[at + 2];
      if (dot?.kind !== "op" || !access.has(dot.text) || next?.kind !== "name") break;
      parts.push(next.text);
      at += 2;
    }
    const [first = "", ...rest] = parts;
    if (!isMember && rest.length === 0 && keywords.has(first)) return at;
    if (isKey(tokens, start, at)) return at;
    const root = isMember ? "" : (this.#aliases.get(first) ?? first);
    const path = [root, ...(isMember ? [first] : []), ...rest].join(".");
    const call = this.#call(path, tokens, at + 1);
    if (!this.#isHarmless(path, isMember, call)) this.#seen.cannotTell();
    return at;
  }

  #isHarmless(path: string, isMember: boolean, call: Call | undefined): boolean {
    const { calls, harmless, methods, globals, unknownNames } = this.#language;
    const parts = path.split(".");
    const members = (from: number): boolean => parts.slice(from).every((part) => methods.has(part));
    if (isMember) {
      const last = `.${parts[parts.length - 1] ?? ""}`;
      const doing = call === undefined ? undefined : calls[last];
      if (doing !== undefined && call !== undefined) return doing(call, this.#seen);
      return members(1);
    }
    if (this.#language.environment.has(path)) {
      this.#seen.read("/proc/self/environ");
      return true;
    }
    for (let length = parts.length; length > 0; length -= 1) {
      const prefix = parts.slice(0, length).join(".");
      const doing = Object.hasOwn(calls, prefix) ? calls[prefix] : undefined;
      if (doing !== undefined) {
        // WHY: a function that is named and not called may be called later under another name.
        if (length < parts.length || call === undefined) return false;
        return doing(call, this.#seen);
      }
      const family = `${parts.slice(0, length - 1).join(".")}.*`;
      if (harmless.has(prefix) || (length > 1 && harmless.has(family))) return members(length);
    }
    const last = `.${parts[parts.length - 1] ?? ""}`;
    const doing = parts.length > 1 && call !== undefined ? calls[last] : undefined;
    const [root = ""] = parts;
    const known =
      this.#defined.has(root) ||
      unknownNames === "unless-global" ||
      (unknownNames === "unless-called" && (call === undefined || parts.length > 1));
    if (globals.has(root) || !known || [...this.#aliases.values()].includes(root)) {
      if (doing !== undefined && call !== undefined) doing(call, this.#seen);
      return false;
    }
    if (doing !== undefined && call !== undefined)
      return doing(call, this.#seen) && parts.slice(1, -1).every((part) => methods.has(part));
    return members(1);
  }

  /** The call that starts at a place, if one does. */
  #call(path: string, tokens: readonly Token[], at: number): Call | undefined {
    const next = tokens[at];
    if (next?.kind === "op" && next.text === "(") return this.#arguments(path, tokens, at + 1);
    if (!this.#language.bareArguments) return undefined;
    return this.#arguments(path, tokens, at);
  }

  #arguments(path: string, tokens: readonly Token[], start: number): Call {
    const args: Argument[] = [];
    const named = new Map<string, Argument>();
    const opener = tokens[start - 1];
    const bare = !(opener?.kind === "op" && opener.text === "(");
    let piece: Token[] = [];
    let depth = 0;
    const finish = (): void => {
      const [first, second] = piece;
      const isNamed =
        (first?.kind === "name" &&
          second?.kind === "op" &&
          (second.text === "=" || second.text === ":")) ||
        (second?.kind === "op" && second.text === "=>");
      if (isNamed)
        named.set(first?.kind === "name" ? first.text : "?", this.#argument(piece.slice(2)));
      else if (piece.length > 0) args.push(this.#argument(piece));
      piece = [];
    };
    for (let at = start; at < tokens.length; at += 1) {
      const token = tokens[at];
      if (token === undefined) break;
      if (token.kind === "op") {
        if (OPENING.has(token.text)) depth += 1;
        if (CLOSING.has(token.text)) {
          if (depth === 0) break;
          depth -= 1;
        }
        if (token.text === "," && depth === 0) {
          finish();
          continue;
        }
      }
      if (token.kind === "end") {
        if (bare && depth === 0) break;
        continue;
      }
      if (bare && depth === 0 && token.kind === "name" && ENDS_BARE.has(token.text)) break;
      piece.push(token);
    }
    finish();
    return { path, args, named };
  }

  #argument(tokens: readonly Token[]): Argument {
    const [first] = tokens;
    const last = tokens[tokens.length - 1];
    const bracketed =
      first?.kind === "op" &&
      last?.kind === "op" &&
      /^[[(]$/.test(first.text) &&
      /^[\])]$/.test(last.text);
    const list = bracketed ? this.#list(tokens.slice(1, -1)) : undefined;
    return { tokens, text: this.#text(tokens), list };
  }

  #list(tokens: readonly Token[]): readonly string[] | undefined {
    const items: string[] = [];
    let piece: Token[] = [];
    for (const token of [...tokens, { kind: "op", text: "," } as const]) {
      if (token.kind === "end") continue;
      if (!(token.kind === "op" && token.text === ",")) {
        piece.push(token);
        continue;
      }
      if (piece.length === 0) continue;
      const [only] = piece;
      const text = piece.length === 1 && only?.kind === "number" ? only.text : this.#text(piece);
      if (text === undefined) return undefined;
      items.push(text);
      piece = [];
    }
    return items;
  }

  /** A text made of literals, constants and their joining alone. */
  #text(tokens: readonly Token[]): string | undefined {
    let text = "";
    let expectsValue = true;
    for (const token of tokens) {
      if (token.kind === "string" && token.text !== undefined) {
        text += token.text;
        expectsValue = false;
      } else if (token.kind === "name" && expectsValue && this.#constants.has(token.text)) {
        text += this.#constants.get(token.text) ?? "";
        expectsValue = false;
      } else if (
        token.kind === "op" &&
        (token.text === "+" || token.text === ".") &&
        !expectsValue
      ) {
        expectsValue = true;
      } else return undefined;
    }
    return expectsValue ? undefined : text;
  }
}

function nameAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.kind === "name" ? token.text : "";
}

/** A name in front of a colon that names a field or an argument: `{ name: 1 }`. */
function isKey(tokens: readonly Token[], start: number, end: number): boolean {
  const before = tokens[start - 1];
  const after = tokens[end + 1];
  return (
    start === end &&
    after?.kind === "op" &&
    (after.text === ":" || after.text === "=>") &&
    before?.kind === "op" &&
    /^[{,(]$/.test(before.text) &&
    nameAt(tokens, start) !== "constructor"
  );
}

const ASSIGNS = new Set([
  "=",
  ":=",
  "+=",
  "-=",
  "*=",
  "/=",
  ".=",
  "|=",
  "&=",
  "||=",
  "??=",
  "&&=",
  "++",
  "--",
]);

/** Variables that get one value, a literal, and never another. */
function constantsOf(tokens: readonly Token[]): ReadonlyMap<string, string> {
  if (bindsOddly(tokens)) return new Map();
  const constants = new Map<string, string>();
  const counts = new Map<string, number>();
  tokens.forEach((token, at) => {
    if (token.kind !== "name") return;
    const next = tokens[at + 1];
    const before = tokens[at - 1];
    const bound =
      (next?.kind === "op" && ASSIGNS.has(next.text)) ||
      (before?.kind === "name" &&
        /^(for|as|foreach|in|def|function|global|nonlocal|const|let|var|my|our|catch|read|chomp)$/.test(
          before.text,
        )) ||
      (before?.kind === "op" &&
        /^[|(,*]$/.test(before.text) &&
        next?.kind === "op" &&
        /^[|,):]$/.test(next.text) &&
        isParameter(tokens, at));
    if (!bound) return;
    counts.set(token.text, (counts.get(token.text) ?? 0) + 1);
    const value = tokens[at + 2];
    const after = tokens[at + 3];
    const alone = after === undefined || after.kind === "end";
    if (
      next?.kind === "op" &&
      next.text === "=" &&
      value?.kind === "string" &&
      alone &&
      value.text !== undefined
    )
      constants.set(token.text, value.text);
  });
  for (const [name, count] of counts) if (count > 1) constants.delete(name);
  return constants;
}

/** Whether values may reach variables in ways that are not counted: patterns, parameters of small functions, code in texts. */
function bindsOddly(tokens: readonly Token[]): boolean {
  const lastAssignment = tokens.findLastIndex((token) => token.kind === "op" && token.text === "=");
  let depth = 0;
  return tokens.some((token, at) => {
    const next = tokens[at + 1];
    const isOp = (one: Token | undefined, text: RegExp): boolean =>
      one?.kind === "op" && text.test(one.text);
    if (isOp(token, /^[([{]$/)) depth += 1;
    if (isOp(token, /^[)\]}]$/)) {
      depth -= 1;
      if (isOp(next, /^(=|=>|[-+*/|&.]=)$/)) return true;
    }
    if (token.kind === "name" && /^(lambda|case|local|gsub|sub)$/.test(token.text)) return true;
    if (token.kind === "name" && token.text === "for" && isOp(tokens[at + 2], /^,$/)) return true;
    if (depth === 0 && at < lastAssignment && isOp(token, /^,$/)) return true;
    return "inner" in token && token.inner.some((one) => isOp(one, /^(=|:=|[-+.*]=)$/));
  });
}

/** Whether a name in a list is one that the list binds: parameters of a function or block. */
function isParameter(tokens: readonly Token[], at: number): boolean {
  for (let back = at - 1; back >= 0 && back > at - 64; back -= 1) {
    const token = tokens[back];
    if (token?.kind === "op" && token.text === "|") return true;
    if (token?.kind === "op" && token.text === "(") {
      const [one, two] = [tokens[back - 1], tokens[back - 2]];
      return [one, two].some(
        (word) => word?.kind === "name" && /^(def|function|sub|for)$/.test(word.text),
      );
    }
    if (token?.kind === "end") return false;
  }
  return false;
}

/** Names that the program itself defines: what it assigns, its functions and their parameters. */
function definedNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  tokens.forEach((token, at) => {
    if (token.kind !== "name") return;
    const next = tokens[at + 1];
    const before = tokens[at - 1];
    if (next?.kind === "op" && ASSIGNS.has(next.text)) names.add(token.text);
    if (
      before?.kind === "name" &&
      /^(def|function|sub|for|my|our|let|const|var)$/.test(before.text)
    )
      names.add(token.text);
    if (before?.kind === "op" && isParameter(tokens, at)) names.add(token.text);
    if (before?.kind === "op" && before.text === "=>" && next?.kind === "end")
      names.add(token.text);
  });
  return names;
}

/** Doings by name, for the tables of languages. */
export function doings(
  ...groups: readonly (readonly [Doing, string])[]
): Readonly<Record<string, Doing>> {
  return Object.fromEntries(
    groups.flatMap(([doing, names]) => names.split(" ").map((name) => [name, doing] as const)),
  );
}
