// Imports of a program in Python: which modules, by which names, and which of them are known.
import type { Prepared } from "../evaluation/language.ts";
import type { Observations } from "../evaluation/observations.ts";
import { type Token, words } from "../evaluation/tokens.ts";
import { CALLS } from "./python-calls.ts";

/** Modules that a proven program may import; all of the standard library. */
const MODULES = words(
  "ssl sysconfig site email email.utils tomllib importlib.metadata importlib.util zipfile tarfile json re math cmath sys os os.path datetime time random string collections itertools functools operator textwrap base64 hashlib hmac pathlib statistics decimal fractions uuid csv io pprint platform subprocess shutil glob urllib urllib.request urllib.parse urllib.error socket http http.client tempfile html unicodedata typing dataclasses enum copy calendar zlib struct binascii secrets bisect heapq difflib shlex fnmatch ast keyword abc codecs linecache sqlite3 configparser signal tokenize contextlib inspect timeit getpass stat locale zoneinfo ipaddress colorsys errno warnings traceback logging argparse types numbers array queue threading gzip bz2 lzma",
);

/** Names of files and folders that, in the working directory, take the place of the library's own modules. */
export const PYTHON_LIBRARY = words(
  "_bisect _blake2 _bz2 _collections_abc _compression _csv _datetime _decimal _hashlib _heapq _json _lzma _opcode _posixsubprocess _random _sha512 _sitebuiltins _socket _sqlite3 _ssl _statistics _struct _typing _uuid _weakrefset abc argparse array ast base64 binascii bisect bz2 calendar cmath codecs collections compileall contextlib copy copyreg csv dataclasses datetime decimal difflib dis email encodings enum errno fcntl filecmp fnmatch fractions functools genericpath gettext glob grp hashlib heapq hmac html http importlib inspect io ipaddress json keyword linecache locale lzma math mimetypes ntpath numbers opcode operator os pathlib platform posixpath pprint pwd py_compile queue quopri random re reprlib resource runpy secrets select selectors shlex shutil signal site socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sysconfig tarfile tempfile textwrap threading timeit token tokenize tomllib traceback types typing unicodedata urllib uuid venv warnings weakref zipfile zipimport zlib logging zoneinfo _strptime _pydecimal",
);

/** Takes the import statements out: what remains speaks of modules by the names that they got. */
export function prepare(given: readonly Token[], seen: Observations): Prepared {
  const tokens = asIdentified(given, seen);
  if (tokens.some((token) => token.kind === "name" && token.text === "__unknown_part__"))
    seen.cannotTell();
  const imports = new Imports(tokens, seen);
  return { tokens: imports.takeOut(), aliases: imports.aliases };
}

/** The import statements of one program. */
class Imports {
  readonly aliases = new Map<string, string>();
  readonly #tokens: readonly Token[];
  readonly #seen: Observations;
  #at = 0;

  constructor(tokens: readonly Token[], seen: Observations) {
    this.#tokens = tokens;
    this.#seen = seen;
  }

  /** The tokens that remain. */
  takeOut(): readonly Token[] {
    const tokens = this.#tokens;
    const rest: Token[] = [];
    while (this.#at < tokens.length) {
      const token = tokens[this.#at];
      const before = tokens[this.#at - 1];
      const starts =
        before === undefined ||
        before.kind === "end" ||
        (before.kind === "op" && before.text === ":");
      if (token?.kind === "name" && token.text === "import" && starts) this.#modules();
      else if (token?.kind === "name" && token.text === "from" && starts) this.#members();
      else if (
        isBuiltins(token) &&
        tokens[this.#at + 1]?.kind === "op" &&
        tokens[this.#at + 2]?.kind === "name"
      ) {
        // `builtins.exec` is `exec`.
        this.#seen.cannotTell();
        this.#at += 2;
      } else if (token !== undefined) {
        rest.push(token);
        this.#at += 1;
      }
    }
    return rest;
  }

  /** `import a.b as c, d`. */
  #modules(): void {
    do {
      this.#at += 1;
      const module = this.#dotted();
      const name = this.#renamed();
      this.#known(module);
      const root = module.split(".")[0] ?? "";
      this.aliases.set(name ?? root, name === undefined ? root : module);
    } while (this.#word() === ",");
  }

  /** `from a import (b, c as d)`. */
  #members(): void {
    const { aliases } = this;
    this.#at += 1;
    const module = this.#dotted();
    this.#known(module);
    if (this.#word() !== "import") this.#seen.cannotTell();
    do {
      this.#at += 1;
      while (this.#word() === "(" || this.#tokens[this.#at]?.kind === "end") {
        if (this.#tokens[this.#at]?.kind === "end" && this.#word() === "") break;
        this.#at += 1;
      }
      const name = this.#word();
      if (name === "*") {
        this.#seen.cannotTell();
        for (const member of membersOf(module)) aliases.set(member, `${module}.${member}`);
      }
      this.#at += 1;
      aliases.set(this.#renamed() ?? name, `${module}.${name}`);
    } while (this.#word() === ",");
    if (this.#word() === ")") this.#at += 1;
  }

  #word(): string {
    const token = this.#tokens[this.#at];
    return token?.kind === "name" || token?.kind === "op" ? token.text : "";
  }

  #dotted(): string {
    let name = "";
    while (/^(\w+|\.)$/.test(this.#word()) && !/^(import|as)$/.test(this.#word())) {
      name += this.#word();
      this.#at += 1;
      if (this.#word() !== "." && !name.endsWith(".")) break;
    }
    return name;
  }

  #renamed(): string | undefined {
    if (this.#word() !== "as") return undefined;
    this.#at += 1;
    const name = this.#word();
    this.#at += 1;
    return name;
  }

  #known(module: string): void {
    if (!MODULES.has(module)) this.#seen.cannotTell();
    this.#seen.imports();
  }
}

/**
 * Names as Python takes them: it normalises each (PEP 3131), so `ºpen` is `open`. WHY nothing is proven then: nobody writes so
 * who does not hide something, and what may be part of a name is told by a list of its own.
 */
function asIdentified(tokens: readonly Token[], seen: Observations): readonly Token[] {
  return tokens.map((token): Token => {
    if ((token.kind !== "name" && token.kind !== "op") || !/[^\0-\x7f]/.test(token.text))
      return token;
    const text = token.text.normalize("NFKC");
    if (token.kind === "op" || text !== token.text) seen.cannotTell();
    return { ...token, text };
  });
}

/** Functions of a module that are known: what `from module import *` brings among others. */
function membersOf(module: string): readonly string[] {
  return Object.keys(CALLS).flatMap((path) => {
    const member = path.slice(module.length + 1);
    return path.startsWith(`${module}.`) && /^\w+$/.test(member) ? [member] : [];
  });
}

function isBuiltins(token: Token | undefined): boolean {
  return token?.kind === "name" && /^(?:builtins|__builtins__|__builtin__)$/.test(token.text);
}
