// Works out what the expressions of a program are worth: literals put together, known functions of them, variables, paths.
import { ownValue } from "#base/own-value.ts";
import type { TextSet } from "../../../shell/values/text.ts";
import type { Binding, Bound } from "./binding-rules.ts";
import { bindingsOf } from "./bindings.ts";
import type { Token } from "./tokens.ts";
import {
  asText,
  eitherOf,
  environmentValue,
  itemOf,
  joined,
  oneNumber,
  oneText,
  pathOf,
  textValue,
  textsOfValue,
  type Value,
} from "./value.ts";
import type { EvaluatorOptions, IndirectCall, Computed } from "./value-rules.ts";
import { chainEnd, closeOf, COMMA, endsValue, isArrow, isComma, topLevel } from "./token-lists.ts";
import { isColon, itemsOf, made, sliced } from "./list-items.ts";

const NOTHING_BOUND: Bound = { names: new Map<string, readonly Binding[]>(), listsChange: true };
const DEPTH_MAX = 24;
/** Tokens looked at in all; past that nothing more has a known value. */
const STEPS_MAX = 20_000;
/** Characters of a dotted name that may stand for something. */
const PATH_CHARS_MAX = 256;
/** Places that give one variable a value. */
const BINDINGS_MAX = 64;

/** The end of a bare call: what stands behind it belongs to the statement. */
const ENDS_BARE = /^(?:if|unless|for|foreach|while|until|or|and|do|then)$/;

/** Knows the values of one program. */
export class Evaluator {
  readonly #options: EvaluatorOptions;
  readonly #bindings: Bound;
  readonly #variables = new Map<string, Value | undefined>();
  readonly #running = new Set<string>();
  readonly #receivers = new Map<Token, Value>();
  readonly #indirect: IndirectCall[] = [];
  #depth = 0;
  #steps = 0;

  constructor(tokens: readonly Token[], options: EvaluatorOptions) {
    this.#options = options;
    this.#bindings =
      bindingsOf(tokens, options.rules.bindings, new Set(options.aliases.keys())) ?? NOTHING_BOUND;
  }

  /** The value of a whole expression. */
  value(tokens: readonly Token[]): Value | undefined {
    this.#steps += tokens.length;
    if (this.#depth > DEPTH_MAX || this.#steps > STEPS_MAX) return undefined;
    this.#depth += 1;
    const value = this.#expression(tokens.filter((token) => token.kind !== "end"));
    this.#depth -= 1;
    return value;
  }

  /** Follows every expression of some code, so that receivers and calls by computed names are known afterwards. */
  scan(tokens: readonly Token[]): readonly IndirectCall[] {
    this.#indirect.length = 0;
    const { access } = this.#options;
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at];
      const before = tokens[at - 1];
      const isMember = before?.kind === "op" && access.has(before.text);
      const starts =
        token?.kind === "string" ||
        token?.kind === "name" ||
        (token?.kind === "op" && /^[([]$/.test(token.text) && !endsValue(before));
      if (!starts || isMember || this.#steps > STEPS_MAX) continue;
      const close = closeOf(tokens, at);
      this.#steps += close - at;
      // What is inside brackets is looked at on its own too; the chain behind them matters here.
      this.#primary(tokens.slice(at, chainEnd(tokens, close, access)), 0, true);
    }
    return [...this.#indirect];
  }

  /** The value that the member stands on whose name is this token. */
  receiver(member: Token): Value | undefined {
    return this.#receivers.get(member);
  }

  /** Values for names outside of any expression that was scanned. */
  variable(name: string): Value | undefined {
    if (this.#variables.has(name)) return this.#variables.get(name);
    const bindings = this.#bindings.names.get(name);
    if (bindings === undefined || bindings.length > BINDINGS_MAX || this.#running.has(name))
      return undefined;
    this.#running.add(name);
    const values = bindings.map((binding) => this.#bound(binding));
    this.#running.delete(name);
    const either = values.some((one) => one === undefined) ? undefined : eitherOf(values);
    const isList = either?.kind === "list" || either?.kind === "many";
    const value = isList && this.#bindings.listsChange ? undefined : either;
    // WHY: a variable that is made of itself has no value while it is looked for; what came of that is not kept.
    if (this.#running.size === 0) this.#variables.set(name, value);
    return value;
  }

  #bound(binding: Binding): Value | undefined {
    switch (binding.kind) {
      case "anything":
        return undefined;
      case "value":
        return this.value(binding.tokens);
      case "item": {
        const item = itemOf(this.value(binding.tokens));
        if (binding.position === undefined) return item;
        return item?.kind === "list" ? item.items[binding.position] : itemOf(item);
      }
      default:
        return binding satisfies never;
    }
  }

  #expression(tokens: readonly Token[]): Value | undefined {
    const { joins, joinsPaths, joinsNumbers } = this.#options.rules;
    let [value, at] = this.#primary(tokens, 0, false);
    while (at < tokens.length) {
      const token = tokens[at];
      if (value === undefined || token?.kind !== "op") return undefined;
      const isPath = joinsPaths && token.text === "/";
      if (!joins.has(token.text) && !isPath) return undefined;
      const [right, end] = this.#primary(tokens, at + 1, false);
      if (end === at + 1) return undefined;
      const hasText = value.kind === "text" || right?.kind === "text";
      if (isPath) value = hasText ? pathOf([value, right]) : undefined;
      else if (joinsNumbers && hasText) value = joined(asText(value), asText(right));
      else value = joined(value, right);
      at = end;
    }
    return value;
  }

  /** A value with its members, and the place after it. `records`: receivers and indirect calls are noted. */
  #primary(
    tokens: readonly Token[],
    start: number,
    records: boolean,
  ): [value: Value | undefined, end: number] {
    const token = tokens[start];
    if (token === undefined) return [undefined, start];
    if (token.kind === "number") {
      // A number that begins with 0 is written in another base in some languages.
      const number = /^(?:0|[1-9]\d{0,8})$/.test(token.text) ? Number(token.text) : undefined;
      return [number === undefined ? undefined : { kind: "number", number }, start + 1];
    }
    // The pattern that matches anywhere, at which texts are cut into characters.
    if (token.kind === "pattern" && token.isEmpty === true) return [textValue(""), start + 1];
    if (token.kind === "string")
      return this.#members(tokens, start + 1, this.#string(token), records);
    if (token.kind === "name") return this.#named(tokens, start, records);
    const isCurly =
      token.kind === "op" && token.text === "{" && this.#options.rules.curlyLists === true;
    if (token.kind !== "op" || !(isCurly || /^[([]$/.test(token.text))) return [undefined, start];
    const close = closeOf(tokens, start);
    const inside = tokens.slice(start + 1, close);
    const value = token.text === "(" ? this.#round(inside) : this.#list(inside);
    return this.#members(tokens, close + 1, value, records);
  }

  /** The value of a text whose parts are computed. */
  textOf(token: Computed): TextSet | undefined {
    return textsOfValue(this.#string(token));
  }

  #string(token: Computed): Value | undefined {
    if (token.text !== undefined) return textValue(token.text);
    if (token.parts === undefined) return undefined;
    let value: Value | undefined = textValue("");
    for (const part of token.parts)
      value = joined(value, typeof part === "string" ? textValue(part) : asText(this.value(part)));
    return value;
  }

  #round(inside: readonly Token[]): Value | undefined {
    const parts = this.items(inside);
    const hasComma = topLevel(inside, isComma) >= 0;
    if (!hasComma && this.#options.rules.roundLists !== "flat") return this.value(inside);
    return this.#options.rules.roundLists === "none" ? undefined : this.#items(parts);
  }

  #list(inside: readonly Token[]): Value | undefined {
    const loop = topLevel(inside, (token) => token.kind === "name" && token.text === "for");
    if (loop > 0) {
      const item = this.value(inside.slice(0, loop));
      return item === undefined ? undefined : { kind: "many", item };
    }
    return this.#items(this.items(inside));
  }

  #items(parts: readonly (readonly Token[])[]): Value | undefined {
    const items: Value[] = [];
    for (const part of parts) {
      const arrow = this.#options.rules.callsTexts ? topLevel(part, isArrow) : -1;
      const spreads = part[0]?.kind === "op" && /^(?:\*|\.\.\.)$/.test(part[0].text);
      const item = this.value(spreads ? part.slice(1) : part.slice(arrow + 1));
      if (item === undefined) return undefined;
      const flat = spreads || this.#options.rules.roundLists === "flat";
      if (flat && item.kind === "list") items.push(...item.items);
      else if (spreads || (flat && item.kind === "many")) return undefined;
      else items.push(item);
    }
    return { kind: "list", items };
  }

  #named(
    tokens: readonly Token[],
    start: number,
    records: boolean,
  ): [value: Value | undefined, end: number] {
    const token = tokens[start];
    const name = token?.kind === "name" ? token.text : "";
    // A name that is imported and given a value too may be either.
    const isEither = this.#bindings.names.has(name) && this.#options.aliases.has(name);
    if (isEither) return this.#members(tokens, start + 1, undefined, records);
    if (this.#bindings.names.has(name))
      return this.#members(tokens, start + 1, this.variable(name), records);
    const path = this.#options.aliases.get(name) ?? name;
    return this.#members(tokens, start + 1, this.#standsFor(path), records, true);
  }

  /** The value of a dotted name; the name itself where nothing else is known of it. */
  #standsFor(path: string): Value | undefined {
    if (path.length > PATH_CHARS_MAX) return undefined;
    const { constants } = this.#options.rules;
    const constant = Object.hasOwn(constants, path) ? constants[path] : undefined;
    const { environment } = this.#options.rules;
    const variable = path.startsWith(`${environment}.`)
      ? environmentValue(textValue(path.slice(environment.length + 1)), this.#options.context)
      : undefined;
    return variable ?? constant?.(this.#options.context) ?? { kind: "name", path };
  }

  /** What stands behind a value: members, calls, places of a list. `isDirect`: a name as it stands in the text. */
  #members(
    tokens: readonly Token[],
    start: number,
    first: Value | undefined,
    records: boolean,
    isDirect = false,
  ): [value: Value | undefined, end: number] {
    const { access, rules, bareArguments, context } = this.#options;
    let value = first;
    let plain = isDirect;
    let at = start;
    for (;;) {
      const token = tokens[at];
      const next = tokens[at + 1];
      if (token?.kind === "op" && access.has(token.text) && next?.kind === "name") {
        const after = tokens[at + 2];
        const called = after?.kind === "op" && after.text === "(";
        if (value?.kind === "name") {
          value = this.#standsFor(`${value.path}.${next.text}`);
          at += 2;
          continue;
        }
        if (records && value !== undefined) this.#receivers.set(next, value);
        plain = false;
        const method = called || bareArguments ? ownValue(rules.methods, next.text) : undefined;
        const making = method ?? (called ? undefined : ownValue(rules.properties, next.text));
        if (called) {
          const close = closeOf(tokens, at + 2);
          const args = this.#bareArguments(tokens.slice(at + 3, close));
          value = value === undefined ? undefined : made(making, [value, ...args], context);
          at = close + 1;
        } else {
          value = value === undefined ? undefined : making?.([value], context);
          at += 2;
        }
        continue;
      }
      if (token?.kind === "op" && token.text === "(") {
        const close = closeOf(tokens, at);
        value = this.#called(value, tokens.slice(at + 1, close), records && !plain);
        plain = false;
        at = close + 1;
        continue;
      }
      // A mark that the language puts in front of a bracket whose content is worked out.
      const marked = token?.kind === "op" && token.text === "subscript";
      const bracket = marked ? next : token;
      const isPlace =
        bracket?.kind === "op" &&
        (bracket.text === "[" ||
          (bracket.text === "{" && value?.kind === "name" && value.path === rules.environment));
      if (isPlace) {
        const open = marked ? at + 1 : at;
        const close = closeOf(tokens, open);
        value = this.#placed(value, tokens.slice(open + 1, close));
        plain = false;
        at = close + 1;
        continue;
      }
      if (value?.kind === "name" && bareArguments && plain && at > start - 1) {
        const made = this.#bareCall(value, tokens, at);
        if (made !== undefined) return made;
      }
      break;
    }
    if (value?.kind === "name" && plain && !this.#isKnownName(value.path)) return [undefined, at];
    return [value, at];
  }

  /** A function that is known, or what the program imports. */
  #isKnownName(path: string): boolean {
    return this.#options.isCall(path) || [...this.#options.aliases.values()].includes(path);
  }

  /** `join "", list`: the rest of the expression are arguments. */
  #bareCall(
    { path }: Extract<Value, { kind: "name" }>,
    tokens: readonly Token[],
    at: number,
  ): [value: Value | undefined, end: number] | undefined {
    const making = ownValue(this.#options.rules.functions, path);
    const first = tokens[at];
    if (making === undefined) return undefined;
    if (first?.kind === "op" && !/^[([]$/.test(first.text)) return undefined;
    const stop = tokens.findIndex(
      (token, index) => index >= at && token.kind === "name" && ENDS_BARE.test(token.text),
    );
    const end = stop < 0 ? tokens.length : stop;
    const args = this.#bareArguments(tokens.slice(at, end));
    return [made(making, args, this.#options.context), end];
  }

  /** The items of a list, or the arguments of a call. */
  items(tokens: readonly Token[]): readonly (readonly Token[])[] {
    return itemsOf(tokens, this.#options);
  }

  #bareArguments(tokens: readonly Token[]): readonly (Value | undefined)[] {
    return this.items(tokens).map((piece) => this.value(piece));
  }

  #called(value: Value | undefined, args: readonly Token[], records: boolean): Value | undefined {
    const { rules, context } = this.#options;
    const byText = rules.callsTexts ? oneText(value) : undefined;
    const path = value?.kind === "name" ? value.path : byText;
    if (path === undefined) return undefined;
    const pieces = this.items(args);
    const [owner, method] = /^(?:(.*)\.)?([^.]*)$/s.exec(path)?.slice(1) ?? [];
    if (rules.sends.has(method ?? "")) {
      const member = oneText(this.value(pieces[0] ?? []));
      const isOwn = owner === undefined || /^(?:Object|Kernel|self)$/.test(owner);
      if (member !== undefined)
        this.#indirect.push({
          path: isOwn ? member : `${owner}.${member}`,
          args: pieces
            .slice(1)
            .flatMap((piece, at): Token[] => [...(at > 0 ? [COMMA] : []), ...piece]),
        });
      return undefined;
    }
    if (records || byText !== undefined) this.#indirect.push({ path, args });
    const making = ownValue(rules.functions, path);
    if (making === undefined) return undefined;
    const values = pieces.map((piece) => this.value(piece));
    return made(making, values, context, rules.tolerant.has(path));
  }

  /** `list[0]`, `text[::-1]`, `fs["read" + "File"]`. */
  #placed(value: Value | undefined, inside: readonly Token[]): Value | undefined {
    if (inside.some(isColon)) return sliced(value, inside);
    const key = this.value(inside);
    const member = oneText(key);
    if (value?.kind === "name" && value.path === this.#options.rules.environment)
      return environmentValue(key, this.#options.context);
    if (value?.kind === "name" && member !== undefined)
      return this.#standsFor(`${value.path}.${member}`);
    const place = oneNumber(key);
    const { firstPlace = 0 } = this.#options.rules;
    if (value?.kind === "list" && place !== undefined) return value.items[place - firstPlace];
    return value?.kind === "many" ? value.item : undefined;
  }
}
