// Whether code is of a few small forms that need no sandbox beside a reading of them: a second look, by other means (decision 0015).
import { isPlainPath } from "./evaluation/plain-path.ts";
import {
  PLAIN_LANGUAGES,
  PLAIN_PERL,
  PLAIN_PRINT,
  PLAIN_VARIABLES,
  type PlainLanguage,
} from "./small-program-lists.ts";

/** Characters of a program that is looked at; a longer one is none of these forms. */
const PLAIN_CHARS_MAX = 3_000;
/** Code within texts of code. */
const NESTING_MAX = 2;

type Word = {
  readonly kind: "line" | "text" | "name" | "number" | "variable" | "pattern" | "sign";
  readonly text: string;
};

/**
 * Whether a program of a language consists of listed words alone and names what it opens as plain texts. WHY beside the
 * reading, which knows far more forms: whoever proves that code is harmless is wrong once, and here is little to be wrong in.
 * Total; the same for every machine.
 */
export function isSmallProgram(code: string, language: string): boolean {
  if (code.length > PLAIN_CHARS_MAX || /[^\n\t\x20-\x7e]/.test(code)) return false;
  if (language === "perl code") return PLAIN_PERL.some((form) => form.test(code));
  const known = PLAIN_LANGUAGES.get(language);
  return known === undefined ? PLAIN_PRINT.test(code) : isPlain(code, known, NESTING_MAX);
}

function isPlain(code: string, language: PlainLanguage, nesting: number): boolean {
  if (language.never?.test(code) === true) return false;
  const read = wordsOf(code, language, nesting);
  if (read === undefined || !isBalanced(read.words)) return false;
  return new Looking(read.words, language, read.inner).isPlain();
}

/** The words, and those of code within texts; undefined where something else is there. */
function wordsOf(
  code: string,
  language: PlainLanguage,
  nesting: number,
): { readonly words: readonly Word[]; readonly inner: readonly Word[][] } | undefined {
  const words: Word[] = [];
  const inner: Word[][] = [];
  const token = new RegExp(language.token);
  while (token.lastIndex < code.length) {
    const groups = token.exec(code)?.groups;
    if (groups === undefined) return undefined;
    const [found] = Object.entries(groups).filter(([, text]) => text !== undefined);
    const [kind, text = ""] = found ?? [];
    if (kind === undefined) return undefined;
    if (kind === "space") continue;
    if (kind === "text") {
      const pieces = piecesOf(text, language);
      if (pieces === undefined) return undefined;
      for (const piece of pieces) {
        const read = nesting > 0 ? wordsOf(piece, language, nesting - 1) : undefined;
        if (read === undefined || !isBalanced(read.words)) return undefined;
        inner.push([...read.words], ...read.inner);
      }
    }
    words.push({ kind: kind as Word["kind"], text });
  }
  return { words, inner };
}

/** The code within a text; undefined where the text may be more than its characters say. */
function piecesOf(text: string, { inText }: PlainLanguage): readonly string[] | undefined {
  // A character in other words: what a text is could not be seen in it.
  const isRaw = /^[rR]/.test(text);
  if (!isRaw && /\\[xuUN0-7cCM\n]/.test(text)) return undefined;
  const holds = inText(text);
  if (holds === "none") return undefined;
  if (holds === "plain") return [];
  const { opening } = holds;
  const pieces: string[] = [];
  let rest = text.slice(1);
  if (opening === "{") rest = rest.replaceAll("{{", "").replaceAll("}}", "");
  for (let at = rest.indexOf(opening); at >= 0; at = rest.indexOf(opening)) {
    const end = rest.indexOf("}", at);
    if (end < 0) return undefined;
    const piece = rest.slice(at + opening.length, end);
    // WHY no braces and backslashes: where such a piece ends would depend on what is in it.
    if (/[{\\`]/.test(piece) || piece.trim() === "") return undefined;
    pieces.push(opening === "{" ? withoutFormat(piece) : piece);
    rest = rest.slice(end + 1);
  }
  return pieces;
}

/** What stands in front of the format in a text of Python: `x:>8.2f`, `x!r`. */
function withoutFormat(piece: string): string {
  return piece.replace(/(?:![rsa])?(?::[<>=^+ ,\d.%a-zA-Z-]*)?$/, "");
}

/** Where Python looks for modules. */
const SEARCH_PATH = "path";

const CLOSING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

function isBalanced(words: readonly Word[]): boolean {
  const open: string[] = [];
  for (const { kind, text } of words) {
    if (kind !== "sign") continue;
    if ("([{".includes(text)) open.push(text);
    else if (Object.hasOwn(CLOSING, text) && open.pop() !== CLOSING[text]) return false;
  }
  return open.length === 0;
}

/** One program that is looked at, word by word. */
class Looking {
  readonly #language: PlainLanguage;
  readonly #words: readonly Word[];
  readonly #inner: readonly (readonly Word[])[];
  /** Names of modules as the program calls them. */
  readonly #modules = new Map<string, ReadonlySet<string>>();
  /** Names that the program takes of modules. */
  readonly #taken = new Set<string>();
  /** Words of what loads modules: looked at when it is read. */
  readonly #loading = new Set<number>();
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
        if (!this.#loads(at)) return false;
    const isGood = words.every((_, at) => this.#loading.has(at) || this.#isGood(words, at));
    const { opens } = this.#language;
    const isGoodInside = (some: readonly Word[]): boolean =>
      some.every(
        (word, at) =>
          this.#isGood(some, at) && (!opens.has(word.text) || this.#taken.has(word.text)),
      );
    return isGood && this.#inner.every(isGoodInside);
  }

  #at(at: number, words = this.#words): string {
    return words[at]?.text ?? "";
  }

  /** Reads what loads modules from a place on; false where it loads others, or in another form. */
  #loads(at: number): boolean {
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
    this.#loading.add(at);
    let next = at + 1;
    const isSome = this.#at(next) === "{";
    for (; this.#at(next) !== "from"; next += 1) {
      const { kind, text } = this.#words[next] ?? {};
      this.#loading.add(next);
      if (text === "{" || text === "}" || text === ",") continue;
      if (kind !== "name") return false;
      if (isSome && !given.has(text ?? "")) return false;
      if (isSome) this.#taken.add(text ?? "");
      else if (this.#isForeign(text ?? "")) return false;
      else this.#modules.set(text ?? "", given);
    }
    this.#loading.add(next).add(next + 1);
    return isSome || next === at + 2;
  }

  /** `require("x")` of JavaScript, and of Ruby without parentheses. */
  #requires(at: number): boolean {
    const { modules, reserved } = this.#language;
    if (reserved === undefined) return false;
    if (this.#at(at + 1) !== "(") {
      this.#loading.add(at).add(at + 1);
      return modules.has(unquoted(this.#at(at + 1)) ?? "") && /^[;\n]?$/.test(this.#at(at + 2));
    }
    const name = unquoted(this.#at(at + 2));
    if (name === undefined || this.#at(at + 3) !== ")") return false;
    for (const one of [at, at + 1, at + 2, at + 3]) this.#loading.add(one);
    // Data of the project is a value like any other.
    if (/^\.{1,2}\/[\w./-]+\.json$/.test(name)) return true;
    const given = modules.get(name);
    if (given === undefined) return false;
    if (this.#at(at + 4) === ".") {
      this.#loading.add(at + 4).add(at + 5);
      return given.has(this.#at(at + 5)) && this.#isOpening(this.#words, at + 5);
    }
    if (this.#at(at - 1) !== "=" || !/^[;,\n]?$/.test(this.#at(at + 4))) return false;
    if (this.#at(at - 2) !== "}") {
      if (this.#words[at - 2]?.kind !== "name" || this.#isForeign(this.#at(at - 2))) return false;
      this.#modules.set(this.#at(at - 2), given);
      this.#loading.add(at - 2).add(at - 1);
      return true;
    }
    for (let back = at - 2; this.#at(back) !== "{"; back -= 1) {
      const { kind, text = "" } = this.#words[back] ?? {};
      this.#loading.add(back);
      if (text === "," || text === "}") continue;
      if (kind !== "name" || !given.has(text)) return false;
      this.#taken.add(text);
    }
    return true;
  }

  #importsPython(at: number, modules: PlainLanguage["modules"]): boolean {
    this.#loading.add(at);
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
      for (let one = from; one < at; one += 1) this.#loading.add(one);
      for (; !/^[;\n]?$/.test(this.#at(next)); next += 1) {
        this.#loading.add(next);
        if (this.#at(next) === ",") continue;
        const one = this.#at(next);
        // WHY: what opens places, and the environment, is known by the module's name before it.
        const isOpening = this.#language.opens.has(`${name}.${one}`) || one === "environ";
        if (!given.has(one) || isOpening || one === SEARCH_PATH) return false;
        this.#taken.add(one);
      }
      return next > at + 1;
    }
    while (!/^[;\n]?$/.test(this.#at(next))) {
      let name = "";
      for (; !/^(?:[;,\n]?|as)$/.test(this.#at(next)); next += 1) {
        name += this.#at(next);
        this.#loading.add(next);
      }
      const given =
        modules.get(name) ?? (name === "importlib.util" ? new Set(["find_spec"]) : undefined);
      if (given === undefined) return false;
      if (this.#at(next) === "as") {
        const own = this.#at(next + 1);
        const { opens } = this.#language;
        // WHY: what opens files is known by the module's own name.
        const isOpening = [...given].some((one) => opens.has(one) || opens.has(`${name}.${one}`));
        if (!/^[a-z]{1,8}$/.test(own) || this.#isForeign(own) || isOpening) return false;
        this.#modules.set(own, given);
        this.#loading.add(next).add(next + 1);
        next += 2;
      } else this.#modules.set(name, given);
      if (this.#at(next) === ",") this.#loading.add(next++);
    }
    return next > at + 1;
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
    const dotted = [...this.#modules.keys()].find(
      (module) => module.includes(".") && this.#endsWith(words, at, module),
    );
    const given =
      dotted !== undefined
        ? this.#modules.get(dotted)
        : isOfOwner
          ? (this.#modules.get(owner) ?? qualified.get(owner))
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
    return [...this.#modules.keys()].some((module) => {
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
    const isModule = this.#modules.has(name) || this.#isWithinModule(words, at);
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
    if (names.has(name) || this.#taken.has(name)) return !isSet && this.#isOpening(words, at);
    if (reserved === undefined || this.#isForeign(name)) return false;
    if (!/^[a-z_][A-Za-z0-9_]{0,30}$/.test(name) || name.includes("__")) return false;
    return bound === undefined || this.#bound.has(name) || after === ":" || isSet;
  }

  /** Whether a name has a meaning of its own, which is not among the listed ones. */
  #isForeign(name: string): boolean {
    const { reserved, opens, names } = this.#language;
    return reserved?.has(name) === true || opens.has(name) || names.has(name);
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
      this.#modules.has("glob") &&
      this.#at(from) === "glob" &&
      this.#at(from + 2) === "glob" &&
      this.#at(from + 3) === "("
    );
  }
}

/** A server of one's own, asked for a page. */
const OWN_SERVER = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?(?:\/[\w/.-]*)?$/;

function unquoted(text: string): string | undefined {
  return /^[rR]?(['"])([^'"\\]*)\1$/.exec(text)?.[2];
}
