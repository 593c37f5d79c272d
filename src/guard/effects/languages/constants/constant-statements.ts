// Statements of constants in the common languages: assignments, loops, functions and imports, followed roughly.
import { ConstantExpressions } from "./constant-expressions.ts";
import { type ConstantToken, constantTokens } from "./constant-tokens.ts";
import {
  attempt,
  type Constant,
  giveUp,
  holds,
  isList,
  isObject,
  items,
  required,
  tableOf,
  text,
  together,
  written,
} from "./constant-values.ts";

const ROUNDS_MAX = 4_096;
const LOOP = /^(?:for|foreach|while)$/;
const DECLARES = /^(?:const|let|var|my|our|local)$/;
const ASSIGNS = /^(?:=|\+=|-=|\.=|\*=|\/=|>>=|<<=|\^=|\+\+|--|\/\/=|<<)$/;

/** The statements of one program; what is not followed is stepped over. */
export class ConstantStatements extends ConstantExpressions {
  readonly #edits: (readonly [start: number, end: number, text: string])[] = [];
  #isEditing = true;

  run(line: string | undefined): void {
    if (line !== undefined) this.assign("$_", line);
    this.#walk(this.tokens.length);
  }

  /** The code with what was worked out in place. */
  edited(code: string): string {
    let result = "";
    let from = 0;
    for (const [start, end, by] of this.#edits) {
      if (start < from) continue;
      result += code.slice(from, start) + by;
      from = end;
    }
    return result + code.slice(from);
  }

  /** Goes over statements up to a place; what is not followed is stepped over, token by token. */
  #walk(end: number): void {
    while (this.at < end && !this.isSpent) {
      const start = this.at;
      const before = [this.calls.length, this.printed.length] as const;
      if (attempt(() => this.#statement(end)) === true && this.at > start) continue;
      this.calls.length = before[0];
      this.printed.length = before[1];
      this.restart();
      this.at = start;
      if (!this.#expressionAt(start)) this.at = start + 1;
    }
  }

  /** An expression that begins at a place and is constant; it is put in its place. */
  #expressionAt(start: number): boolean {
    const token = this.tokens[start];
    const before = this.tokens[start - 1];
    const isMember =
      before?.kind === "sign" &&
      /^(?:\.|->|::|\?\.|&\.)$/.test(before.text) &&
      !(before.text === "." && /^(?:perl|php)$/.test(this.language));
    const isKey = token?.kind === "name" && /^(?::|=>|=)$/.test(this.tokens[start + 1]?.text ?? "");
    const isCalled =
      token?.text === "(" && (before?.kind === "name" || /^[\])]$/.test(before?.text ?? ""));
    if (token === undefined || token.kind === "end" || isMember || isKey || isCalled) return false;
    const calls = this.calls.length;
    const value = attempt(() => this.expression(2));
    if (value === undefined) {
      this.calls.length = calls;
      this.restart();
      return false;
    }
    this.#puts(value, start);
    return this.at > start;
  }

  #puts(value: Constant, start: number): void {
    const [first, last] = [this.tokens[start], this.tokens[this.at - 1]];
    const isPlain = this.at === start + 1 && first?.kind === "text" && first.parts?.length === 1;
    const isWordly =
      typeof value === "string" ||
      isObject(value, "bytes") ||
      (isList(value) && value.length > 0 && value.every((one) => typeof one === "string"));
    if (this.#isEditing && !isPlain && isWordly && first !== undefined && last !== undefined) {
      const by = attempt(() => written(value, this.language));
      if (by !== undefined) this.#edits.push([first.start, last.end, by]);
    }
  }

  #statement(end: number): boolean {
    const token = required(this.peek());
    if (token.kind === "end" || token.text === "{" || token.text === "}") {
      this.at += 1;
      return true;
    }
    if (token.kind === "pattern" && token.text.includes("\0")) {
      this.at += 1;
      this.assign("$_", this.changedBy(token.text, required(this.lookup("$_"))));
      return true;
    }
    const start = this.at;
    if (token.kind === "name") {
      if (/^(?:import|from|use|no|require)$/.test(token.text) && this.#imports()) return true;
      if (LOOP.test(token.text)) return this.#loop(end);
      if (/^(?:def|function|sub)$/.test(token.text) && this.tokens[start + 1]?.kind === "name")
        return this.#definition();
      if (/^(?:BEGIN|END|do|eval)$/.test(token.text) && this.is("{", 1)) {
        this.at += 2;
        return true;
      }
      if (this.#assignment()) return true;
    }
    const value = this.expression();
    // Perl: `… for LIST`.
    if (this.language === "perl" && /^(?:for|foreach)$/.test(this.peek()?.text ?? ""))
      return giveUp();
    if (this.peek()?.kind !== "end" && !/^[}]$|^end$/.test(this.peek()?.text ?? "")) {
      if (this.at === start) giveUp();
    }
    this.#puts(value, start);
    return true;
  }

  /** `import a.b as c`, `from a import b as c`. */
  #imports(): boolean {
    if (/^(?:perl|php)$/.test(this.language) && !this.is("require")) {
      while (this.peek()?.kind !== "end") this.at += 1;
      return true;
    }
    if (
      this.language === "javascript" &&
      this.is("import") &&
      this.peek(1)?.kind === "name" &&
      this.is("from", 2)
    ) {
      const [name, path] = [
        required(this.peek(1)).text,
        text(required(this.peek(3)).parts?.[0] as string),
      ];
      this.at += 4;
      this.assign(name, this.thing(path.replace(/^node:/, ""), `require(${JSON.stringify(path)})`));
      return true;
    }
    if (this.language !== "python") return false;
    const from = this.take("from") ? this.#dotted() : undefined;
    this.expect("import");
    do {
      const name = this.#dotted();
      const path = from === undefined ? name : `${from}.${name}`;
      const alias = this.take("as") ? this.#dotted() : name;
      if (alias !== path) this.assign(alias, this.thing(path, alias));
    } while (this.take(","));
    return true;
  }

  #dotted(): string {
    let name = required(this.peek()).text;
    this.at += 1;
    while (this.take(".")) {
      name += `.${required(this.peek()).text}`;
      this.at += 1;
    }
    return name;
  }

  /** `x = …`, `a, b = …`, `const {a: b} = …`, `x += …`; a variable whose value is not known is forgotten. */
  #assignment(): boolean {
    const start = this.at;
    while (DECLARES.test(this.peek()?.text ?? "")) this.at += 1;
    if (this.is("{")) return this.#destructured();
    const isRound = this.take("(");
    const names: string[] = [];
    for (;;) {
      const token = this.peek();
      if (token?.kind !== "name") break;
      names.push(token.text);
      this.at += 1;
      if (!this.take(",")) break;
    }
    if (isRound && !this.take(")")) names.length = 0;
    const sign = this.peek();
    const [name] = names;
    if (
      name === undefined ||
      sign?.kind !== "sign" ||
      !ASSIGNS.test(sign.text) ||
      (sign.text === "<<" && this.language !== "ruby")
    ) {
      this.at = start;
      return false;
    }
    this.at += 1;
    const valueStart = this.at;
    const value = attempt(() =>
      this.#assigned(
        name,
        sign.text,
        names.length > 1 || name.startsWith("@") || name.startsWith("%"),
      ),
    );
    if (value === undefined) {
      this.restart();
      for (const one of names) this.assign(one, undefined);
      this.at = valueStart;
      return true;
    }
    if (names.length > 1) names.forEach((one, at) => this.assign(one, items(value)[at]));
    else {
      this.assign(name, this.#held(name, value));
      if (sign.text === "=") this.#puts(value, valueStart);
    }
    // `const a = 1, b = 2`.
    if (this.take(",")) return this.#assignment() || true;
    return true;
  }

  #held(name: string, value: Constant): Constant {
    if (name.startsWith("%") && isList(value)) return tableOf(value);
    return name.startsWith("@") && !isList(value) ? [value] : value;
  }

  #assigned(name: string, sign: string, isList_: boolean): Constant {
    const isScalarReverse = this.language === "perl" && name.startsWith("$") && this.is("reverse");
    if (isScalarReverse) {
      this.at += 1;
      const value = this.expression();
      return [...(isList(value) ? value.map(text).join("") : text(value))].reverse().join("");
    }
    if (sign === "++" || sign === "--")
      return Number(required(this.lookup(name))) + (sign === "++" ? 1 : -1);
    let value = this.expression();
    if (isList_ && !isList(value) && this.is(",")) {
      const list: Constant[] = [value];
      while (this.take(",")) list.push(this.expression());
      value = list;
    }
    if (sign === "=") return value;
    const before = required(this.lookup(name));
    if (sign === "+=" && typeof before === "number") return before + Number(value);
    if (/^(?:\+=|\.=|<<)$/.test(sign) && typeof before !== "bigint") return together(before, value);
    if (sign === ">>=")
      return typeof before === "bigint"
        ? before >> BigInt(Number(value))
        : Number(before) >> Number(value);
    if (sign === "//=" || sign === "/=")
      return typeof before === "bigint"
        ? before / BigInt(Number(value))
        : Math.floor(Number(before) / Number(value));
    return giveUp();
  }

  #destructured(): boolean {
    this.expect("{");
    const names: [string, string][] = [];
    while (!this.take("}")) {
      const key = required(this.peek()).text;
      this.at += 1;
      const alias = this.take(":") ? required(this.peek()).text : key;
      if (alias !== key) this.at += 1;
      names.push([key, alias]);
      this.take(",");
    }
    this.expect("=");
    const value = this.expression();
    if (!isObject(value, "thing")) giveUp();
    for (const [key, alias] of names)
      if (isObject(value, "thing")) this.assign(alias, this.memberOf(value, key));
    if (this.take(",")) this.#assignment();
    return true;
  }

  #definition(): boolean {
    const word = required(this.peek()).text;
    const name = required(this.peek(1)).text;
    this.at += 2;
    const names = this.take("(") ? this.names(")") : word === "sub" ? ["@_"] : [];
    const start = this.is("{") || this.is(":") ? this.at + 1 : this.at;
    if (this.is("{")) this.skipGroup();
    else this.at = this.#bodyEnd(start);
    const end = this.is("end") ? this.at : this.at - (this.tokens[start - 1]?.text === "{" ? 1 : 0);
    this.take("end");
    const value = this.callableOf(names, start, end);
    const key =
      this.language === "perl"
        ? `sub ${name}`
        : this.language === "php"
          ? `function ${name}`
          : name;
    this.assign(key, value);
    return true;
  }

  /** Where a body without braces ends: at the word `end`, or at a line that is not set in further. */
  #bodyEnd(start: number): number {
    if (this.language !== "python") return this.endWord(start);
    const isOneLine = this.tokens[start]?.kind !== "end";
    for (let at = start; at < this.tokens.length; at += 1) {
      const token = this.tokens[at];
      if (token?.kind !== "end" || token.text === ";") continue;
      const next = this.tokens.slice(at).find((one) => one.kind !== "end");
      if (isOneLine || next === undefined || this.#column(next) === 0) return at;
    }
    return this.tokens.length - 1;
  }

  /** Whether a token of python stands at the beginning of its line: 0, or how far it is set in is not looked at. */
  #column(token: ConstantToken): number {
    const before = this.tokens.findLast((one) => one.start < token.start);
    return before?.kind === "end" && before.text === "\n" ? token.start - before.end : 1;
  }

  protected override evaluate(code: string): Constant {
    const [outer, at, isEditing] = [this.tokens, this.at, this.#isEditing];
    this.tokens = required(constantTokens(code, this.language));
    this.at = 0;
    this.#isEditing = false;
    try {
      this.#walk(this.tokens.length);
      return null;
    } finally {
      this.tokens = outer;
      this.at = at;
      this.#isEditing = isEditing;
    }
  }

  protected override block(start: number, end: number): Constant {
    this.at = start;
    const isEditing = this.#isEditing;
    this.#isEditing = false;
    let last: Constant = null;
    try {
      while (this.at < end) {
        this.step();
        if (this.peek()?.kind === "end") {
          this.at += 1;
          continue;
        }
        if (this.is("return")) {
          this.at += 1;
          return this.expression();
        }
        const place = this.at;
        if (LOOP.test(this.peek()?.text ?? "")) this.#loop(end);
        else if (!(this.peek()?.kind === "name" && this.#assignment())) last = this.expression();
        if (this.at === place) giveUp();
      }
      return last;
    } finally {
      this.#isEditing = isEditing;
    }
  }

  #loop(end: number): boolean {
    const word = required(this.peek()).text;
    this.at += 1;
    if (word === "while") return this.#whileLoop();
    const { language } = this;
    let names: readonly string[];
    let list: readonly Constant[];
    if (language === "php") {
      this.expect("(");
      if (this.#isCounted()) return this.#countedLoop();
      list = items(this.expression(), false);
      this.expect("as");
      names = this.names(")");
    } else if (language === "perl") {
      this.take("my");
      const isNamed = this.peek()?.kind === "name";
      names = [isNamed ? required(this.peek()).text : "$_"];
      if (isNamed) this.at += 1;
      const value = this.expression();
      list = isList(value) ? value : [value];
    } else if (language === "javascript") {
      this.expect("(");
      if (this.#isCounted()) return this.#countedLoop();
      names = this.names("of");
      list = items(this.expression());
      this.expect(")");
    } else {
      names = this.names("in");
      list = items(this.expression());
    }
    const [bodyStart, bodyEnd, after] = this.#body(end);
    if (list.length > ROUNDS_MAX) giveUp();
    for (const item of list) {
      const values = isList(item) && names.length > 1 ? item : [item];
      names.forEach((name, at) => this.assign(name, values[at]));
      this.block(bodyStart, bodyEnd);
    }
    this.at = after;
    return true;
  }

  #body(end: number): readonly [start: number, end: number, after: number] {
    if (this.is("{")) {
      const start = this.at + 1;
      this.skipGroup();
      return [start, this.at - 1, this.at];
    }
    if (this.take("do") || this.take(":")) {
      const start = this.at;
      const stop = this.#bodyEnd(start);
      return [start, stop, stop + (this.tokens[stop]?.text === "end" ? 1 : 0)];
    }
    let stop = this.at;
    while (stop < end && this.tokens[stop]?.kind !== "end") stop += 1;
    return [this.at, stop, stop];
  }

  #isCounted(): boolean {
    for (let at = this.at; at < this.tokens.length; at += 1) {
      const token = this.tokens[at];
      if (token?.text === ";") return true;
      if (token?.text === "of" || token?.text === "as" || token?.text === "in") return false;
    }
    return false;
  }

  /** `for (i = 0; i < n; i += 2) …`. */
  #countedLoop(): boolean {
    const start = this.at;
    this.at -= 1;
    this.skipGroup();
    const close = this.at - 1;
    const [bodyStart, bodyEnd, after] = this.#body(this.tokens.length);
    this.at = start;
    while (this.peek()?.kind !== "end") if (!this.#assignment()) giveUp();
    const condition = this.at + 1;
    for (let round = 0; ; round += 1) {
      if (round > ROUNDS_MAX) giveUp();
      this.at = condition;
      if (!holds(this.expression())) break;
      const next = this.at + 1;
      this.block(bodyStart, bodyEnd);
      this.at = next;
      while (this.at < close) if (!this.#assignment()) giveUp();
    }
    this.at = after;
    return true;
  }

  #whileLoop(): boolean {
    const condition = this.at;
    this.expression();
    const [bodyStart, bodyEnd, after] = this.#body(this.tokens.length);
    for (let round = 0; ; round += 1) {
      if (round > ROUNDS_MAX) giveUp();
      this.at = condition;
      if (!holds(this.expression())) break;
      this.block(bodyStart, bodyEnd);
    }
    this.at = after;
    return true;
  }
}
