// Where a program gives values to its variables, found by looking at its tokens: one entry for each place that binds a name.
import type { Token } from "./tokens.ts";

/**
 * What a name is given at one place. `value`: an expression. `item`: one item of an expression, or, with `position`, that
 * part of each item. `anything`: what is not followed.
 */
export type Binding =
  | { readonly kind: "value"; readonly tokens: readonly Token[] }
  | { readonly kind: "item"; readonly tokens: readonly Token[]; readonly position?: number }
  | { readonly kind: "anything" };

/** How a language binds names. */
export type BindingRules = {
  /** `a, b = c, d` gives several names a value. */
  readonly assignsSeveral: boolean;
  /** Operators between a value and its member: `a.b = 1` binds no variable. */
  readonly access: ReadonlySet<string>;
  /** Functions that change what they are given. */
  readonly changes: ReadonlySet<string>;
  /** Whether a call without brackets takes all that follows, commas and all. */
  readonly takesRest?: true;
  /** How names of variables begin, where they differ from those of functions. */
  readonly variables?: RegExp;
  /** Words and operators that change a text in place, or bind names unseen; with any of them no variable is followed. */
  readonly spoils: RegExp;
  /** Whether `text[0] = "x"` changes the text itself, under whatever name. */
  readonly textsChange?: true;
  /** Names that get values unseen (`$_`). */
  readonly implicit?: RegExp;
  /** Words and operators that change a list in place; with any of them no variable is known to be a list. */
  readonly changesLists: RegExp;
  /** Whether `for (x in list)` goes over places, not items. */
  readonly loopsOverKeys?: true;
  /** Methods that call a small function with each item: `list.forEach(x => …)`. */
  readonly each: ReadonlySet<string>;
};

const ASSIGNS = new Set(
  ":= += -= *= /= .= |= &= ||= ??= &&= ++ -- %= ^= **= //= <<= >>= ..=".split(" "),
);
const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);
const CONTINUES = /^(?:[-+*/%.?<>=&|^,:([]|\.\.+|&&|\|\||\?\?|\?\.|->|::|===?|!==?|=~|tagged)$/;
/** Names after which a bracket in front of a block holds no parameters. */
const CONDITION = /^(?:if|elsif|elseif|for|foreach|while|until|unless|switch|match|with|when)$/;
const CONTINUING_WORD = /^(?:x|and|or|in|is|not|instanceof|eq|ne|if|unless|else|xor|cmp)$/;

/** Bindings by name, and whether lists may change after they were made. */
export type Bound = {
  readonly names: ReadonlyMap<string, readonly Binding[]>;
  readonly listsChange: boolean;
};

/**
 * All bindings of a program; undefined when names may get values in ways that are not followed. `modules` are names of
 * what the program imports: `os.remove` is no method of a list.
 */
export function bindingsOf(
  tokens: readonly Token[],
  rules: BindingRules,
  modules: ReadonlySet<string>,
): Bound | undefined {
  return new Bindings(tokens, rules, modules).all();
}

class Bindings {
  readonly #tokens: readonly Token[];
  readonly #rules: BindingRules;
  readonly #found = new Map<string, Binding[]>();
  /** The place of the bracket that belongs to the one at a place. */
  readonly #partner = new Map<number, number>();
  readonly #depths: number[] = [];
  /** Words `as` that belong to a loop. */
  readonly #looped = new Set<number>();

  readonly #modules: ReadonlySet<string>;

  constructor(tokens: readonly Token[], rules: BindingRules, modules: ReadonlySet<string>) {
    this.#modules = modules;
    this.#tokens = tokens;
    this.#rules = rules;
    const open: number[] = [];
    tokens.forEach((token, at) => {
      if (token.kind === "op" && CLOSING.has(token.text)) {
        const start = open.pop();
        if (start !== undefined) {
          this.#partner.set(start, at);
          this.#partner.set(at, start);
        }
      }
      this.#depths.push(open.length);
      if (token.kind === "op" && OPENING.has(token.text)) open.push(at);
    });
  }

  all(): Bound | undefined {
    const tokens = this.#tokens;
    let listsChange = false;
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at];
      if (token === undefined || token.kind === "end" || token.kind === "number") continue;
      if ("inner" in token) {
        // R takes a text for a name: `"x" <- 1`.
        if (token.kind === "string" && isOp(tokens[at + 1], /^(?:=|<-)$/))
          this.#give(token.text ?? "", { kind: "anything" });
        if (token.inner.some((one) => this.#spoils(one) || isOp(one, /^(?:=|:=|[-+.*]=)$/)))
          return undefined;
        continue;
      }
      if (this.#spoils(token)) return undefined;
      listsChange ||=
        this.#rules.changesLists.test(token.text) && !this.#modules.has(this.#word(at - 2));
      // `list[0] = value`.
      if (token.text === "]" && this.#rules.textsChange && isOp(tokens[at + 1], /^=$/))
        return undefined;
      listsChange ||= token.text === "]" && isOp(tokens[at + 1], /^(?:[^=]?[^=]?=|<-)$/);
      if (token.kind === "op") this.#operator(token.text, at);
      else this.#name(token.text, at);
    }
    return { names: this.#found, listsChange };
  }

  #spoils(token: Token): boolean {
    return (token.kind === "name" || token.kind === "op") && this.#rules.spoils.test(token.text);
  }

  #operator(text: string, at: number): void {
    const next = this.#tokens[at + 1];
    if (CLOSING.has(text)) {
      const start = this.#partner.get(at);
      if (start === undefined) return;
      const isTarget = isOp(next, /^(?:=|<-|=>|->|[-+*/|&.]=|=~)$/);
      const isFunction = isOp(next, /^\{$/) && !CONDITION.test(this.#word(start - 1));
      // `list.forEach((x) => …)`
      const item = isOp(next, /^=>$/) && at === start + 2 ? this.#eachBefore(start - 1) : undefined;
      const only = this.#word(start + 1);
      if (item !== undefined && only !== "") this.#give(only, item);
      else if (isTarget) this.#anythingWithin(start + 1, at);
      else if (isFunction) this.#parametersWithin(start + 1, at);
      // `list[0] = value`
      if (isTarget && text === "]") this.#give(this.#word(start - 1), { kind: "anything" });
    }
    // The parameters of a block stand between bars.
    if (text === "|" && (isOp(this.#tokens[at - 1], /^\{$/) || this.#word(at - 1) === "do"))
      this.#block(at);
    if (text === "->" && next?.kind === "name") this.#give(next.text, { kind: "anything" });
    // A reference to a variable may change it.
    if ((text === "\\" || text === "&") && next?.kind === "name" && !this.#isValue(at - 1))
      this.#give(next.text, { kind: "anything" });
  }

  #name(text: string, at: number): void {
    const tokens = this.#tokens;
    const before = tokens[at - 1];
    const next = tokens[at + 1];
    if (isOp(next, /^(?:=~)$/)) this.#give(text, { kind: "anything" });
    if (this.#rules.implicit?.test(text) === true) this.#give(text, { kind: "anything" });
    // `local x <const> = 1`
    if (isOp(next, /^<$/) && /^(?:const|close)$/.test(this.#word(at + 2)))
      this.#give(text, { kind: "anything" });
    const isMember = before?.kind === "op" && this.#rules.access.has(before.text);
    if (/^(?:for|foreach)$/.test(text) && !isMember) this.#loop(at);
    else if (/^(?:lambda|def|function|fn|sub|class|catch|except|rescue)$/.test(text) && !isMember)
      this.#parameters(text, at);
    else if (text === "as" && next?.kind === "name" && !this.#looped.has(at))
      this.#give(next.text, { kind: "anything" });
    else if (isOp(next, /^\($/) && this.#rules.changes.has(text)) {
      this.#anythingWithin(at + 2, this.#partner.get(at + 1) ?? at + 2);
    } else if (this.#rules.changes.has(text))
      this.#anythingWithin(at + 1, this.#endOfStatement(at + 1));
    if (isMember) return;
    if (isOp(next, /^=>$/)) this.#arrow(text, at);
    else if (next?.kind === "op" && ASSIGNS.has(next.text)) this.#give(text, { kind: "anything" });
    else if (isOp(before, /^(?:\+\+|--)$/)) this.#give(text, { kind: "anything" });
    else if (isOp(next, /^(?:=|<-)$/)) this.#assignment(text, at);
  }

  /** `name = expression`. */
  #assignment(name: string, at: number): void {
    if (this.#rules.assignsSeveral && this.#isOneOfSeveral(at)) return;
    // `name: type = expression` gives the first name a value, however long the type is.
    if (this.#rules.assignsSeveral) this.#annotated(at);
    const end = this.#endOfValue(at + 2);
    const tokens = this.#tokens.slice(at + 2, end);
    const goesOn = tokens.length === 0 || this.#goesOn(end);
    // `a = b, c` is one list.
    const isList =
      this.#rules.assignsSeveral && isOp(this.#tokens[end], /^,$/) && this.#depths[end] === 0;
    this.#give(name, goesOn || isList ? { kind: "anything" } : { kind: "value", tokens });
  }

  #annotated(at: number): void {
    let start = at;
    while (start > 0 && this.#tokens[start - 1]?.kind !== "end") start -= 1;
    for (let place = start; place < at; place += 1)
      if (
        isOp(this.#tokens[place + 1], /^:$/) &&
        this.#word(place) !== "" &&
        (place === start || isOp(this.#tokens[place - 1], /^:$/))
      )
        this.#give(this.#word(place), { kind: "anything" });
  }

  /** Whether other names stand in front of this one in the same assignment: they all get something. */
  #isOneOfSeveral(at: number): boolean {
    const depth = this.#depths[at] ?? 0;
    let start = at;
    while (
      start > 0 &&
      this.#tokens[start - 1]?.kind !== "end" &&
      (this.#depths[start - 1] ?? 0) >= depth &&
      !isOp(this.#tokens[start - 1], /^(?:=|:|[{([])$/)
    )
      start -= 1;
    const target = this.#tokens.slice(start, at);
    const isKeyword = isOp(this.#tokens[start - 1], /^\($/) && this.#word(start - 2) !== "";
    if (isKeyword || !target.some((token) => isOp(token, /^,$/))) return false;
    this.#anythingWithin(start, at + 1);
    return true;
  }

  /** `for a, b in expression`, `for (const a of expression)`, `for my $a (list)`, `foreach (expression as $k => $v)`. */
  #loop(at: number): void {
    const tokens = this.#tokens;
    let start = at + 1;
    const bracket = isOp(tokens[start], /^\($/) ? this.#partner.get(start) : undefined;
    const inBracket = bracket !== undefined && !/^(?:in)$/.test(this.#word(bracket + 1));
    if (inBracket) start += 1;
    const limit = inBracket ? bracket : tokens.length;
    const as = this.#find(start, limit, /^as$/);
    if (inBracket && as !== undefined) {
      const names = this.#names(as + 1, limit);
      this.#looped.add(as);
      names.forEach((name, index) =>
        this.#give(
          name,
          index === names.length - 1 && !isOp(tokens[as + 1], /^&$/)
            ? { kind: "item", tokens: tokens.slice(start, as) }
            : { kind: "anything" },
        ),
      );
      return;
    }
    const over = this.#find(start, Math.min(limit, start + 24), /^(?:in|of)$/);
    if (over !== undefined) {
      const names = this.#names(start, over).filter((name) => !DECLARES.test(name));
      const end = inBracket ? limit : this.#endOfLoop(over + 1);
      const expression = tokens.slice(over + 1, end);
      const nested = tokens.slice(start, over).some((token) => isOp(token, /^[([{*]$/));
      const isKeys = this.#rules.loopsOverKeys === true && this.#word(over) === "in";
      names.forEach((name, position) =>
        this.#give(
          name,
          (nested && !isPlainGroup(tokens.slice(start, over))) || isKeys
            ? { kind: "anything" }
            : names.length === 1
              ? { kind: "item", tokens: expression }
              : { kind: "item", tokens: expression, position },
        ),
      );
      return;
    }
    // `for my $f (list)`; without a name the items themselves may be changed.
    const declared = DECLARES.test(this.#word(start)) ? start + 1 : start;
    const list = isOp(tokens[declared + 1], /^\($/) ? this.#partner.get(declared + 1) : undefined;
    const name = this.#word(declared);
    if (!inBracket && name !== "" && list !== undefined)
      this.#give(name, { kind: "item", tokens: tokens.slice(declared + 1, list + 1) });
    else this.#anythingWithin(start, inBracket ? limit : this.#endOf(start));
  }

  #parameters(word: string, at: number): void {
    const tokens = this.#tokens;
    if (word === "lambda") {
      const colon = this.#findOp(at + 1, /^[:{]$/);
      this.#anythingWithin(at + 1, colon);
      return;
    }
    let open = at + 1;
    while (tokens[open]?.kind === "name" || isOp(tokens[open], /^[.:=]$|^=>$/)) open += 1;
    const close = isOp(tokens[open], /^\($/) ? this.#partner.get(open) : undefined;
    const isBare = /^(?:def|except|rescue)$/.test(word);
    this.#anythingWithin(at + 1, close ?? (isBare ? this.#endOf(at + 1) : open));
  }

  /** `x => …`: an item, where the function is given to a method that calls it with each. */
  #arrow(name: string, at: number): void {
    this.#give(name, this.#eachBefore(at - 1) ?? { kind: "anything" });
  }

  /** What a small function is given that stands behind the bracket at a place; undefined when no known method calls it. */
  #eachBefore(bracket: number): Binding | undefined {
    const method = this.#tokens[bracket - 1];
    const calls =
      isOp(this.#tokens[bracket], /^\($/) &&
      method?.kind === "name" &&
      this.#rules.each.has(method.text);
    return calls ? this.#itemBefore(bracket - 2) : undefined;
  }

  /** `{ |a, b| … }`: an item, where the method before calls the block with each. */
  #block(at: number): void {
    const close = this.#findOp(at + 1, /^\|$/);
    const names = this.#names(at + 1, close);
    const method = this.#tokens[at - 2];
    const calls = method?.kind === "name" && this.#rules.each.has(method.text);
    const [only, ...more] = names;
    if (calls && only !== undefined && more.length === 0)
      this.#give(only, this.#itemBefore(at - 3));
    else this.#anythingWithin(at + 1, close);
  }

  /** One item of the expression that ends at the operator of access at a place. */
  #itemBefore(dot: number): Binding {
    const before = this.#tokens[dot];
    if (before?.kind !== "op" || !this.#rules.access.has(before.text)) return { kind: "anything" };
    let start = dot;
    for (;;) {
      const last = this.#tokens[start - 1];
      if (last === undefined) break;
      const partner = isOp(last, /^[)\]}]$/) ? this.#partner.get(start - 1) : undefined;
      if (partner !== undefined) {
        start = partner;
        // What is called stands in front of its bracket.
        if (this.#tokens[start - 1]?.kind === "name") start -= 1;
      } else if (last.kind === "name" || last.kind === "string") start -= 1;
      else return { kind: "anything" };
      const link = this.#tokens[start - 1];
      if (link?.kind !== "op" || !this.#rules.access.has(link.text)) break;
      start -= 1;
    }
    return { kind: "item", tokens: this.#tokens.slice(start, dot) };
  }

  #anythingWithin(from: number, to: number): void {
    for (const name of this.#names(from, to))
      if (this.#rules.variables?.test(name) !== false) this.#give(name, { kind: "anything" });
  }

  /** Names in brackets in front of a block: parameters, unless they are called or are members. */
  #parametersWithin(from: number, to: number): void {
    for (let at = from; at < to; at += 1) {
      const [before, token, after] = [this.#tokens[at - 1], this.#tokens[at], this.#tokens[at + 1]];
      const isMember = before?.kind === "op" && this.#rules.access.has(before.text);
      const isOwner =
        after?.kind === "op" && (after.text === "(" || this.#rules.access.has(after.text));
      if (token?.kind === "name" && !isMember && !isOwner)
        this.#give(token.text, { kind: "anything" });
    }
  }

  #names(from: number, to: number): readonly string[] {
    return this.#tokens
      .slice(from, to)
      .flatMap((token) => (token.kind === "name" ? [token.text] : []));
  }

  /** `name = join "", a, b`: a call without brackets takes what is behind the comma, to the end of its brackets. */
  #endOfValue(start: number): number {
    let end = this.#endOf(start);
    if (this.#rules.takesRest !== true) return end;
    const depth = this.#depths[start] ?? 0;
    const isTaken = this.#tokens.slice(start, end).some((token, at, all) => {
      const next = all[at + 1];
      return (
        token.kind === "name" &&
        /^[A-Za-z_]/.test(token.text) &&
        this.#depths[start + at] === depth &&
        next !== undefined &&
        (next.kind !== "op" || next.text === "[")
      );
    });
    while (isTaken && isOp(this.#tokens[end], /^,$/) && this.#depths[end] === depth)
      end = this.#endOf(end + 1);
    return end;
  }

  /** The place after an expression that starts at `start`. */
  #endOf(start: number): number {
    const depth = this.#depths[start] ?? 0;
    for (let at = start; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if ((this.#depths[at] ?? 0) < depth) return at;
      if ((this.#depths[at] ?? 0) > depth) continue;
      if (token?.kind === "end" && depth === this.#depths[at]) return at;
      if (isOp(token, /^,$/)) return at;
    }
    return this.#tokens.length;
  }

  #endOfStatement(start: number): number {
    let at = start;
    while (at < this.#tokens.length && this.#tokens[at]?.kind !== "end") at += 1;
    return at;
  }

  #endOfLoop(start: number): number {
    const depth = this.#depths[start] ?? 0;
    for (let at = start; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if ((this.#depths[at] ?? 0) < depth) return at;
      if ((this.#depths[at] ?? 0) > depth) continue;
      if (token?.kind === "end" || isOp(token, /^:$/)) return at;
      if (token?.kind === "name" && /^(?:if|for|do|async)$/.test(token.text)) return at;
    }
    return this.#tokens.length;
  }

  /** Whether what stands after the end of an expression may go on with it, as most languages allow on the next line. */
  #goesOn(end: number): boolean {
    let at = end;
    if (this.#tokens[at]?.kind !== "end") return false;
    while (this.#tokens[at]?.kind === "end") at += 1;
    const token = this.#tokens[at];
    return isOp(token, CONTINUES) || (token?.kind === "name" && CONTINUING_WORD.test(token.text));
  }

  #find(from: number, to: number, pattern: RegExp): number | undefined {
    for (let at = from; at < to; at += 1) if (pattern.test(this.#word(at))) return at;
    return undefined;
  }

  #findOp(from: number, pattern: RegExp): number {
    let at = from;
    while (at < this.#tokens.length && !isOp(this.#tokens[at], pattern)) at += 1;
    return at;
  }

  #word(at: number): string {
    const token = this.#tokens[at];
    return token?.kind === "name" ? token.text : "";
  }

  #isValue(at: number): boolean {
    const token = this.#tokens[at];
    return (
      token !== undefined &&
      token.kind !== "end" &&
      (token.kind !== "op" || CLOSING.has(token.text))
    );
  }

  #give(name: string, binding: Binding): void {
    const earlier = this.#found.get(name);
    if (earlier === undefined) this.#found.set(name, [binding]);
    else earlier.push(binding);
  }
}

const DECLARES = /^(?:my|our|let|const|var|local|state|await)$/;

function isPlainGroup(tokens: readonly Token[]): boolean {
  return (
    isOp(tokens[0], /^\($/) &&
    isOp(tokens.at(-1), /^\)$/) &&
    !tokens.slice(1, -1).some((token) => isOp(token, /^[([{*]$/))
  );
}

function isOp(token: Token | undefined, text: RegExp): boolean {
  return token?.kind === "op" && text.test(token.text);
}
