// The client's shell snapshot as text -> what it defines. Read by its own narrow format; nothing is ever run.
import { LETTER_ESCAPES } from "#base/letter-escapes.ts";
import { createHash } from "node:crypto";
import { isClientWrapper } from "./client-wrappers.ts";

/** What one snapshot defines. `known` is false when it holds a line of a form that is not understood. */
export type Snapshot = {
  readonly functions: ReadonlyMap<string, string>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly options: ReadonlySet<string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly known: boolean;
};

/** A body that no shell parser accepts: it stands for a definition whose text is not trusted. */
export const UNTRUSTED_BODY = '"';

/** Statements read from one snapshot; more make it unknown. */
const STATEMENTS_MAX = 20_000;
/** Lines of unknown form after which reading stops: each may cost a search through the whole text. */
const UNKNOWN_LINES_MAX = 16;

type Draft = {
  readonly functions: Map<string, string>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  readonly variables: Map<string, string>;
};

/** One form of statement: reads at `at` and returns where it ends, or undefined when it is not of this form. */
type Reader = (text: string, at: number, draft: Draft) => number | undefined;

const NAME = "[^\\s()'\"`$;&|<>{}#=\\\\]+";
const UNALIAS = new RegExp(`^unalias (-a|${NAME}) 2>/dev/null \\|\\| true$`);
const DECLARED = new RegExp(`^(${NAME}) \\(\\) ?$`);
const FUNCTION_HEAD = new RegExp(`^(?: *function (${NAME})|(${NAME}) \\(\\)) \\{$`);
const GUARD = new RegExp(
  `^if ! hash (${NAME}) 2>/dev/null && ! typeset -f \\1 >/dev/null 2>&1; then$`,
);

/** Reads a snapshot as written by 2.1.328 for bash and zsh. Total: any text gives a result. */
export function parseSnapshot(text: string): Snapshot {
  const draft: Draft = {
    functions: new Map(),
    aliases: new Map(),
    options: new Set(),
    variables: new Map(),
  };
  let unknownLines = 0;
  let at = 0;
  for (let count = 0; at < text.length; count++) {
    if (count >= STATEMENTS_MAX || unknownLines > UNKNOWN_LINES_MAX) break;
    let end: number | undefined;
    for (const read of READERS) end ??= read(text, at, draft);
    // WHY: an unknown line may define or run anything, but the lines after it are still worth reading.
    if (end === undefined) unknownLines += 1;
    at = end ?? lineEnd(text, at);
  }
  return { ...draft, known: unknownLines === 0 && at >= text.length };
}

/** Comments and empty lines. */
const readNothing: Reader = (text, at) =>
  /^[ \t]*(?:#|$)/.test(lineAt(text, at)) ? lineEnd(text, at) : undefined;

const readUnalias: Reader = (text, at, draft) => {
  const found = UNALIAS.exec(lineAt(text, at));
  if (found === null) return undefined;
  if (found[1] === "-a") draft.aliases.clear();
  else draft.aliases.delete(found[1] ?? "");
  return lineEnd(text, at);
};

const readOption: Reader = (text, at, draft) => {
  const found = /^(shopt -[su]|set [-+]o|setopt|unsetopt) ([A-Za-z0-9_-]+)$/.exec(lineAt(text, at));
  if (found === null) return undefined;
  const [, verb = "", given = ""] = found;
  const isZsh = verb.endsWith("setopt");
  const name = isZsh ? given.toLowerCase().replaceAll("_", "") : given;
  const isOn = verb === "shopt -s" || verb === "set -o" || verb === "setopt";
  for (const equal of equalOptions(name, isZsh)) {
    if (isOn) draft.options.add(equal);
    else draft.options.delete(equal);
  }
  // zsh writes an option that is switched off as `setopt no<name>`.
  if (isZsh && isOn && name.startsWith("no")) draft.options.delete(name.slice(2));
  return lineEnd(text, at);
};

// The same behaviour under its bash name, so that the evaluator asks once.
function equalOptions(name: string, isZsh: boolean): readonly string[] {
  if (!isZsh) return [name];
  if (name === "globdots") return [name, "dotglob"];
  if (name === "cshnullglob") return [name, "nullglob"];
  return [name];
}

const readAlias: Reader = (text, at, draft) => {
  const found = /alias (?:-- )?([^\s=]+)=/y;
  found.lastIndex = at;
  const name = found.exec(text)?.[1];
  if (name === undefined) return undefined;
  const word = readWord(text, found.lastIndex);
  if (word === undefined) return undefined;
  draft.aliases.set(name, word.value);
  return word.end;
};

const readExport: Reader = (text, at, draft) => {
  const found = /export ([A-Za-z_][A-Za-z0-9_]*)=/y;
  found.lastIndex = at;
  const name = found.exec(text)?.[1];
  if (name === undefined) return undefined;
  const word = readWord(text, found.lastIndex);
  if (word === undefined) return undefined;
  draft.variables.set(name, word.value);
  return word.end;
};

/** bash: `eval $'name () \n{ ... \n}' > /dev/null 2>&1`, the text of `declare -f`, whole. */
const readEval: Reader = (text, at, draft) => {
  if (!text.startsWith("eval $'", at)) return undefined;
  const word = readQuoted(text, at + "eval ".length);
  if (word === undefined || lineAt(text, word.end) !== " > /dev/null 2>&1") return undefined;
  const name = DECLARED.exec(lineAt(word.value, 0))?.[1];
  const body = word.value.slice(lineEnd(word.value, 0));
  const last = body.slice(body.lastIndexOf("\n") + 1);
  if (name === undefined || !body.startsWith("{") || last !== "}") return undefined;
  // WHY: `declare -f` indents what is inside, so another `}` at the start of a line is a here-document or a trick.
  const isWhole = body.indexOf("\n}") === body.lastIndexOf("\n}");
  define(draft, name, isWhole ? body : UNTRUSTED_BODY);
  return lineEnd(text, word.end);
};

/** zsh: `name () {`; the client's own: `function name {`, and the same inside its `if ! hash name`. */
const readFunction: Reader = (text, at, draft) => {
  const line = lineAt(text, at);
  const guarded = GUARD.exec(line);
  const start = guarded === null ? at : lineEnd(text, at);
  const head = FUNCTION_HEAD.exec(lineAt(text, start));
  const name = head?.[1] ?? head?.[2];
  if (name === undefined) return undefined;
  const end = functionEnd(text, lineEnd(text, start));
  if (end === undefined) {
    define(draft, name, UNTRUSTED_BODY);
    return undefined;
  }
  define(draft, name, `{\n${text.slice(lineEnd(text, start), end).trimEnd()}`);
  if (guarded === null) return end;
  return lineAt(text, end) === "fi" ? lineEnd(text, end) : undefined;
};

const READERS: readonly Reader[] = [
  readNothing,
  readUnalias,
  readOption,
  readAlias,
  readExport,
  readEval,
  readFunction,
];

// The end of the first line that is `}` alone, here-documents jumped over. Where text only looks like a here-document
// its end word is missing, and nobody knows where the function ends.
function functionEnd(text: string, from: number): number | undefined {
  const endWords: string[] = [];
  for (let at = from; at < text.length; at = lineEnd(text, at)) {
    const line = lineAt(text, at);
    const waiting = endWords[0];
    if (waiting !== undefined) {
      if (line.replace(/^\t+/, "") === waiting) endWords.shift();
      continue;
    }
    if (line === "}") return lineEnd(text, at);
    for (const found of line.matchAll(/(?<!<)<<-?[ \t]*\\?(["']?)([A-Za-z0-9_.-]+)\1/g)) {
      endWords.push(found[2] ?? "");
    }
  }
  return undefined;
}

function define(draft: Draft, name: string, body: string): void {
  if (isOfClient(name, body)) draft.functions.delete(name);
  else draft.functions.set(name, body);
}

/** SHA-256 of the bodies of the client's own `pkill`, which only refuses to kill the client itself. */
const PKILL_DIGESTS: ReadonlySet<string> = new Set([
  "bb77ff4f3d58728ede774bfd7e5f80d18fc4ef0888769c0f327566a91aec5ac2",
]);

// WHY: the client replaces find, grep, rg and pkill by functions that run its built-in versions of the same programs
// with the same arguments. Judged as functions they would be an unknown program; they are the programs they stand for.
function isOfClient(name: string, body: string): boolean {
  return name === "pkill"
    ? PKILL_DIGESTS.has(createHash("sha256").update(body).digest("hex"))
    : isClientWrapper(name, body);
}

/** A shell word of quoted and plain pieces up to the end of its line; undefined when anything in it would expand. */
function readWord(text: string, from: number): { value: string; end: number } | undefined {
  let value = "";
  let at = from;
  while (at < text.length && text[at] !== "\n") {
    const quoted = readQuoted(text, at);
    if (quoted !== undefined) {
      value += quoted.value;
      at = quoted.end;
    } else if (text[at] === "\\" && at + 1 < text.length) {
      if (text[at + 1] !== "\n") value += text[at + 1];
      at += 2;
    } else if (/[\s'"`$;&|<>(){}*?[\]#!~]/.test(text[at] ?? "")) return undefined;
    else {
      value += text[at];
      at += 1;
    }
  }
  return { value, end: Math.min(text.length, at + 1) };
}

/** A `'...'`, `"..."` or `$'...'` piece at `at`; its end is the character after it. */
function readQuoted(text: string, at: number): { value: string; end: number } | undefined {
  if (text[at] === "'") {
    const end = text.indexOf("'", at + 1);
    return end === -1 ? undefined : { value: text.slice(at + 1, end), end: end + 1 };
  }
  const isAnsi = text.startsWith("$'", at);
  if (!isAnsi && text[at] !== '"') return undefined;
  const start = at + (isAnsi ? 2 : 1);
  const end = closingQuote(text, start, isAnsi ? "'" : '"');
  if (end === undefined) return undefined;
  const source = text.slice(start, end);
  // Inside double quotes these two expand.
  if (!isAnsi && /(?:^|[^\\])(?:\\\\)*[$`]/.test(source)) return undefined;
  const value = isAnsi ? decodeAnsi(source) : source.replace(/\\([\\"$`\n])/g, unescapeDouble);
  return value === undefined ? undefined : { value, end: end + 1 };
}

function unescapeDouble(_: string, character: string): string {
  return character === "\n" ? "" : character;
}

function closingQuote(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

const ANSI: Readonly<Record<string, string>> = { ...LETTER_ESCAPES, "?": "?" };

// `\nnn` and `\xHH` name bytes: below 0x80 they are characters; above, only decoding the whole could tell which.
function decodeAnsi(source: string): string | undefined {
  let isKnown = true;
  const bytes: string[] = [];
  const text = source.replace(
    /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([\s\S]))/g,
    (_, octal?: string, hex?: string, short?: string, long?: string, letter?: string) => {
      if (letter !== undefined) {
        const known = ANSI[letter];
        if (known === undefined) isKnown = false;
        return known ?? "";
      }
      const code =
        octal !== undefined
          ? Number.parseInt(octal, 8)
          : Number.parseInt(hex ?? short ?? long ?? "", 16);
      if (short === undefined && long === undefined && code >= 0x80) {
        bytes.push(String(code));
        return String.fromCharCode(0xf700 + (code & 0xff));
      }
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) isKnown = false;
      return isKnown ? String.fromCodePoint(code) : "";
    },
  );
  if (!isKnown) return undefined;
  return bytes.length === 0 ? text : decodeBytes(text);
}

// Runs of escaped bytes were marked in a private range; together they must be UTF-8.
function decodeBytes(text: string): string | undefined {
  try {
    return text.replace(/[\uf780-\uf7ff]+/g, (run) =>
      new TextDecoder("utf-8", { fatal: true }).decode(
        Uint8Array.from(run, (character) => character.charCodeAt(0) - 0xf700),
      ),
    );
  } catch {
    return undefined;
  }
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  return text.slice(at, end === -1 ? text.length : end);
}

/** Where the line after the one at `at` starts. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}
