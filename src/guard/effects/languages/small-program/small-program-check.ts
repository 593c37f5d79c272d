// Whether every word of a small program is one that is listed, in a place where it does no harm.
import { isPlainPath } from "../evaluation/plain-path.ts";
import { PLAIN_VARIABLES, type PlainLanguage } from "./small-program-lists.ts";
import { isForeign, ModuleLoads, SEARCH_PATH, unquoted } from "./small-program-imports.ts";
import { type Word, CLOSING } from "./small-program-words.ts";

/** One program that is looked at, word by word. */
export class Looking {
  readonly #language: PlainLanguage;
  readonly #words: readonly Word[];
  readonly #inner: readonly (readonly Word[])[];
  readonly #imports: ModuleLoads;
  readonly #bound = new Set<string>();
  /** Paths are values of the program: what a slash puts together is one. */
  readonly #hasPaths: boolean;

  constructor(
    words: readonly Word[],
    language: PlainLanguage,
    inner: readonly (readonly Word[])[],
  ) {
    this.#words = words;
    this.#language = language;
    this.#inner = inner;
    this.#imports = new ModuleLoads(words, language, (at) => this.#isOpening(words, at));
    this.#hasPaths = words.some(({ text }) => text === "Path");
    if (language.bound === undefined) return;
    const source = words.map(({ text }) => text).join(" ");
    for (const [, ...groups] of source.matchAll(language.bound))
      for (const name of groups.join(" ").split(/[^\w$]+/)) this.#bound.add(name);
  }

  isPlain(): boolean {
    const words = this.#words;
    for (let at = 0; at < words.length; at += 1)
      if (words[at]?.text === "import" || words[at]?.text === "require")
        if (!this.#imports.loads(at)) return false;
    const isGood = words.every((_, at) => this.#imports.places.has(at) || this.#isGood(words, at));
    const { opens } = this.#language;
    const isGoodInside = (some: readonly Word[]): boolean =>
      some.every(
        (word, at) =>
          this.#isGood(some, at) && (!opens.has(word.text) || this.#imports.taken.has(word.text)),
      );
    return isGood && this.#inner.every(isGoodInside);
  }

  #at(at: number, words = this.#words): string {
    return words[at]?.text ?? "";
  }

  #isGood(words: readonly Word[], at: number): boolean {
    const word = words[at];
    const [before, after] = [this.#at(at - 1, words), this.#at(at + 1, words)];
    switch (word?.kind) {
      case "line":
      case "number":
        return true;
      case "text":
        // A text that is called, or whose items are.
        return after !== "(" || /^(?:echo|print|puts|p)$/.test(before);
      case "variable":
      case "pattern":
        return after !== "(";
      case "sign":
        return this.#isGoodSign(words, at);
      case "name":
        return before === "." || before === "?."
          ? this.#isGoodMember(words, at)
          : this.#isGoodName(words, at);
      default:
        return false;
    }
  }

  #isGoodSign(words: readonly Word[], at: number): boolean {
    const { text } = words[at] ?? { text: "" };
    const [before, after] = [words[at - 1], this.#at(at + 1, words)];
    switch (text) {
      case "--":
        return false;
      // WHY in front of what is certainly a value: elsewhere it may begin a pattern, in which anything may stand.
      case "/":
        if (this.#hasPaths) return isPlainPath(unquoted(this.#at(at + 1, words)));
        return (
          this.#language.divides === "values" ||
          before?.kind === "number" ||
          (before?.kind === "name" && !this.#language.keywords.has(before.text))
        );
      // What is computed to be a member of something could be any.
      case "[":
        return this.#language.indexes === "any" || this.#isGoodIndex(words, at);
      // A value that is put out of several, or called out of a list, is followed no further.
      case "(":
        // WHY: in a language without names of its own, a text is a function as well.
        if (this.#language.reserved === undefined && /^[\])}]$/.test(before?.text ?? ""))
          return false;
        return before?.text !== "]" || this.#language.indexes === "any";
      case "&:":
        return this.#language.members.has(after);
      default:
        return true;
    }
  }

  /** An index of JavaScript: a number, or a member by its plain name. */
  #isGoodIndex(words: readonly Word[], at: number): boolean {
    const before = words[at - 1];
    const isIndex =
      (before?.kind === "name" && !this.#language.keywords.has(before.text)) ||
      [")", "]"].includes(before?.text ?? "") ||
      before?.kind === "text";
    if (!isIndex) return true;
    const key = words[at + 1];
    const isKey = key?.kind === "number" || key?.kind === "text";
    return isKey && this.#at(at + 2, words) === "]" && !/^[(`]/.test(this.#at(at + 3, words));
  }

  #isGoodMember(words: readonly Word[], at: number): boolean {
    const name = this.#at(at, words);
    const owner = this.#at(at - 2, words);
    const isOfOwner = !/^[.?]/.test(this.#at(at - 3, words));
    const { qualified, members } = this.#language;
    const dotted = [...this.#imports.modules.keys()].find(
      (module) => module.includes(".") && this.#endsWith(words, at, module),
    );
    const given =
      dotted !== undefined
        ? this.#imports.modules.get(dotted)
        : isOfOwner
          ? (this.#imports.modules.get(owner) ?? qualified.get(owner))
          : undefined;
    if (given === undefined && this.#isWithinModule(words, at)) return true;
    // The variable of the environment was looked at with the environment.
    if (PLAIN_VARIABLES.has(name) && owner === "env") return true;
    if (!(given ?? members).has(name)) return false;
    if (!this.#isOpening(words, at)) return false;
    if (name === SEARCH_PATH && owner === "sys") return this.#isOnlyShown(words, at);
    if (name === "env" || name === "environ") return this.#isPlainVariable(words, at + 1);
    // A path is moved by what replaces parts of a text; that has two arguments.
    return name !== "replace" || !this.#language.opens.has("Path") || this.#hasTwo(words, at + 1);
  }

  /** WHY: who changes where modules are looked for loads any. */
  #isOnlyShown(words: readonly Word[], at: number): boolean {
    const isAlone = this.#at(at - 3, words) === "(" && this.#at(at + 1, words) === ")";
    return isAlone && /^(?:print|join|len|sorted)$/.test(this.#at(at - 4, words));
  }

  /** Whether what follows takes one variable of the environment that tells nobody anything. */
  #isPlainVariable(words: readonly Word[], at: number): boolean {
    const [dot, name] = [this.#at(at, words), this.#at(at + 1, words)];
    if (dot === "." && name !== "get") return PLAIN_VARIABLES.has(name);
    const named = dot === "[" ? name : this.#at(at + 3, words);
    const isTaken = dot === "[" || (dot === "." && this.#at(at + 2, words) === "(");
    return isTaken && PLAIN_VARIABLES.has(unquoted(named) ?? "");
  }

  /** Whether a word is part of the name of a loaded module, as in `urllib.parse.quote`. */
  #isWithinModule(words: readonly Word[], at: number): boolean {
    return [...this.#imports.modules.keys()].some((module) => {
      const parts = module.split(".");
      const isAt = (from: number): boolean =>
        parts.every((part, index) => this.#at(from + 2 * index, words) === part);
      return parts.length > 1 && parts.some((_, index) => isAt(at - 2 * index));
    });
  }

  #endsWith(words: readonly Word[], at: number, module: string): boolean {
    const parts = module.split(".");
    const from = at - 2 * parts.length;
    return from >= 0 && parts.every((part, index) => this.#at(from + 2 * index, words) === part);
  }

  #hasTwo(words: readonly Word[], open: number): boolean {
    let depth = 0;
    for (let at = open; at < words.length; at += 1) {
      const text = this.#at(at, words);
      if ("([{".includes(text) && text !== "") depth += 1;
      if (Object.hasOwn(CLOSING, text)) depth -= 1;
      if (depth === 0) return false;
      if (depth === 1 && text === ",") return true;
    }
    return false;
  }

  #isGoodName(words: readonly Word[], at: number): boolean {
    const name = this.#at(at, words);
    const after = this.#at(at + 1, words);
    const { keywords, names, qualified, reserved, bound } = this.#language;
    if (keywords.has(name)) return true;
    const isSet = after === "=" || after === ":=";
    const isModule = this.#imports.modules.has(name) || this.#isWithinModule(words, at);
    if (isModule || qualified.has(name)) {
      if (isSet) return false;
      return (
        after === "." ||
        (qualified.has(name) &&
          after === "[" &&
          name === "Dir" &&
          isPlainPath(unquoted(this.#at(at + 2, words))))
      );
    }
    if (names.has(name) || this.#imports.taken.has(name))
      return !isSet && this.#isOpening(words, at);
    if (reserved === undefined || isForeign(name, this.#language)) return false;
    if (!/^[a-z_][A-Za-z0-9_]{0,30}$/.test(name) || name.includes("__")) return false;
    return bound === undefined || this.#bound.has(name) || after === ":" || isSet;
  }

  /** What opens a file is called, with the file written out or in a name that only stands for a written one. */
  #isOpening(words: readonly Word[], at: number): boolean {
    const { opens, asks } = this.#language;
    const name = this.#at(at, words);
    const isAsking = asks.has(name);
    if (!isAsking && !opens.has(name) && !opens.has(`${this.#at(at - 2, words)}.${name}`))
      return true;
    if (this.#at(at + 1, words) !== "(") return false;
    const given = words[at + 2];
    if (!/^[,)]$/.test(this.#at(at + 3, words))) return false;
    const text = unquoted(given?.text ?? "");
    if (isAsking) return text !== undefined && OWN_SERVER.test(text);
    if (given?.kind === "text") return isPlainPath(text);
    // The program's input.
    if (given?.kind === "number") return given.text === "0";
    return given?.kind === "name" && this.#standsForPath(given.text);
  }

  /** Whether a name is given one written text, by the program's own words and nowhere else. */
  #standsForPath(name: string): boolean {
    let isGiven = false;
    for (const [at, { kind, text }] of this.#words.entries()) {
      if (kind !== "name" || text !== name || this.#at(at - 1) === ".") continue;
      const [before, after] = [this.#at(at - 1), this.#at(at + 1)];
      if (after === "=" && /^(?:[;\n]?|const|let)$/.test(before)) {
        if (isGiven || !isPlainPath(unquoted(this.#at(at + 2)))) return false;
        if (!/^[;\n]?$/.test(this.#at(at + 3))) return false;
        isGiven = true;
      } else if (before === "for" && after === "in" && this.#isFound(at + 2)) isGiven = true;
      else if (!this.#isGiven(at)) return false;
    }
    return isGiven;
  }

  /** Whether a name stands as an argument of a listed function, where nothing gives it another value. */
  #isGiven(at: number): boolean {
    if (!/^[,)]$/.test(this.#at(at + 1)) || !/^[(,]$/.test(this.#at(at - 1))) return false;
    if (this.#words.some(({ text }) => /^(?:lambda|def|function|=>)$/.test(text))) return false;
    let depth = 0;
    for (let back = at - 1; back > 0; back -= 1) {
      const text = this.#at(back);
      if (Object.hasOwn(CLOSING, text)) depth += 1;
      else if (text === "(" && depth === 0) return this.#isCall(back - 1);
      else if (/^[([{]$/.test(text)) {
        if (depth === 0) return false;
        depth -= 1;
      }
    }
    return false;
  }

  #isCall(at: number): boolean {
    const { names, opens, qualified } = this.#language;
    const name = this.#at(at);
    return (
      opens.has(name) || names.has(name) || qualified.get(this.#at(at - 2))?.has(name) === true
    );
  }

  /** Names that a written pattern finds: `glob.glob("src/*.ts")`. */
  #isFound(at: number): boolean {
    const from = this.#at(at) === "sorted" ? at + 2 : at;
    return (
      this.#imports.modules.has("glob") &&
      this.#at(from) === "glob" &&
      this.#at(from + 2) === "glob" &&
      this.#at(from + 3) === "("
    );
  }
}

/** A server of one's own, asked for a page. */
const OWN_SERVER = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?(?:\/[\w/.-]*)?$/;
