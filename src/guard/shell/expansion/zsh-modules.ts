// What modules of zsh bring: connections and files that the shell itself opens, and a map of files.
import type { DataSource } from "../../vocabulary/effect.ts";
import type { BuiltinCall } from "./builtin-call.ts";
import { type Io, callSiteOf, type Result, type Shell } from "../values/host.ts";
import { DONE, EITHER } from "../values/results.ts";
import type { Scope } from "../values/scope.ts";
import { append, hole, literal, type Text, type TextSet, textOf } from "../values/text.ts";
import { union } from "../values/text-sets.ts";

/** Modules that come with zsh, by zshmodules(1): what they bring is followed, or told where it is used. */
const MODULES =
  /^zsh\/(?:attr|cap|clone|compctl|complete|complist|computil|curses|datetime|deltochar|example|files|hlgroup|ksh93|langinfo|mapfile|mathfunc|nearcolor|net\/(?:socket|tcp)|newuser|param\/private|parameter|pcre|random|regex|rlimits|sched|stat|system|termcap|terminfo|watch|zle|zleparameter|zprof|zpty|zselect|zutil|zftp)$/;

/** Where zsh looks for modules: another place means other code. */
const MODULE_PLACES = ["module_path", "MODULE_PATH"];

/** `zmodload`: loading a module does nothing by itself, where it is one of zsh's own. */
export function zmodload(call: BuiltinCall): Result {
  const { args, scope, io, shell } = call;
  const words = args.map(textOf);
  const isFeatures = words.some((word) => /^-[A-Za-z]*F/.test(word ?? ""));
  const names = words.filter((word) => !/^[-+]/.test(word ?? ""));
  const modules = isFeatures ? names.slice(0, 1) : names;
  const isOwn = modules.every((name) => name !== undefined && MODULES.test(name));
  const isMoved = MODULE_PLACES.some((name) => scope.variables.has(name));
  const isPlain = words.every((word) => !/^-[^FiulLPs]/.test(word ?? ""));
  if (!isOwn || isMoved || !isPlain) notFollowed(call);
  if (words.some((word) => word === undefined))
    shell.host.code([[hole("dynamic-code")]], callSiteOf(scope, io));
  return EITHER;
}

/** `ztcp HOST PORT`: the shell connects, as bash does for `/dev/tcp/HOST/PORT`. */
export function ztcp(call: BuiltinCall): Result {
  const { args, scope, io, shell } = call;
  const { flags, operands } = split(args, /[d]/);
  scope.set("REPLY", [[hole("missing-fact", { like: "[0-9]*" })]]);
  // What somebody sends who connects comes in by the descriptor that is made.
  if (flags.includes("a"))
    opensDescriptor(scope, [[hole("dynamic-code", { sources: [STRANGER] })]]);
  if (/[la]/.test(flags)) return notFollowed(call);
  const [host, port = literal("23")] = operands;
  if (flags.includes("c") || host === undefined) return EITHER;
  const target = [literal("/dev/tcp/"), host, literal("/"), port].reduce<Text>(append, []);
  opensDescriptor(scope, shell.host.open("read", target, callSiteOf(scope, io)));
  return EITHER;
}

/** The number that zsh takes for the first connection, beside which it may be another. */
const FIRST_DESCRIPTOR = 11;
const STRANGER: DataSource = {
  kind: "network",
  destination: { host: undefined, port: undefined, scheme: "tcp" },
};

function opensDescriptor(scope: BuiltinCall["scope"], content: TextSet): void {
  scope.descriptors.set(FIRST_DESCRIPTOR, content);
  scope.set("REPLY", [
    literal(String(FIRST_DESCRIPTOR)),
    [hole("missing-fact", { like: "[0-9]*", splits: false })],
  ]);
}

/** `zsocket PATH`: the shell talks to a socket; with `-l` it makes one. */
export function zsocket(call: BuiltinCall): Result {
  const { flags, operands } = split(call.args, /[d]/);
  call.scope.set("REPLY", [[hole("missing-fact", { like: "[0-9]*" })]]);
  const [path] = operands;
  if (path !== undefined && !/[ac]/.test(flags))
    call.shell.host.open("write", path, callSiteOf(call.scope, call.io));
  return notFollowed(call);
}

/** `sysopen [-arw] [-m PERMISSIONS] [-o OPTIONS] [-u DESCRIPTOR] FILE`: what is read or written there later is not told. */
export function sysopen(call: BuiltinCall): Result {
  const { args, scope, io, shell } = call;
  const { flags, operands, valueOf } = split(args, /[mou]/);
  const place = callSiteOf(scope, io);
  const descriptor = textOf(valueOf("u") ?? []);
  if (descriptor !== undefined && /^[A-Za-z_]\w*$/.test(descriptor))
    scope.set(descriptor, [[hole("missing-fact", { like: "[0-9]*" })]]);
  const [file] = operands;
  if (file === undefined) return EITHER;
  const creates = /creat|trunc/.test(textOf(valueOf("o") ?? []) ?? "creat");
  const isWritten = /[aw]/.test(flags) || creates;
  if (isWritten) {
    shell.host.open(flags.includes("a") ? "append" : "write", file, place);
    shell.host.wrote(file, [[hole("missing-fact", { sources: [{ kind: "unknown" }] })]], place);
  }
  if (!isWritten || flags.includes("r")) {
    const content = shell.host.open("read", file, place);
    if (/^\d+$/.test(descriptor ?? "")) scope.descriptors.set(Number(descriptor), content);
  }
  return DONE;
}

/** `sched [-o] TIME COMMAND...`: the shell runs it later, if it still is there then. */
export function sched({ args, scope, io, shell }: BuiltinCall): Result {
  const words = args.filter((text) => textOf(text) !== "-o");
  if (words.length < 2 || textOf(words[0] ?? [])?.startsWith("-") === true) return EITHER;
  const code = words
    .slice(1)
    .reduce<Text>((all, text, at) => (at === 0 ? text : [...all, ...literal(" "), ...text]), []);
  const later = scope.fork();
  shell.runText([code], later, io);
  scope.join(later);
  return EITHER;
}

/** The map of zsh whose elements are files: who sets one writes the file, who takes one reads it. */
const FILES = "mapfile";

/** Whether elements of a variable may be files. */
export function isFileMap(name: string, dialects: Shell["dialects"]): boolean {
  return name === FILES && dialects.includes("zsh");
}

/** An element of the map of files gets a value. */
export function writeFiles(
  paths: TextSet,
  values: TextSet,
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  const place = callSiteOf(scope, io);
  for (const path of paths) {
    shell.host.open("write", path, place);
    shell.host.wrote(path, values, place);
  }
}

/** The contents of the files with these names; without names of any of the working directory. */
export function readFiles(paths: TextSet | undefined, scope: Scope, io: Io, shell: Shell): TextSet {
  const place = callSiteOf(scope, io);
  const any: TextSet = [[hole("dynamic-path", { like: "*", splits: false })]];
  return union(...(paths ?? any).map((path) => shell.host.open("read", path, place)));
}

function notFollowed({ name, scope, io, shell }: BuiltinCall): Result {
  shell.host.unknown(
    "unmodelled",
    `the builtin \`${name}\` is not known to sallyport`,
    callSiteOf(scope, io),
  );
  return { output: [[hole("unmodelled")]], status: "either" };
}

type Words = {
  /** All letters of options that stand in front of the operands. */
  readonly flags: string;
  readonly operands: readonly Text[];
  readonly valueOf: (letter: string) => Text | undefined;
};

/** Words of a builtin of zsh; letters that match `taking` have a value, glued or as the next word. */
function split(args: readonly Text[], taking: RegExp): Words {
  const values = new Map<string, Text>();
  let flags = "";
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = textOf(args[at] ?? []);
    if (word === undefined || !/^-./.test(word)) break;
    if (word === "--") {
      at += 1;
      break;
    }
    for (let letter = 1; letter < word.length; letter += 1) {
      const option = word[letter] ?? "";
      flags += option;
      if (!taking.test(option)) continue;
      const glued = word.slice(letter + 1);
      if (glued === "") at += 1;
      values.set(option, glued === "" ? (args[at] ?? []) : literal(glued));
      break;
    }
  }
  return { flags, operands: args.slice(at), valueOf: (letter) => values.get(letter) };
}
