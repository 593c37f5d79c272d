// Calls of constants: functions that make values, and those that take their function or their code from what they are given.
import { decodeBase64 } from "../../bytes/decoders.ts";
import { ConstantCursor } from "./constant-cursor.ts";
import { formatted, isWord } from "./constant-formats.ts";
import { called, functionOf, type Given } from "./constant-functions.ts";
import { buffer, methodOf, split } from "./constant-methods.ts";
import {
  binary,
  byteList,
  bytes,
  type Constant,
  giveUp,
  isObject,
  items,
  required,
  text,
  type Thing,
  together,
  written,
  NAME_CHARS_MAX,
  SIZE_MAX,
} from "./constant-values.ts";
const PRINTS =
  /^(?:print|puts|say|echo|printf|console\.log|process\.stdout\.write|sys\.stdout\.write|sys\.stdout\.buffer\.write|\$stdout\.(?:write|print|puts)|STDOUT\.(?:write|print|puts)|io\.write|fwrite)$/;
/** Where perl and php print to. */
const HANDLE = /^(?:STDOUT|STDERR)$/;
const CALLBACKS =
  /^(?:array_map|array_walk|array_filter|array_reduce|call_user_func|call_user_func_array|usort|preg_replace_callback|register_shutdown_function)$/;
const EVALUATES: Readonly<Record<string, RegExp>> = {
  python: /^(?:eval|exec)$/,
  javascript: /^(?:eval|Function|runInThisContext|runInNewContext|runInContext)$/,
  perl: /^eval$/,
  ruby: /^(?:eval|class_eval|instance_eval|module_eval)$/,
  php: /^(?:eval|assert)$/,
  lua: /^(?:load|loadstring)$/,
};
const IMPORTS =
  /^(?:require|import|__import__|importlib\.import_module|import_module|process\.getBuiltinModule|process\.mainModule\.require|module\.require|(?:module|Module)(?:\.\w+)*\._load)$/;

/** Calls of one program; those that cannot be worked out are noted as they would stand in the code. */
export abstract class ConstantCalls extends ConstantCursor {
  /** An expression from the place where the reading stands. */
  abstract expression(least?: number): Constant;

  protected thing(path: string, code = path): Thing {
    if (path.length > NAME_CHARS_MAX || code.length > SIZE_MAX) giveUp();
    const thing: Thing = {
      kind: "thing",
      path,
      code,
      call: (args) => this.call(thing, args, new Map()),
    };
    return thing;
  }

  /** A member of a thing, which is another thing, under the name that it has or the function of the language that it is. */
  protected memberOf(owner: Thing, name: string): Constant {
    const sign =
      this.language === "php" || (this.language === "ruby" && /^[A-Z]/.test(name)) ? "::" : ".";
    const path = `${owner.path}.${name}`.replace(
      /^(?:builtins|__builtins__|globalThis|global|window|_G|_ENV|Kernel)\./,
      "",
    );
    if (path === "sys.stdin" || path === "process.stdin") return this.thing(path);
    return this.thing(
      path,
      owner.path === path.slice(0, -name.length - 1) ? `${owner.code}${sign}${name}` : path,
    );
  }

  protected call(
    value: Constant,
    args: readonly Constant[],
    named: ReadonlyMap<string, Constant>,
  ): Constant {
    const { language } = this;
    this.step();
    if (isObject(args[0], "thing") && args[0].path === "...") return value;
    if (isObject(value, "callable")) return value.call(args);
    if (isWord(value) && language === "php")
      return this.call(
        this.lookup(`function ${text(value)}`) ?? this.thing(text(value)),
        args,
        named,
      );
    if (!isObject(value, "thing")) return giveUp();
    const { path } = value;
    const given: Given = {
      args: CALLBACKS.test(path) ? args.map((one) => this.callback(one)) : args,
      named,
      language,
    };
    const special = this.called(value, given);
    if (special !== undefined) return special;
    const written_ = this.lookup(`${language === "perl" ? "sub" : "function"} ${path}`);
    if (isObject(written_, "callable")) return written_.call(args);
    const work = functionOf(path);
    if (work !== undefined && !/^(?:subprocess|os|fs|child_process|shutil)\./.test(path))
      return work(given);
    return this.noted(value, given);
  }

  /** PHP and ruby name functions by texts: one that is not known to make a value is a thing that is called. */
  protected callback(value: Constant): Constant {
    const name = this.language === "php" && isWord(value) ? text(value) : "";
    return /^[a-z_]\w*$/i.test(name) && functionOf(name) === undefined ? this.thing(name) : value;
  }

  /** Calls that take their function or their owner from what they are given. */
  protected called(thing: Thing, { args, named, language }: Given): Constant | undefined {
    const { path, code } = thing;
    const [first, second, ...rest] = args;
    if (IMPORTS.test(path)) {
      const data = /^data:text\/javascript(;base64)?,([\s\S]*)$/.exec(text(first));
      if (data !== null)
        return this.evaluated(path, [
          data[1] === undefined ? (data[2] ?? "") : text(bytes(decodeBase64(data[2] ?? ""))),
        ]);
      const name = text(first).replace(/^node:/, "");
      const word =
        language === "python"
          ? "__import__"
          : language === "lua" || language === "javascript"
            ? "require"
            : giveUp();
      return this.thing(name.replaceAll("/", "."), `${word}(${JSON.stringify(name)})`);
    }
    if (PRINTS.test(path)) {
      this.print(path, args, named);
      return thing;
    }
    if (/^(?:getattr|Reflect\.get)$/.test(path) && isObject(first, "thing"))
      return this.memberOf(first, text(second));
    if (path === "Reflect.apply") return called(first, items(rest[0]), language);
    if (path === "Buffer.from") return buffer({ args, named, language });
    if (path === "Buffer.concat") return items(first).reduce(together);
    if (path === "String.raw") return required(first);
    if (path === "TextDecoder") return this.thing("decoder");
    if (/^decoder\.decode$/.test(path)) return text(bytes(binary(first)));
    if (path === "operator.attrgetter")
      return {
        kind: "callable",
        call: ([owner]) =>
          isObject(owner, "thing") ? this.memberOf(owner, text(first)) : giveUp(),
      };
    if (path === "operator.methodcaller")
      return {
        kind: "callable",
        call: ([owner]) =>
          isObject(owner, "thing")
            ? this.call(this.memberOf(owner, text(first)), args.slice(1), named)
            : giveUp(),
      };
    if (/^(?:method|Closure\.fromCallable|ReflectionFunction)$/.test(path) && first !== undefined)
      return this.thing(text(first));
    if (/(?:^|\.)(?:const_get)$/.test(path)) return this.thing(text(first));
    if (/(?:^|\.)(?:send|public_send|__send__)$/.test(path)) {
      const owner = path.replace(/\.?[^.]*$/, "");
      return this.call(
        owner === "" ? this.thing(text(first)) : this.memberOf(this.thing(owner), text(first)),
        args.slice(1),
        named,
      );
    }
    if (
      EVALUATES[language]?.test(path.split(".").at(-1) ?? "") === true &&
      isWord(first) &&
      !/^(?:re|regex|db|cursor|child_process)\./.test(path)
    )
      return this.evaluated(path, args);
    if (path === "compile" && isWord(first)) return first;
    if (/^(?:vm\.)?Script$/.test(path)) return required(first);
    if (path.endsWith(".spawn") && isObject(first, "table")) {
      this.note(
        `require("child_process").spawnSync(${written(required(first.entries.get("file")), language)}, ${written(items(first.entries.get("args")).slice(1), language)})`,
      );
      return thing;
    }
    if (path.endsWith(".can") && language === "perl")
      return this.lookup(`sub ${text(first)}`) ?? this.thing(text(first));
    const owner = code.replace(/(?:\.|::|->)\w+$/, "");
    if (/\.(?:call|invoke|__call__)$/.test(path))
      return this.call(
        this.thing(path.replace(/\.\w+$/, ""), owner),
        language === "javascript" ? args.slice(1) : args,
        named,
      );
    if (path.endsWith(".apply") && language === "javascript")
      return this.call(this.thing(path.slice(0, -6), owner), items(second), named);
    if (path.endsWith(".bind") && language === "javascript")
      return {
        kind: "callable",
        call: (more) =>
          this.call(this.thing(path.slice(0, -5), owner), [...args.slice(1), ...more], named),
      };
    if (/^(?:util\.promisify)$/.test(path)) return required(first);
    if (path === "setTimeout" || path === "setImmediate")
      return called(first, path === "setTimeout" ? rest : args.slice(1), language);
    if (
      /^sys\.stdin(?:\.buffer)?\.(?:read|readline)$|^(?:STDIN|\$stdin)\.(?:read|gets)$|^gets$|^io\.read$/.test(
        path,
      )
    )
      return required(this.world.input);
    if (/^(?:array\.array)$/.test(path)) return bytes(byteList(items(second)));
    if (path === "string.Template") return required(first);
    if (path === "itertools.cycle" || path === "cycle")
      return Array.from(
        { length: 512 },
        (_, at) => items(first)[at % items(first).length] ?? giveUp(),
      );
    if (/^(?:re\.sub)$/.test(path))
      return required(methodOf("replace"))(required(rest[0]), {
        args: [required(first), required(second)],
        named,
        language,
      });
    if (path === "shlex.split")
      return text(first).includes("\\")
        ? giveUp()
        : [...text(first).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
            ([, one, two, three]) => one ?? two ?? three ?? "",
          );
    if (/^(?:os\.getenv|os\.environ\.get|ENV\.fetch|getenv|os\.environ\.__getitem__)$/.test(path))
      return required(this.world.variable(text(first)));
    if (path === "split" && language === "perl") return split(text(second), first);
    if (/^(?:array_filter|array_walk|iterator_apply)$/.test(path))
      return items(first).map((one) => called(second, [one], language));
    if (language === "php" && (path === "usort" || path === "register_shutdown_function"))
      return called(first, args.slice(1), language);
    if (/^(?:ipairs|pairs)$/.test(path)) return items(first).map((one, at) => [at + 1, one]);
    if (/^(?:table\.unpack|unpack)$/.test(path) && language === "lua") return required(first);
    if (/^(?:lua_gsub|string\.gsub)$/.test(path))
      return required(methodOf("gsub"))(required(first), { args: args.slice(1), named, language });
    if (/^(?:string\.sub)$/.test(path))
      return required(methodOf("sub"))(required(first), { args: args.slice(1), named, language });
    if (
      /^(?:str|bytes)\.(\w+)$/.test(path) &&
      language === "python" &&
      path !== "bytes.fromhex" &&
      path !== "str.maketrans" &&
      path !== "bytes.maketrans"
    )
      return required(methodOf(path.replace(/^.*\./, "")))(required(first), {
        args: args.slice(1),
        named,
        language,
      });
    return undefined;
  }

  /** Code in a text: its calls are noted, and the text itself. */
  protected evaluated(path: string, args: readonly Constant[]): Constant {
    if (path === "Function") {
      const names = args.slice(0, -1).map(text);
      const body = text(args.at(-1));
      return {
        kind: "callable",
        call: (values) => this.inScope(names, values, () => this.evaluate(body)),
      };
    }
    const code = text(args[0]);
    if (/^[\w.$]+$/.test(code)) return this.lookup(code) ?? this.thing(code);
    const table = args[1];
    const entries = isObject(table, "table") ? [...table.entries] : [];
    const run = (): Constant =>
      this.inScope(
        entries.map(([name]) => name),
        entries.map(([, value]) => value),
        () => this.evaluate(code),
      );
    const isLater = this.language === "lua";
    this.note(code);
    return isLater ? { kind: "callable", call: run } : run();
  }

  /** Runs code that a text holds. */
  protected evaluate(_code: string): Constant {
    return giveUp();
  }

  protected print(
    path: string,
    args: readonly Constant[],
    named: ReadonlyMap<string, Constant>,
  ): void {
    const isLines = /^(?:puts|say|\$stdout\.puts|STDOUT\.puts)$/.test(path);
    const isSpaced =
      path === "console.log" || (path === "print" && /^(?:python|lua)$/.test(this.language));
    const ends = named.has("end") ? text(named.get("end")) : isSpaced ? "\n" : "";
    const words = args.filter((one) => !(isObject(one, "thing") && HANDLE.test(one.path)));
    if (words.some((one) => isObject(one, "thing"))) return;
    if (path === "printf") this.printed.push(formatted(text(words[0]), words.slice(1)));
    else if (isLines) this.printed.push(...words.map((one) => `${text(one).replace(/\n$/, "")}\n`));
    else
      this.printed.push(
        words.map(text).join(isSpaced ? (this.language === "lua" ? "\t" : " ") : "") + ends,
      );
  }

  /** A call of what cannot be worked out, with constants in the place of what it is given. */
  protected noted(thing: Thing, { args, named }: Given): Constant {
    const words = [
      ...args.map((one) =>
        isObject(one, "callable") || isObject(one, "table") ? "null" : written(one, this.language),
      ),
      ...[...named].map(
        ([name, one]) =>
          `${name}${this.language === "ruby" ? ": " : "="}${isObject(one, "callable") || isObject(one, "table") ? "0" : written(one, this.language)}`,
      ),
    ];
    const code = `${thing.code}(${words.join(", ")})`;
    this.note(code);
    // The callbacks of what is not known are probably called.
    for (const one of args)
      if (isObject(one, "callable") && thing.path.endsWith("then"))
        one.call([
          this.thing(thing.path.replace(/\.then$/, ""), thing.code.replace(/\.then$/, "")),
        ]);
    return this.thing(args.length === 0 ? `${thing.path}()` : `${thing.path}(…)`, code);
  }
}
