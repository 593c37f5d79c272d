// Reads a program lightly: which known calls it makes with which literal arguments, and whether nothing else can happen.
import { isSecretVariable } from "#base/secret-variables.ts";
import { ENVIRONMENT_FILE } from "../../../shell/values/text.ts";
import { argvsOf } from "./list-items.ts";
import type { Computed } from "./value-rules.ts";
import { Evaluator } from "./evaluator.ts";
import type { Observations } from "./observations.ts";
import { type Token, tokenize } from "./tokens.ts";
import { allTexts, asText, oneText } from "./value.ts";
import type { Language, Prepared, Call, Argument } from "./language.ts";
import { definedNames, meantNames, nextAssigns, nameAt, isKey } from "./defined-names.ts";

/** Notes what a program does; the sightings are unproven afterwards if it may do anything else. */
export function readProgram(
  code: string,
  language: Language,
  seen: Observations,
  nesting = 0,
): void {
  const tokens = nesting > NESTING_MAX ? undefined : tokenize(code, language.lexicon);
  if (tokens === undefined) {
    seen.cannotTell();
    return;
  }
  const prepared = language.prepare(tokens, seen);
  new Reading(language, prepared, seen, nesting).walk(prepared.tokens);
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
/** Tokens looked at as arguments of calls without brackets. */
const LOOKED_MAX = 100_000;
/** Names in one dotted name. */
const MEMBERS_MAX = 32;
/** Programs in texts of programs. */
const NESTING_MAX = 3;

class Reading {
  readonly #language: Language;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #seen: Observations;
  readonly #evaluator: Evaluator;
  readonly #defined: ReadonlySet<string>;
  /** Names of functions whose meaning the reading relies on. */
  readonly #meant: ReadonlySet<string>;
  readonly #nesting: number;
  #depth = 0;
  #looked = 0;

  constructor(language: Language, prepared: Prepared, seen: Observations, nesting: number) {
    this.#language = language;
    this.#aliases = prepared.aliases;
    this.#seen = seen;
    this.#nesting = nesting;
    this.#evaluator = new Evaluator(prepared.tokens, {
      rules: language.values,
      aliases: prepared.aliases,
      access: language.access,
      bareArguments: language.bareArguments,
      isCall: (path) =>
        Object.hasOwn(language.calls, path) ||
        Object.hasOwn(language.values.functions, path) ||
        language.evaluates.has(path),
      context: seen.values,
    });
    this.#defined = definedNames(prepared.tokens);
    this.#meant = meantNames(language);
  }

  walk(tokens: readonly Token[]): void {
    if (this.#depth > WALK_DEPTH_MAX) {
      this.#seen.cannotTell();
      return;
    }
    this.#depth += 1;
    for (const { path, args } of this.#evaluator.scan(tokens)) this.#indirect(path, args);
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
          this.#command(token);
          break;
        case "op":
          if (token.text === "]" && nextAssigns(tokens[at + 1])) this.#setsPlace(tokens[at - 1]);
          if (this.#language.suspicious.has(token.text)) this.#seen.cannotTell();
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

  /** `path["join"] = …` may give a function of the language another meaning. */
  #setsPlace(key: Token | undefined): void {
    const text = key?.kind === "string" ? key.text : undefined;
    if (text !== undefined && this.#meant.has(text)) this.#seen.cannotTell();
  }

  /** Text in backticks. */
  #command(token: Computed): void {
    const texts = this.#evaluator.textOf(token);
    if (texts === undefined) this.#seen.cannotTell();
    else this.#seen.shell(texts);
  }

  /** A call by a name that is itself worked out: what it does is noted, and that it may do more. */
  #indirect(path: string, args: readonly Token[]): void {
    const { calls } = this.#language;
    const bracketed: readonly Token[] = [
      { kind: "op", text: "(" },
      ...args,
      { kind: "op", text: ")" },
    ];
    const call = this.#arguments(path, bracketed, 1);
    const doing = Object.hasOwn(calls, path) ? calls[path] : undefined;
    doing?.(call, this.#seen);
    if (this.#language.evaluates.has(path)) this.#evaluates(call);
    this.#seen.cannotTell();
  }

  /** Code in a text is looked at; that it is all the same dynamic stays said. */
  #evaluates(call: Call): void {
    const text = (call.named.get("text") ?? call.args[0])?.text;
    if (text !== undefined) readProgram(text, this.#language, this.#seen, this.#nesting + 1);
    this.#seen.cannotTell();
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
    if (rest.length > MEMBERS_MAX) {
      this.#seen.cannotTell();
      return at;
    }
    if (!isMember && rest.length === 0 && keywords.has(first)) return at;
    if (isKey(tokens, start, at)) return at;
    const root = isMember ? "" : (this.#aliases.get(first) ?? first);
    const path = [root, ...(isMember ? [first] : []), ...rest].join(".");
    // Functions of the language that are given another meaning.
    const owned = isMember || parts.length > 1;
    const isTarget =
      nextAssigns(tokens[at + 1]) || /^(?:function|def)$/.test(nameAt(tokens, start - 1));
    const last = parts[parts.length - 1] ?? "";
    const isOwn = /^(?:self|cls|this)$/.test(first) || this.#defined.has(first);
    if (isTarget && owned && (!isOwn || this.#meant.has(last)))
      if (!this.#language.settable.has(path)) this.#seen.cannotTell();
    const member = tokens[at];
    const called = this.#call(path, tokens, at + 1);
    const receiver = member === undefined ? undefined : this.#evaluator.receiver(member);
    const call = called === undefined || receiver === undefined ? called : { ...called, receiver };
    if (call !== undefined && this.#language.evaluates.has(path)) this.#evaluates(call);
    this.#seesSecret(path);
    if (this.#readsOneVariable(path, tokens, at)) return at;
    if (!this.#isHarmless(path, isMember, call)) this.#seen.cannotTell();
    return at;
  }

  /** `os.environ["HOME"]` is one variable by its name, no more than the shell would give; a secret one is noted. */
  #readsOneVariable(path: string, tokens: readonly Token[], at: number): boolean {
    const [open, name, close] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    const isOne =
      this.#language.environment.has(path) &&
      path === this.#language.values.environment &&
      open?.kind === "op" &&
      /^[[{]$/.test(open.text) &&
      name?.kind === "string" &&
      name.text !== undefined &&
      close?.kind === "op" &&
      !nextAssigns(tokens[at + 4]);
    if (isOne && isSecretVariable(name.text)) this.#seen.variable();
    return isOne;
  }

  /** `process.env.TOKEN`. */
  #seesSecret(path: string): void {
    const { environment } = this.#language.values;
    const name = path.startsWith(`${environment}.`) ? path.slice(environment.length + 1) : "";
    if (isSecretVariable(name)) this.#seen.variable();
  }

  #isHarmless(named: string, isMember: boolean, call: Call | undefined): boolean {
    const { variables } = this.#language;
    const path =
      variables?.test(named) === true && !this.#language.environment.has(named)
        ? named.replace(/^[^.]*/, "$$_")
        : named;
    const { calls, harmless, methods, globals, unknownNames } = this.#language;
    const parts = path.split(".");
    const members = (from: number): boolean =>
      parts
        .slice(from)
        .every(
          (part, at, all) =>
            methods.has(part) ||
            (!(at === all.length - 1 && call !== undefined) && this.#isAttribute(part)),
        );
    if (isMember) {
      const last = `.${parts[parts.length - 1] ?? ""}`;
      const doing = call === undefined ? undefined : calls[last];
      if (doing !== undefined && call !== undefined) return doing(call, this.#seen);
      return members(1);
    }
    if (this.#language.environment.has(path)) {
      this.#seen.read(ENVIRONMENT_FILE.path);
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
      if (prefix !== this.#language.values.environment && this.#language.environment.has(prefix)) {
        this.#seen.read(ENVIRONMENT_FILE.path);
        return members(length);
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

  /** A member that is looked at: what it is called says that it is no function that does anything. */
  #isAttribute(name: string): boolean {
    return this.#language.attributes?.test(name) === true && !this.#meant.has(name);
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
    const given: Token[] = [];
    let depth = 0;
    const finish = (piece: readonly Token[]): void => {
      const [first, second] = piece;
      const isNamed =
        (first?.kind === "name" &&
          second?.kind === "op" &&
          (second.text === "=" || second.text === ":")) ||
        (second?.kind === "op" && second.text === "=>");
      if (isNamed)
        named.set(first?.kind === "name" ? first.text : "?", this.#argument(piece.slice(2)));
      else if (piece.length > 0) args.push(this.#argument(piece));
    };
    for (let at = start; at < tokens.length; at += 1) {
      const token = tokens[at];
      if (token === undefined) break;
      // WHY: each name of such a language may be a call with all words behind it.
      this.#looked += bare ? 1 : 0;
      if (this.#looked > LOOKED_MAX) {
        this.#seen.cannotTell();
        break;
      }
      if (token.kind === "op") {
        if (OPENING.has(token.text)) depth += 1;
        if (CLOSING.has(token.text)) {
          if (depth === 0) break;
          depth -= 1;
        }
      }
      if (token.kind === "end") {
        if (bare && depth === 0) break;
        continue;
      }
      if (bare && depth === 0 && token.kind === "name" && ENDS_BARE.has(token.text)) break;
      given.push(token);
    }
    for (const piece of this.#evaluator.items(given)) finish(piece);
    return { path, args, named };
  }

  #argument(tokens: readonly Token[]): Argument {
    const value = this.#evaluator.value(tokens);
    return {
      tokens,
      value,
      text: oneText(asText(value)),
      texts: allTexts(value),
      argvs: argvsOf(value),
    };
  }
}
