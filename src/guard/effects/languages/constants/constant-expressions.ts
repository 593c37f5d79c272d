// Works out expressions of constants in any of the common languages; what they call and cannot work out is noted as a plain call.
import { isWord } from "./constant-formats.ts";
import { called, type Given } from "./constant-functions.ts";
import { methodAsFunction, methodOf } from "./constant-methods.ts";
import { ConstantNames } from "./constant-names.ts";
import { BINDING, numeral, operated } from "./constant-operators.ts";
import type { ConstantToken } from "./constant-tokens.ts";
import {
  type Constant,
  giveUp,
  holds,
  isList,
  isObject,
  items,
  number,
  required,
  sliced,
  text,
} from "./constant-values.ts";
const DEPTH_MAX = 40;

/** Expressions of one program. */
export class ConstantExpressions extends ConstantNames {
  #depth = 0;

  /** An expression from the place where the reading stands. */
  override expression(least = 1): Constant {
    this.step();
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      this.#depth = 0;
      giveUp();
    }
    const depth = this.#depth;
    const start = this.at;
    let left = this.unary();
    for (;;) {
      const token = this.peek();
      const binds =
        token?.kind === "sign" || token?.kind === "name" ? this.binding(token) : undefined;
      if (token === undefined || binds === undefined || binds < least) break;
      if (token.text === "?") {
        left = this.choice(left);
        continue;
      }
      this.at += 1;
      if (token.text === "=~") left = this.matched(left, start);
      else
        left = operated(
          this.language,
          token.text,
          left,
          this.expression(token.text === "**" ? binds : binds + 1),
        );
    }
    // Python: `a if c else b`.
    if (this.language === "python" && least === 1 && this.is("if") && this.hasElse()) {
      this.at += 1;
      const condition = this.expression(2);
      this.expect("else");
      const other = this.expression();
      left = holds(condition) ? left : other;
    }
    this.#depth = depth - 1;
    return left;
  }

  /** WHY: what was given up left its depth behind. */
  protected restart(): void {
    this.#depth = 0;
  }

  protected binding({ text: sign }: ConstantToken): number | undefined {
    const { language } = this;
    if (sign === "." && language !== "perl" && language !== "php") return undefined;
    if (sign === ".." && language !== "lua") return undefined;
    if ((sign === "x" || sign === "eq" || sign === "ne") && language !== "perl") return undefined;
    if (sign === "?" && (language === "python" || language === "lua")) return undefined;
    if (sign === "in" || (sign === "or" && language !== "python" && language !== "lua"))
      return undefined;
    if (sign === "and" && language !== "python") return undefined;
    return Object.hasOwn(BINDING, sign) ? BINDING[sign] : undefined;
  }

  protected choice(condition: Constant): Constant {
    this.expect("?");
    const first = this.expression();
    this.expect(":");
    const second = this.expression();
    return holds(condition) ? first : second;
  }

  protected unary(): Constant {
    const token = this.peek();
    if (token?.kind === "sign") {
      if (this.take("-")) return -number(this.expression(12));
      if (this.take("+"))
        return this.language === "javascript" || this.language === "php"
          ? number(this.expression(12))
          : this.unary();
      if (this.take("!")) return !holds(this.expression(12));
      if (this.take("~")) return ~number(this.expression(12));
      if (token.text === "\\" && this.language === "perl") {
        this.at += 1;
        return this.unary();
      }
      if (token.text === "&" && this.language === "ruby") {
        this.at += 1;
        const value = this.unary();
        return isWord(value) ? methodAsFunction(text(value), this.language) : value;
      }
    }
    if (
      token?.kind === "name" &&
      /^(?:await|new|return|my|our)$/.test(token.text) &&
      this.peek(1)?.kind !== "sign"
    ) {
      this.at += 1;
      return this.unary();
    }
    return this.members(this.primary());
  }

  protected primary(): Constant {
    const token = required(this.peek());
    this.step();
    switch (token.kind) {
      case "text":
        return this.text(token);
      case "number":
        this.at += 1;
        return numeral(token.text);
      case "pattern":
        this.at += 1;
        return { kind: "thing", path: "pattern", code: token.text };
      case "name":
        return this.name(token);
      case "sign":
        if (token.text === "(") return this.round();
        if (token.text === "[") return this.square();
        if (token.text === "{") return this.curly();
        if (token.text === "->" && this.language === "ruby") return this.rubyLambda();
        if (token.text === "&" && this.language === "perl") return this.ampersand();
        return giveUp();
      default:
        return giveUp();
    }
  }

  /** What stands behind a value: members, calls, places. */
  protected members(first: Constant): Constant {
    let value = first;
    for (;;) {
      this.step();
      const token = this.peek();
      if (token?.kind === "text" && isObject(value, "thing") && value.path === "String.raw")
        value = this.text(token);
      if (token?.kind !== "sign") return value;
      if (token.text === "(") {
        if (this.language === "ruby" && token.start > required(this.peek(-1)).end) return value;
        const { args, named } = this.arguments();
        value = this.call(value, args, named);
      } else if (token.text === "[") {
        if (this.language === "ruby" && token.start > required(this.peek(-1)).end) return value;
        value = this.place(value);
      } else if (this.isAccess(token)) {
        this.at += 1;
        value = this.member(value);
      } else if (token.text === "." && this.is("(", 1) && this.language === "ruby") {
        this.at += 1;
      } else return value;
    }
  }

  protected isAccess({ text: sign }: ConstantToken): boolean {
    const next = this.peek(1);
    if (next?.kind !== "name" && !(this.language === "perl" && sign === "->" && next?.text === "("))
      return false;
    switch (this.language) {
      case "perl":
        return sign === "->";
      case "php":
        return sign === "->" || sign === "::" || sign === "?->";
      case "lua":
        return sign === "." || sign === ":";
      case "ruby":
        return sign === "." || sign === "::" || sign === "&.";
      default:
        return sign === "." || sign === "?.";
    }
  }

  protected member(value: Constant): Constant {
    const { language } = this;
    if (language === "perl" && this.is("(")) return value;
    const name = required(this.peek()).text;
    this.at += 1;
    if (isObject(value, "thing")) {
      if (value.path === "process.env" && language === "javascript" && !this.is("("))
        return required(this.world.variable(name));
      if (/^(?:os\.environ)$/.test(value.path)) giveUp();
      return this.memberOf(value, name);
    }
    const hasCall = this.is("(");
    if (name === "constructor" && language === "javascript") return this.thing("Function");
    if (/^runIn\w+$/.test(name) && isWord(value)) {
      const { args } = this.arguments();
      return this.evaluated(name, [value, ...args]);
    }
    if (!hasCall && language === "javascript") {
      if (name === "length")
        return isObject(value, "bytes")
          ? value.binary.length
          : isList(value)
            ? value.length
            : text(value).length;
      return isObject(value, "table") ? required(value.entries.get(name)) : giveUp();
    }
    const method = methodOf(name);
    if (!hasCall && language !== "ruby") {
      if (isObject(value, "table")) return required(value.entries.get(name));
      return giveUp();
    }
    const { args, named } = hasCall
      ? this.arguments()
      : { args: [], named: new Map<string, Constant>() };
    const block = language === "ruby" ? this.rubyBlock() : undefined;
    const given: Given = { args: block === undefined ? args : [...args, block], named, language };
    if (isObject(value, "table") && value.entries.has(name))
      return called(value.entries.get(name), args, language);
    return required(method)(value, given);
  }

  protected place(value: Constant): Constant {
    this.expect("[");
    const isEnd = (): boolean => this.is("]") || this.is(":");
    const parts: (number | undefined)[] = [];
    let isSlice = false;
    let key: Constant | undefined;
    for (;;) {
      key = isEnd() ? undefined : this.expression();
      if (this.language === "ruby" && (this.is("..") || this.is("..."))) {
        const isOpen = this.is("...");
        this.at += 1;
        const to = this.is("]") ? undefined : number(this.expression());
        this.expect("]");
        const end = to === undefined || (to === -1 && !isOpen) ? undefined : isOpen ? to : to + 1;
        return sliced(value, number(key), end);
      }
      if (this.language === "ruby" && this.take(",")) {
        const many = number(this.expression());
        this.expect("]");
        return sliced(value, number(key), number(key) + many);
      }
      if (this.language === "python")
        parts.push(
          key === undefined || key === null
            ? undefined
            : typeof key === "number"
              ? key
              : Number.NaN,
        );
      if (this.take("]")) break;
      if (this.language !== "python" || !this.take(":")) giveUp();
      isSlice = true;
    }
    if (isSlice)
      return parts.some(Number.isNaN) ? giveUp() : sliced(value, parts[0], parts[1], parts[2] ?? 1);
    return this.placed(value, required(key));
  }

  protected placed(value: Constant, key: Constant): Constant {
    const { language } = this;
    if (isObject(value, "callable")) return value.call([key]);
    if (isObject(value, "thing")) {
      if (/^(?:os\.environ|process\.env|ENV|\$_ENV|\$_SERVER)$/.test(value.path))
        return required(this.world.variable(text(key)));
      if (value.path === "process.argv") return required(this.world.operands[number(key) - 1]);
      if (value.path === "sys.argv") return required(this.world.operands[number(key) - 1]);
      if (value.path === "arg") return required(this.world.operands[number(key) - 1]);
      if (/^(?:globals|locals|vars)\(\)$/.test(value.path))
        return this.lookup(text(key)) ?? this.thing(text(key));
      const owner = /^vars\((.*)\)$/.exec(value.code)?.[1] ?? value.code.replace(/\.__dict__$/, "");
      return this.memberOf(this.thing(owner), text(key));
    }
    if (isObject(value, "table")) return required(value.entries.get(text(key)));
    const place = number(key) - (language === "lua" ? 1 : 0);
    const list = items(value, language !== "php" && language !== "perl");
    if (place < 0 && language === "javascript") return giveUp();
    return required(list.at(place));
  }
}
