// What a small program loads: whether each module is a listed one, by which names, and what it takes of it.
import type { PlainLanguage } from "./small-program-lists.ts";
import type { Word } from "./small-program-words.ts";

/** Where Python looks for modules. */
export const SEARCH_PATH = "path";

/** The modules of one program. */
export class ModuleLoads {
  /** Names of modules as the program calls them. */
  readonly modules = new Map<string, ReadonlySet<string>>();
  /** Names that the program takes of modules. */
  readonly taken = new Set<string>();
  /** Words of what loads modules: looked at when it is read. */
  readonly places = new Set<number>();
  readonly #words: readonly Word[];
  readonly #language: PlainLanguage;
  readonly #isOpening: (at: number) => boolean;

  /** `isOpening`: whether the word at a place opens nothing, or what is written out. */
  constructor(words: readonly Word[], language: PlainLanguage, isOpening: (at: number) => boolean) {
    this.#words = words;
    this.#language = language;
    this.#isOpening = isOpening;
  }

  /** Reads what loads modules from a place on; false where it loads others, or in another form. */
  loads(at: number): boolean {
    const { modules } = this.#language;
    if (this.#language.token.source.includes("<\\?php")) return false;
    if (this.#at(at) === "require") return this.#requires(at);
    return this.#at(at + 1) === "{" || /["']/.test(this.#importSource(at))
      ? this.#importsFrom(at)
      : this.#importsPython(at, modules);
  }

  /** The text from which JavaScript's `import a from "b"` loads; nothing where it is none. */
  #importSource(at: number): string {
    for (let next = at + 1; next < at + 24; next += 1) {
      if (this.#at(next) === "from") return this.#at(next + 1);
      if (/^[;\n]?$/.test(this.#at(next))) return "";
    }
    return "";
  }

  #importsFrom(at: number): boolean {
    const { modules } = this.#language;
    const given = modules.get(unquoted(this.#importSource(at)) ?? "");
    if (given === undefined) return false;
    this.places.add(at);
    let next = at + 1;
    const isSome = this.#at(next) === "{";
    for (; this.#at(next) !== "from"; next += 1) {
      const { kind, text } = this.#words[next] ?? {};
      this.places.add(next);
      if (text === "{" || text === "}" || text === ",") continue;
      if (kind !== "name") return false;
      if (isSome && !given.has(text ?? "")) return false;
      if (isSome) this.taken.add(text ?? "");
      else if (isForeign(text ?? "", this.#language)) return false;
      else this.modules.set(text ?? "", given);
    }
    this.places.add(next).add(next + 1);
    return isSome || next === at + 2;
  }

  /** `require("x")` of JavaScript, and of Ruby without parentheses. */
  #requires(at: number): boolean {
    const { modules, reserved } = this.#language;
    if (reserved === undefined) return false;
    if (this.#at(at + 1) !== "(") {
      this.places.add(at).add(at + 1);
      return modules.has(unquoted(this.#at(at + 1)) ?? "") && /^[;\n]?$/.test(this.#at(at + 2));
    }
    const name = unquoted(this.#at(at + 2));
    if (name === undefined || this.#at(at + 3) !== ")") return false;
    for (const one of [at, at + 1, at + 2, at + 3]) this.places.add(one);
    // Data of the project is a value like any other.
    if (/^\.{1,2}\/[\w./-]+\.json$/.test(name)) return true;
    const given = modules.get(name);
    if (given === undefined) return false;
    if (this.#at(at + 4) === ".") {
      this.places.add(at + 4).add(at + 5);
      return given.has(this.#at(at + 5)) && this.#isOpening(at + 5);
    }
    if (this.#at(at - 1) !== "=" || !/^[;,\n]?$/.test(this.#at(at + 4))) return false;
    if (this.#at(at - 2) !== "}") {
      if (this.#words[at - 2]?.kind !== "name" || isForeign(this.#at(at - 2), this.#language))
        return false;
      this.modules.set(this.#at(at - 2), given);
      this.places.add(at - 2).add(at - 1);
      return true;
    }
    for (let back = at - 2; this.#at(back) !== "{"; back -= 1) {
      const { kind, text = "" } = this.#words[back] ?? {};
      this.places.add(back);
      if (text === "," || text === "}") continue;
      if (kind !== "name" || !given.has(text)) return false;
      this.taken.add(text);
    }
    return true;
  }

  #importsPython(at: number, modules: PlainLanguage["modules"]): boolean {
    this.places.add(at);
    const isFrom = this.#words.slice(0, at).findLastIndex(({ text }) => text === "from");
    const line = this.#words.slice(0, at).findLastIndex(({ text }) => /^[;\n]$/.test(text));
    const from = isFrom > line ? isFrom : -1;
    let next = at + 1;
    if (from >= 0) {
      const name = this.#words
        .slice(from + 1, at)
        .map(({ text }) => text)
        .join("");
      const given = modules.get(name);
      if (given === undefined || from !== line + 1) return false;
      for (let one = from; one < at; one += 1) this.places.add(one);
      for (; !/^[;\n]?$/.test(this.#at(next)); next += 1) {
        this.places.add(next);
        if (this.#at(next) === ",") continue;
        const one = this.#at(next);
        // WHY: what opens places, and the environment, is known by the module's name before it.
        const isOpening = this.#language.opens.has(`${name}.${one}`) || one === "environ";
        if (!given.has(one) || isOpening || one === SEARCH_PATH) return false;
        this.taken.add(one);
      }
      return next > at + 1;
    }
    while (!/^[;\n]?$/.test(this.#at(next))) {
      let name = "";
      for (; !/^(?:[;,\n]?|as)$/.test(this.#at(next)); next += 1) {
        name += this.#at(next);
        this.places.add(next);
      }
      const given =
        modules.get(name) ?? (name === "importlib.util" ? new Set(["find_spec"]) : undefined);
      if (given === undefined) return false;
      if (this.#at(next) === "as") {
        const own = this.#at(next + 1);
        const { opens } = this.#language;
        // WHY: what opens files is known by the module's own name.
        const isOpening = [...given].some((one) => opens.has(one) || opens.has(`${name}.${one}`));
        if (!/^[a-z]{1,8}$/.test(own) || isForeign(own, this.#language) || isOpening) return false;
        this.modules.set(own, given);
        this.places.add(next).add(next + 1);
        next += 2;
      } else this.modules.set(name, given);
      if (this.#at(next) === ",") this.places.add(next++);
    }
    return next > at + 1;
  }

  #at(at: number): string {
    return this.#words[at]?.text ?? "";
  }
}

/** Whether a name has a meaning of its own, which is not among the listed ones. */
export function isForeign(name: string, { reserved, opens, names }: PlainLanguage): boolean {
  return reserved?.has(name) === true || opens.has(name) || names.has(name);
}

/** The text that a word in quotes writes out; undefined for any other. */
export function unquoted(text: string): string | undefined {
  return /^[rR]?(['"])([^'"\\]*)\1$/.exec(text)?.[2];
}
