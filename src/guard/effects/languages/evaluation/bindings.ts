// Where a program gives values to its variables, found by looking at its tokens: one entry for each place that binds a name.
import { CLOSING, matchesOperator, TokenSpans } from "./token-spans.ts";
import type { Token } from "./tokens.ts";
import type { BindingRules, Bound, Binding } from "./binding-rules.ts";

const ASSIGNS = new Set(
  ":= += -= *= /= .= |= &= ||= ??= &&= ++ -- %= ^= **= //= <<= >>= ..=".split(" "),
);
/** Names after which a bracket in front of a block holds no parameters. */
const CONDITION = /^(?:if|elsif|elseif|for|foreach|while|until|unless|switch|match|with|when)$/;

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
  readonly #spans: TokenSpans;
  readonly #rules: BindingRules;
  readonly #found = new Map<string, Binding[]>();
  /** Words `as` that belong to a loop. */
  readonly #looped = new Set<number>();

  readonly #modules: ReadonlySet<string>;

  constructor(tokens: readonly Token[], rules: BindingRules, modules: ReadonlySet<string>) {
    this.#modules = modules;
    this.#tokens = tokens;
    this.#rules = rules;
    this.#spans = new TokenSpans(tokens);
  }

  all(): Bound | undefined {
    const tokens = this.#tokens;
    let listsChange = false;
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at];
      if (token === undefined || token.kind === "end" || token.kind === "number") continue;
      if ("inner" in token) {
        // R takes a text for a name: `"x" <- 1`.
        if (token.kind === "string" && matchesOperator(tokens[at + 1], /^(?:=|<-)$/))
          this.#give(token.text ?? "", { kind: "anything" });
        if (
          token.inner.some((one) => this.#spoils(one) || matchesOperator(one, /^(?:=|:=|[-+.*]=)$/))
        )
          return undefined;
        continue;
      }
      if (this.#spoils(token)) return undefined;
      listsChange ||=
        this.#rules.changesLists.test(token.text) && !this.#modules.has(this.#spans.word(at - 2));
      // `list[0] = value`.
      if (token.text === "]" && this.#rules.textsChange && matchesOperator(tokens[at + 1], /^=$/))
        return undefined;
      listsChange ||= token.text === "]" && matchesOperator(tokens[at + 1], /^(?:[^=]?[^=]?=|<-)$/);
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
      const start = this.#spans.partner(at);
      if (start === undefined) return;
      const isTarget = matchesOperator(next, /^(?:=|<-|=>|->|[-+*/|&.]=|=~)$/);
      const isFunction =
        matchesOperator(next, /^\{$/) && !CONDITION.test(this.#spans.word(start - 1));
      // `list.forEach((x) => …)`
      const item =
        matchesOperator(next, /^=>$/) && at === start + 2 ? this.#eachBefore(start - 1) : undefined;
      const only = this.#spans.word(start + 1);
      if (item !== undefined && only !== "") this.#give(only, item);
      else if (isTarget) this.#anythingWithin(start + 1, at);
      else if (isFunction) this.#parametersWithin(start + 1, at);
      // `list[0] = value`
      if (isTarget && text === "]") this.#give(this.#spans.word(start - 1), { kind: "anything" });
    }
    // The parameters of a block stand between bars.
    if (
      text === "|" &&
      (matchesOperator(this.#tokens[at - 1], /^\{$/) || this.#spans.word(at - 1) === "do")
    )
      this.#block(at);
    if (text === "->" && next?.kind === "name") this.#give(next.text, { kind: "anything" });
    // A reference to a variable may change it.
    if ((text === "\\" || text === "&") && next?.kind === "name" && !this.#spans.isValue(at - 1))
      this.#give(next.text, { kind: "anything" });
  }

  #name(text: string, at: number): void {
    const tokens = this.#tokens;
    const before = tokens[at - 1];
    const next = tokens[at + 1];
    if (matchesOperator(next, /^(?:=~)$/)) this.#give(text, { kind: "anything" });
    if (this.#rules.implicit?.test(text) === true) this.#give(text, { kind: "anything" });
    // `local x <const> = 1`
    if (matchesOperator(next, /^<$/) && /^(?:const|close)$/.test(this.#spans.word(at + 2)))
      this.#give(text, { kind: "anything" });
    const isMember = before?.kind === "op" && this.#rules.access.has(before.text);
    if (/^(?:for|foreach)$/.test(text) && !isMember) this.#loop(at);
    else if (/^(?:lambda|def|function|fn|sub|class|catch|except|rescue)$/.test(text) && !isMember)
      this.#parameters(text, at);
    else if (text === "as" && next?.kind === "name" && !this.#looped.has(at))
      this.#give(next.text, { kind: "anything" });
    else if (matchesOperator(next, /^\($/) && this.#rules.changes.has(text)) {
      this.#anythingWithin(at + 2, this.#spans.partner(at + 1) ?? at + 2);
    } else if (this.#rules.changes.has(text))
      this.#anythingWithin(at + 1, this.#spans.endOfStatement(at + 1));
    if (isMember) return;
    if (matchesOperator(next, /^=>$/)) this.#arrow(text, at);
    else if (next?.kind === "op" && ASSIGNS.has(next.text)) this.#give(text, { kind: "anything" });
    else if (matchesOperator(before, /^(?:\+\+|--)$/)) this.#give(text, { kind: "anything" });
    else if (matchesOperator(next, /^(?:=|<-)$/)) this.#assignment(text, at);
  }

  /** `name = expression`. */
  #assignment(name: string, at: number): void {
    if (this.#rules.assignsSeveral && this.#isOneOfSeveral(at)) return;
    // `name: type = expression` gives the first name a value, however long the type is.
    if (this.#rules.assignsSeveral) this.#annotated(at);
    const end = this.#spans.endOfValue(at + 2, this.#rules.takesRest === true);
    const tokens = this.#tokens.slice(at + 2, end);
    const goesOn = tokens.length === 0 || this.#spans.goesOn(end);
    // `a = b, c` is one list.
    const isList =
      this.#rules.assignsSeveral &&
      matchesOperator(this.#tokens[end], /^,$/) &&
      this.#spans.depth(end) === 0;
    this.#give(name, goesOn || isList ? { kind: "anything" } : { kind: "value", tokens });
  }

  #annotated(at: number): void {
    let start = at;
    while (start > 0 && this.#tokens[start - 1]?.kind !== "end") start -= 1;
    for (let place = start; place < at; place += 1)
      if (
        matchesOperator(this.#tokens[place + 1], /^:$/) &&
        this.#spans.word(place) !== "" &&
        (place === start || matchesOperator(this.#tokens[place - 1], /^:$/))
      )
        this.#give(this.#spans.word(place), { kind: "anything" });
  }

  /** Whether other names stand in front of this one in the same assignment: they all get something. */
  #isOneOfSeveral(at: number): boolean {
    const depth = this.#spans.depth(at) ?? 0;
    let start = at;
    while (
      start > 0 &&
      this.#tokens[start - 1]?.kind !== "end" &&
      (this.#spans.depth(start - 1) ?? 0) >= depth &&
      !matchesOperator(this.#tokens[start - 1], /^(?:=|:|[{([])$/)
    )
      start -= 1;
    const target = this.#tokens.slice(start, at);
    const isKeyword =
      matchesOperator(this.#tokens[start - 1], /^\($/) && this.#spans.word(start - 2) !== "";
    if (isKeyword || !target.some((token) => matchesOperator(token, /^,$/))) return false;
    this.#anythingWithin(start, at + 1);
    return true;
  }

  /** `for a, b in expression`, `for (const a of expression)`, `for my $a (list)`, `foreach (expression as $k => $v)`. */
  #loop(at: number): void {
    const tokens = this.#tokens;
    let start = at + 1;
    const bracket = matchesOperator(tokens[start], /^\($/) ? this.#spans.partner(start) : undefined;
    const inBracket = bracket !== undefined && !/^(?:in)$/.test(this.#spans.word(bracket + 1));
    if (inBracket) start += 1;
    const limit = inBracket ? bracket : tokens.length;
    const as = this.#spans.findWord(start, limit, /^as$/);
    if (inBracket && as !== undefined) {
      const names = this.#spans.names(as + 1, limit);
      this.#looped.add(as);
      names.forEach((name, index) =>
        this.#give(
          name,
          index === names.length - 1 && !matchesOperator(tokens[as + 1], /^&$/)
            ? { kind: "item", tokens: tokens.slice(start, as) }
            : { kind: "anything" },
        ),
      );
      return;
    }
    const over = this.#spans.findWord(start, Math.min(limit, start + 24), /^(?:in|of)$/);
    if (over !== undefined) {
      const names = this.#spans.names(start, over).filter((name) => !DECLARES.test(name));
      const end = inBracket ? limit : this.#spans.endOfLoop(over + 1);
      const expression = tokens.slice(over + 1, end);
      const nested = tokens.slice(start, over).some((token) => matchesOperator(token, /^[([{*]$/));
      const isKeys = this.#rules.loopsOverKeys === true && this.#spans.word(over) === "in";
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
    const declared = DECLARES.test(this.#spans.word(start)) ? start + 1 : start;
    const list = matchesOperator(tokens[declared + 1], /^\($/)
      ? this.#spans.partner(declared + 1)
      : undefined;
    const name = this.#spans.word(declared);
    if (!inBracket && name !== "" && list !== undefined)
      this.#give(name, { kind: "item", tokens: tokens.slice(declared + 1, list + 1) });
    else this.#anythingWithin(start, inBracket ? limit : this.#spans.endOf(start));
  }

  #parameters(word: string, at: number): void {
    const tokens = this.#tokens;
    if (word === "lambda") {
      const colon = this.#spans.findOperator(at + 1, /^[:{]$/);
      this.#anythingWithin(at + 1, colon);
      return;
    }
    let open = at + 1;
    while (tokens[open]?.kind === "name" || matchesOperator(tokens[open], /^[.:=]$|^=>$/))
      open += 1;
    const close = matchesOperator(tokens[open], /^\($/) ? this.#spans.partner(open) : undefined;
    const isBare = /^(?:def|except|rescue)$/.test(word);
    this.#anythingWithin(at + 1, close ?? (isBare ? this.#spans.endOf(at + 1) : open));
  }

  /** `x => …`: an item, where the function is given to a method that calls it with each. */
  #arrow(name: string, at: number): void {
    this.#give(name, this.#eachBefore(at - 1) ?? { kind: "anything" });
  }

  /** What a small function is given that stands behind the bracket at a place; undefined when no known method calls it. */
  #eachBefore(bracket: number): Binding | undefined {
    const method = this.#tokens[bracket - 1];
    const calls =
      matchesOperator(this.#tokens[bracket], /^\($/) &&
      method?.kind === "name" &&
      this.#rules.each.has(method.text);
    return calls ? this.#itemBefore(bracket - 2) : undefined;
  }

  /** `{ |a, b| … }`: an item, where the method before calls the block with each. */
  #block(at: number): void {
    const close = this.#spans.findOperator(at + 1, /^\|$/);
    const names = this.#spans.names(at + 1, close);
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
      const partner = matchesOperator(last, /^[)\]}]$/)
        ? this.#spans.partner(start - 1)
        : undefined;
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
    for (const name of this.#spans.names(from, to))
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

  #give(name: string, binding: Binding): void {
    const earlier = this.#found.get(name);
    if (earlier === undefined) this.#found.set(name, [binding]);
    else earlier.push(binding);
  }
}

const DECLARES = /^(?:my|our|let|const|var|local|state|await)$/;

function isPlainGroup(tokens: readonly Token[]): boolean {
  return (
    matchesOperator(tokens[0], /^\($/) &&
    matchesOperator(tokens.at(-1), /^\)$/) &&
    !tokens.slice(1, -1).some((token) => matchesOperator(token, /^[([{*]$/))
  );
}
