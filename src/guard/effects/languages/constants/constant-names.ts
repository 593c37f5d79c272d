// Names in constant expressions: variables, words of a language, and the calls without brackets of perl and ruby.
import { isWord } from "./constant-formats.ts";
import { ConstantLiterals } from "./constant-literals.ts";
import { BINDING } from "./constant-operators.ts";
import type { ConstantToken } from "./constant-tokens.ts";
import {
  type Constant,
  giveUp,
  isList,
  isObject,
  items,
  required,
  reversed,
  text,
  type Thing,
} from "./constant-values.ts";
const BARE = /^(?:perl|ruby)$/;
/** Functions of perl that take one value where they stand without brackets. */
const UNARY =
  /^(?:chr|ord|hex|oct|lc|uc|lcfirst|ucfirst|length|scalar|shift|quotemeta|defined|ref)$/;

/** Names of one program. */
export abstract class ConstantNames extends ConstantLiterals {
  protected name(token: ConstantToken): Constant {
    const { text: name } = token;
    const { language } = this;
    if (language === "python" && name === "lambda") return this.pythonLambda();
    if (/^(?:function|fn|sub)$/.test(name) && language !== "python") return this.writtenFunction();
    if (language === "javascript" && this.is("=>", 1)) {
      this.at += 2;
      return this.closure([name]);
    }
    if (language === "ruby" && name === "lambda") giveUp();
    this.at += 1;
    if (language !== "python" && this.is("=") && this.peek()?.kind === "sign") {
      this.at += 1;
      const value = this.expression();
      this.assign(name, value);
      return value;
    }
    if (language === "perl") return this.perlName(name);
    const known = this.lookup(name) ?? this.constant(name);
    if (known !== undefined) return known;
    if (
      /^(?:if|for|while|else|in|do|end|then|return|import|from|def|class|foreach|unless)$/.test(
        name,
      ) &&
      !(name === "import" && this.is("("))
    )
      return giveUp();
    const thing = this.thing(name);
    return BARE.test(language) ? this.bare(thing) : this.special(thing);
  }

  protected special(thing: Thing): Constant {
    // `echo` and `print` of php, which need no brackets.
    if (this.language === "php" && /^(?:echo|print)$/.test(thing.path) && !this.is("(")) {
      do this.printed.push(text(this.expression()));
      while (this.take(","));
      return thing;
    }
    return thing;
  }

  protected constant(name: string): Constant | undefined {
    switch (name) {
      case "True":
      case "true":
        return true;
      case "False":
      case "false":
        return false;
      case "None":
      case "null":
      case "nil":
      case "undefined":
        return null;
      case "Infinity":
        return 64;
      case "ARGV":
      case "$argv": {
        const words = this.world.operands;
        if (words.some((word) => word === undefined)) return undefined;
        return [...(name === "$argv" ? ["-"] : []), ...words.map((word) => word ?? "")];
      }
      default:
        return undefined;
    }
  }

  protected perlName(name: string): Constant {
    const isHash = this.is("{") && name.startsWith("$");
    if (this.is("[") && name.startsWith("$")) {
      const list = this.lookup(`@${name.slice(1)}`) ?? this.lookup(name);
      if (list !== undefined && !isWord(list)) return list;
    }
    if (isHash && name === "$ENV") return this.environmentOf(["{", "}"]);
    if (isHash) {
      const table = required(this.lookup(`%${name.slice(1)}`));
      this.at += 1;
      const isWordKey = this.peek()?.kind === "name" && this.is("}", 1);
      const key = isWordKey ? required(this.peek()).text : text(this.expression());
      if (isWordKey) this.at += 1;
      this.expect("}");
      return isObject(table, "table") ? required(table.entries.get(key)) : giveUp();
    }
    const known = this.lookup(name);
    if (known !== undefined) return known;
    if (/^[$@%]/.test(name)) return name === "@ARGV" ? required(this.constant("ARGV")) : giveUp();
    if (this.is("=>")) return name;
    return this.bare(this.thing(name));
  }

  protected environmentOf([open = "", close = ""]: readonly string[]): Constant {
    this.expect(open);
    const isName = this.peek()?.kind === "name" && this.is(close, 1);
    const name = isName ? required(this.peek()).text : text(this.expression());
    if (isName) this.at += 1;
    this.expect(close);
    return required(this.world.variable(name));
  }

  /** A call without brackets: all that follows is given to it. */
  protected bare(thing: Thing): Constant {
    const next = this.peek();
    const begins =
      next?.kind === "text" ||
      next?.kind === "number" ||
      next?.kind === "pattern" ||
      (next?.kind === "name" &&
        !(next.text in BINDING) &&
        !/^(?:if|unless|for|foreach|while|do|then|end|and|or)$/.test(next.text)) ||
      (next?.kind === "sign" &&
        ((this.language === "perl" && /^[\\&]$/.test(next.text)) ||
          (this.language === "ruby" &&
            (next.text === "[" || next.text === "->") &&
            next.start > required(this.peek(-1)).end))) ||
      (next?.kind === "sign" && next.text === "{" && thing.path === "map");
    if (this.language === "perl" && /^(?:map|grep)$/.test(thing.path)) return this.perlMap();
    if (this.language === "perl" && thing.path === "scalar") return this.perlScalar();
    if (this.language === "perl" && this.is("(") && thing.path === "reverse") {
      const value = this.round();
      return isList(value) ? [...value].reverse() : [value];
    }
    if (this.language === "perl" && thing.path === "chomp" && !this.is("("))
      return this.perlChomp();
    if (this.language === "perl" && thing.path === "shift" && !this.is("("))
      return this.perlShift();
    if (!begins) {
      if (
        thing.path === "chr" ||
        thing.path === "hex" ||
        thing.path === "ord" ||
        thing.path === "lc" ||
        thing.path === "uc"
      )
        if (this.language === "perl" && !this.is("("))
          return this.call(thing, [required(this.lookup("$_"))], new Map());
      return thing;
    }
    if (
      this.language === "ruby" &&
      (thing.path === "puts" || thing.path === "print" || /^[a-z_]\w*[?!]?$/.test(thing.path)) ===
        false
    )
      return thing;
    const args: Constant[] = [];
    do {
      this.skipEnds();
      args.push(this.expression(UNARY.test(thing.path) && this.language === "perl" ? 8 : 2));
    } while (!(UNARY.test(thing.path) && this.language === "perl") && this.take(","));
    const flat =
      this.language === "perl" ? args.flatMap((one) => (isList(one) ? one : [one])) : args;
    if (this.language === "perl" && thing.path === "reverse") return flat.reverse();
    return this.call(thing, flat, new Map());
  }

  /** The name without what stands behind it, of which the line ends are taken away. */
  protected perlChomp(): Constant {
    const name = this.peek()?.kind === "name" ? required(this.peek()).text : "$_";
    if (this.peek()?.kind === "name") this.at += 1;
    this.assign(name, text(this.lookup(name)).replace(/\n$/, ""));
    return 1;
  }

  protected perlShift(): Constant {
    const list = this.lookup("@_");
    if (list === undefined) return required(this.world.operands[0]);
    const [head, ...rest] = items(list);
    this.assign("@_", rest);
    return required(head);
  }

  protected perlScalar(): Constant {
    const isRound = this.is("(") && this.is("reverse", 1);
    if (isRound) this.at += 1;
    if (!this.take("reverse")) return this.expression(8);
    const isAlone = this.peek()?.kind === "end" || this.is(")") || this.is("}");
    const value = isAlone ? required(this.lookup("$_")) : this.expression(2);
    if (isRound) this.expect(")");
    return reversed(isList(value) ? value.map(text).join("") : value);
  }

  protected perlMap(): Constant {
    const isRound = this.take("(");
    const isBlock = this.is("{");
    const start = this.at;
    if (isBlock) this.skipGroup();
    else this.skipComma();
    const end = this.at;
    this.take(",");
    const list: Constant[] = [];
    do {
      const value = this.expression(2);
      list.push(...(isList(value) ? value : [value]));
    } while (this.take(","));
    if (isRound) this.expect(")");
    const after = this.at;
    const found = list.flatMap((item) =>
      this.inScope(["$_"], [item], () => {
        this.at = isBlock ? start + 1 : start;
        const value = this.expression();
        this.take(";");
        this.skipEnds();
        if (this.at !== (isBlock ? end - 1 : end)) giveUp();
        return isList(value) ? value : [value];
      }),
    );
    this.at = after;
    return found;
  }

  /** `&$f(...)`, `&{"main::go"}(...)`. */
  protected ampersand(): Constant {
    this.at += 1;
    if (this.take("{")) {
      const name = text(this.expression());
      this.expect("}");
      return (
        this.lookup(`sub ${name.replace(/^main::/, "")}`) ??
        this.thing(name.replace(/^(?:main|CORE(?:::GLOBAL)?)::/, ""))
      );
    }
    const token = required(this.peek());
    this.at += 1;
    const name = token.text.startsWith("$") ? this.lookup(token.text) : token.text;
    if (!isWord(name)) return required(name);
    return this.lookup(`sub ${text(name)}`) ?? this.thing(text(name));
  }
}
