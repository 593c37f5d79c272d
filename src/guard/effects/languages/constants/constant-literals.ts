// Values as they are written: texts with code in them, lists, tables, comprehensions, small functions, arguments.
import { ConstantCalls } from "./constant-calls.ts";
import { transliterated } from "./constant-formats.ts";
import { patternOf } from "./constant-functions.ts";
import { type ConstantToken, constantTokens } from "./constant-tokens.ts";
import {
  byteList,
  bytes,
  type Constant,
  giveUp,
  holds,
  isList,
  items,
  required,
  text,
  together,
  written,
} from "./constant-values.ts";
/** Written values of one program. */
export abstract class ConstantLiterals extends ConstantCalls {
  /** `$x =~ tr/a-z/b-za/`, `s/_/ /g`, `s/(..)/chr(hex($1))/ge`: the new text, which the variable has from now on. */
  protected matched(left: Constant, start: number): Constant {
    const pattern = required(this.peek());
    if (pattern.kind !== "pattern") giveUp();
    this.at += 1;
    const changed = this.changedBy(pattern.text, left);
    const target = this.tokens
      .slice(start, start + 3)
      .find((token) => token.kind === "name" && token.text.startsWith("$"));
    if (target !== undefined && !/r/.test(pattern.text.split("\0")[3] ?? ""))
      this.assign(target.text, changed);
    return changed;
  }

  /** What an operation of perl makes of a text. */
  protected changedBy(operation: string, value: Constant): Constant {
    const [kind, from = "", to = "", flags = ""] = operation.split("\0");
    if (kind === "tr")
      return /[^r]/.test(flags) ? giveUp() : transliterated(value, from, to === "" ? from : to);
    if (kind !== "s") return giveUp();
    const pattern = patternOf(from, flags.replace(/[^gims]/g, ""));
    return text(value).replace(pattern, (...found: readonly unknown[]) => {
      const groups = found
        .slice(
          0,
          found.findIndex((one) => typeof one === "number"),
        )
        .map(String);
      if (!flags.includes("e"))
        return to
          .replace(/\\(.)/g, "$1")
          .replace(
            /\$(\d|&)/g,
            (_, place: string) => groups[place === "&" ? 0 : Number(place)] ?? "",
          );
      const names = groups.map((_, at) => (at === 0 ? "$&" : `$${String(at)}`));
      return text(this.inScope(names, groups, () => this.inner(to)));
    });
  }

  protected text(token: ConstantToken): Constant {
    this.at += 1;
    const [words] = token.parts ?? [];
    if (token.text === "words" && typeof words === "string") return words.trim().split(/\s+/);
    let value: Constant = "";
    for (const part of token.parts ?? [])
      value = together(value, typeof part === "string" ? part : this.inner(part.code));
    if (token.isBytes === true)
      value = bytes(byteList([...text(value)].map((one) => one.charCodeAt(0))));
    if (token.isCommand === true) {
      this.note(`system(${written(value, this.language)})`);
      return this.thing("command()", "command()");
    }
    // Texts side by side are one.
    while (this.language === "python" && this.peek()?.kind === "text")
      value = together(value, this.text(required(this.peek())));
    return value;
  }

  /** Code inside of a text. */
  protected inner(code: string): Constant {
    const tokens = required(
      constantTokens(code.replace(/^@\{\[([\s\S]*)\]\}$/, "$1"), this.language),
    );
    const [outer, at] = [this.tokens, this.at];
    this.tokens = tokens;
    this.at = 0;
    try {
      const value = this.expression();
      if (this.peek()?.kind !== "end") giveUp();
      return isList(value) ? value.map(text).join(" ") : value;
    } finally {
      this.tokens = outer;
      this.at = at;
    }
  }

  protected round(): Constant {
    const arrow = this.arrow();
    if (arrow !== undefined) return arrow;
    const open = this.at;
    this.at += 1;
    const list: Constant[] = [];
    let commas = 0;
    this.skipEnds();
    while (!this.take(")")) {
      const { value, isWhole } = this.itemOrComprehension(open);
      if (isWhole) {
        this.expect(")");
        return value;
      }
      // A list in a list of perl is part of it.
      if (this.language === "perl" && isList(value)) list.push(...value);
      else list.push(value);
      this.skipEnds();
      if (this.take(",") || this.take("=>")) commas += 1;
      else if (!this.is(")")) giveUp();
      this.skipEnds();
    }
    if (commas > 0 || this.language === "perl")
      return list.length === 1 && commas === 0 ? required(list[0]) : list;
    return required(list[0]);
  }

  protected square(): Constant {
    const start = this.at;
    this.at += 1;
    const list: Constant[] = [];
    const entries = new Map<string, Constant>();
    this.skipEnds();
    while (!this.take("]")) {
      const spreads = this.take("*") || this.take("...");
      const value = this.itemOrComprehension(start);
      if (value.isWhole) {
        this.expect("]");
        return value.value;
      }
      if (this.take("=>")) entries.set(text(value.value), this.expression());
      else if (spreads) list.push(...items(value.value, this.language !== "php"));
      else list.push(value.value);
      this.skipEnds();
      if (!this.take(",") && !this.is("]")) giveUp();
      this.skipEnds();
    }
    return entries.size > 0 ? { kind: "table", entries } : list;
  }

  /** `x` of `[x, y]`, or all of `[x for y in z]`: what stands before `for` is worked out anew for each item. */
  protected itemOrComprehension(open: number): {
    readonly value: Constant;
    readonly isWhole: boolean;
  } {
    const loop = this.language === "python" ? this.loopWord(open) : undefined;
    if (loop === undefined || loop < this.at) return { value: this.expression(), isWhole: false };
    return { value: this.comprehension(this.at, loop), isWhole: true };
  }

  /** Items of `body for names in list if condition`. */
  protected comprehension(body: number, loop: number): Constant {
    this.at = loop + 1;
    const names = this.names("in");
    const list = items(this.expression(2));
    const condition = this.take("if") ? this.at : undefined;
    if (condition !== undefined) this.skipTo();
    const end = this.at;
    if (this.is("for")) giveUp();
    const found: Constant[] = [];
    for (const item of list) {
      this.inScope(names, isList(item) && names.length > 1 ? item : [item], () => {
        if (condition !== undefined) {
          this.at = condition;
          if (!holds(this.expression())) return;
        }
        this.at = body;
        found.push(this.expression());
        if (this.at !== loop) giveUp();
      });
    }
    this.at = end;
    return found;
  }

  /** Dictionaries, objects and tables. */
  protected curly(): Constant {
    this.at += 1;
    const list: Constant[] = [];
    const entries = new Map<string, Constant>();
    this.skipEnds();
    while (!this.take("}")) {
      if (
        this.language === "javascript" &&
        this.peek()?.kind === "name" &&
        (this.is(",", 1) || this.is("}", 1))
      ) {
        const name = required(this.peek()).text;
        this.at += 1;
        entries.set(name, this.lookup(name) ?? this.thing(name));
      } else {
        const isName =
          this.peek()?.kind === "name" && /^(?::|=|=>)$/.test(this.peek(1)?.text ?? "");
        const bracketed = this.language === "lua" && this.take("[");
        const key = isName ? required(this.peek()).text : this.expression();
        if (isName) this.at += 1;
        if (bracketed) this.expect("]");
        if (this.take(":") || this.take("=>") || this.take("="))
          entries.set(text(key), this.expression());
        else list.push(key);
      }
      this.skipEnds();
      if (!this.take(",") && !this.is("}")) giveUp();
      this.skipEnds();
    }
    return entries.size > 0 ? { kind: "table", entries } : list;
  }

  protected pythonLambda(): Constant {
    this.at += 1;
    return this.closure(this.names(":"));
  }

  protected rubyLambda(): Constant {
    this.at += 1;
    this.expect("(");
    const names = this.names(")");
    return this.blockClosure(names);
  }

  protected arrow(): Constant | undefined {
    if (this.language !== "javascript") return undefined;
    const start = this.at;
    this.skipGroup();
    const isArrow = this.is("=>");
    this.at = start;
    if (!isArrow) return undefined;
    this.at += 1;
    const names = this.names(")");
    this.expect("=>");
    return this.closure(names);
  }

  protected writtenFunction(): Constant {
    const word = required(this.peek()).text;
    this.at += 1;
    if (this.peek()?.kind === "name") this.at += 1;
    const names = this.take("(") ? this.names(")") : ["@_"];
    if (word === "fn") {
      this.expect("=>");
      return this.closure(names);
    }
    if (this.take("use")) {
      this.expect("(");
      this.names(")");
    }
    return this.blockClosure(names);
  }

  /** A function whose body is the expression, or block, that begins here; the reading goes on behind it. */
  protected closure(names: readonly string[]): Constant {
    if (this.is("{")) return this.blockClosure(names);
    const start = this.at;
    this.skipExpression();
    return this.callable(names, () => {
      this.at = start;
      return this.expression();
    });
  }

  /** `{ … }` or `do … end`. */
  protected blockClosure(names: readonly string[]): Constant {
    if (this.language === "lua") {
      const from = this.at;
      const to = this.endWord(from);
      this.at = to + 1;
      return this.callableOf(names, from, to);
    }
    const start = this.at + 1;
    this.skipGroup();
    const end = this.at - 1;
    return this.callable(names, () => this.block(start, end));
  }

  /** A function that the program writes down, with the tokens and the scope that it was written in. */
  protected callableOf(names: readonly string[], start: number, end: number): Constant {
    return this.callable(names, () => this.block(start, end));
  }

  /** Statements one after the other; the value of the last one, or of what is returned. */
  protected block(_start: number, _end: number): Constant {
    return giveUp();
  }

  protected rubyBlock(): Constant | undefined {
    if (!this.is("{")) return undefined;
    const start = this.at + 1;
    this.skipGroup();
    const end = this.at - 1;
    const after = this.at;
    this.at = start;
    const given = this.take("|") ? this.names("|") : ["it"];
    const names = given.length === 1 ? [...given, "$1", "$2", "$3"] : given;
    const body = this.at;
    this.at = after;
    return this.callableOf(names, body, end);
  }

  protected arguments(): {
    readonly args: readonly Constant[];
    readonly named: ReadonlyMap<string, Constant>;
  } {
    const open = this.at;
    this.expect("(");
    const args: Constant[] = [];
    const named = new Map<string, Constant>();
    this.skipEnds();
    while (!this.take(")")) {
      const spreads = this.take("*") || this.take("...");
      if (spreads && this.is(")")) {
        this.at += 1;
        return { args: [this.thing("...")], named };
      }
      const isNamed =
        this.peek()?.kind === "name" &&
        ((this.language === "python" && this.is("=", 1)) ||
          (this.language === "ruby" && this.is(":", 1)));
      if (isNamed) {
        const name = required(this.peek()).text;
        this.at += 2;
        named.set(name, this.expression());
      } else {
        const { value, isWhole } = this.itemOrComprehension(open);
        if (spreads) args.push(...items(value));
        else if (this.language === "perl" && isList(value)) args.push(...value);
        else args.push(value);
        if (isWhole) {
          this.expect(")");
          break;
        }
      }
      this.skipEnds();
      if (!this.take(",") && !this.take("=>") && !this.is(")")) giveUp();
      this.skipEnds();
    }
    const block = this.language === "ruby" ? this.rubyBlock() : undefined;
    return { args: block === undefined ? args : [...args, block], named };
  }
}
