// Lua, read lightly: calls with and without brackets, files, programs, code in texts.
import { copies, readsFile, readsVariable, removes, runsShell } from "./evaluation/call-effects.ts";
import { type CallEffect, doings, type Language, type Prepared } from "./evaluation/language.ts";
import type { Observations } from "./evaluation/observations.ts";
import { luaValues } from "./lua-values.ts";
import {
  type Lexed,
  type Lexicon,
  match,
  readString,
  type Spot,
  type Token,
  words,
} from "./evaluation/tokens.ts";

const LONG = /\[=*\[/y;

const lexicon: Lexicon = {
  space: /(?:\s|^#![^\n]*|--\[(=*)\[[\s\S]*?\]\1\]|--(?!\[=*\[)[^\n]*)+/y,
  name: /[A-Za-z_][A-Za-z0-9_]*/y,
  special: textAt,
};

function textAt(spot: Spot): Lexed | "none" {
  const { code, at } = spot;
  const char = code[at] ?? "";
  if (char === '"' || char === "'")
    return readString(spot, at + 1, { close: char, escapes: "decimal" });
  // A comment that is not closed.
  if (code.startsWith("--", at)) return undefined;
  const open = match(LONG, code, at);
  if (open === undefined) return "none";
  const close = open.replaceAll("[", "]");
  const end = code.indexOf(close, at);
  if (end < 0) return undefined;
  const text = code.slice(at + open.length, end).replace(/^\r?\n/, "");
  return { tokens: [{ kind: "string", text, inner: [] }], end: end + close.length };
}

const KEYWORDS = words(
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while self",
);

const HARMLESS = words(
  "print tostring tonumber type pairs ipairs next select unpack assert error pcall arg _VERSION",
  "table.concat table.insert table.remove table.sort table.unpack table.pack table.move",
  "string.byte string.char string.find string.format string.gmatch string.gsub string.len string.lower string.match string.rep string.reverse string.sub string.upper string.pack string.unpack",
  "math.* utf8.* os.time os.date os.clock os.exit os.difftime io.write io.read io.stdin io.stdout io.stderr io.flush io.close io.type",
);

const GLOBALS = words(
  "_G _ENV collectgarbage coroutine debug dofile getfenv getmetatable io load loadfile loadstring module os package rawequal rawget rawlen rawset require setfenv setmetatable string table math utf8 xpcall jit ffi bit vim __unknown_part__",
);

const METHODS = words(
  "read write lines close seek setvbuf flush sub gsub match gmatch find format rep reverse byte len lower upper n",
);

/** `io.open(path, mode)` and what stands for the standard input and output. */
function opens(usual: string): CallEffect {
  return (call, seen) => {
    const [path, how] = call.args;
    if (path === undefined) return true;
    const mode = how === undefined ? usual : how.text;
    if (path.texts === undefined) return false;
    if (mode === undefined || /r|\+/.test(mode)) seen.read(path.texts);
    if (mode === undefined || /[wa+]/.test(mode))
      seen.write(path.texts, mode?.includes("a") === true ? "append" : "create");
    return mode !== undefined;
  };
}

/** The file is read and runs. */
const runsFile: CallEffect = (call, seen) => {
  readsFile()(call, seen);
  return false;
};

const exits: CallEffect = (call, seen) => {
  const runs = call.args.length > 0;
  if (runs) return runsShell()(call, seen);
  return true;
};

const CALLS: Language["calls"] = doings(
  [opens("r"), "io.open io.lines io.input"],
  [opens("w"), "io.output"],
  [runsFile, "dofile loadfile"],
  [exits, "os.execute"],
  [runsShell(), "io.popen vim.fn.system vim.fn.systemlist"],
  [removes("entry"), "os.remove"],
  [copies("moves", "tree", "as-named"), "os.rename"],
  [readsVariable, "os.getenv"],
);

export const lua: Language = {
  name: "Lua code",
  lexicon,
  keywords: KEYWORDS,
  harmless: HARMLESS,
  methods: METHODS,
  calls: CALLS,
  environment: new Set(),
  access: new Set([".", ":"]),
  unknownNames: "unless-global",
  globals: GLOBALS,
  bareArguments: false,
  suspicious: new Set(["subscript"]),
  values: luaValues,
  evaluates: new Set(["load", "loadstring"]),
  settable: new Set(),
  prepare,
};

/** `os.execute "x"` and `f{…}` are calls too; a place that is computed may be any function. */
function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  const rest: Token[] = [];
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    const called = isCallable(before);
    if (token.kind === "string" && called) {
      rest.push({ kind: "op", text: "(" }, token, { kind: "op", text: ")" });
      return;
    }
    if (token.kind === "op" && token.text === "{" && called) seen.cannotTell();
    const inside = tokens[at + 1];
    const closes = tokens[at + 2];
    const isPlace =
      (inside?.kind === "number" || (inside?.kind === "name" && !GLOBALS.has(inside.text))) &&
      closes?.kind === "op" &&
      closes.text === "]" &&
      !(tokens[at + 3]?.kind === "op" && opensCall(tokens[at + 3]));
    if (token.kind === "op" && token.text === "[" && called && !isPlace)
      rest.push({ kind: "op", text: "subscript" });
    rest.push(token);
  });
  return {
    tokens: rest,
    aliases: new Map(["os", "io", "string", "math"].map((one) => [one, one])),
  };
}

function opensCall(token: Token | undefined): boolean {
  return token?.kind === "op" && /^[({:.]$/.test(token.text);
}

function isCallable(token: Token | undefined): boolean {
  if (token?.kind === "name") return !KEYWORDS.has(token.text);
  return token?.kind === "op" && /^[)\]]$/.test(token.text);
}
