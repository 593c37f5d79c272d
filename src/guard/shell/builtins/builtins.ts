// Shell builtins: what they do to the shell's state, what they print, what they run.
import { PROGRAM_DIRECTORIES_MAX } from "#base/limits.ts";
import { cleanPath, joinPath } from "#base/path.ts";
import { arithmeticOf } from "../expansion/arithmetic.ts";
import type { BuiltinCall } from "../expansion/builtin-call.ts";
import { declare, unset } from "./declarations.ts";
import { getopts, mapfile, read } from "./reading.ts";
import { isTrapDue, setTrap, signalOf, unjudged, withExitTraps } from "../values/traps.ts";
import { runInPlace } from "../values/embedded-code.ts";
import { callSiteOf, type Result, type ShellHost } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import {
  append,
  EMPTY,
  hole,
  known,
  literal,
  placeOfProgram,
  programOf,
  type Text,
  textOf,
  textsOf,
} from "../values/text.ts";
import { union } from "../values/text-sets.ts";
import {
  changeDirectory,
  forgetDirectories,
  popDirectory,
  pushDirectory,
  textOfDirectory,
} from "./directory-builtins.ts";
import { quotedForShell } from "../expansion/printf.ts";
import { echo, print, printf } from "./printing-builtins.ts";
import { setPositional, shift, changeOptions } from "./option-builtins.ts";
import { mapOfAliases, nameInMap } from "../expansion/alias-maps.ts";
import { sched, sysopen, zmodload, zsocket, ztcp } from "../expansion/zsh-modules.ts";
import { DONE, EITHER } from "../values/results.ts";
import {
  type Builtin,
  leaveLoop,
  describe,
  source,
  emulate,
  unmodelled,
  keepsHistory,
  completion,
} from "./session-builtins.ts";

const nothing: Builtin = () => EITHER;

/** A builtin that runs the rest of its arguments. */
const precommand: Builtin = ({ args, scope, io, shell, environment }) =>
  shell.dispatch(args, scope, io, { plain: true, environment });

const TABLE: Readonly<Record<string, Builtin>> = {
  true: () => DONE,
  ":": () => DONE,
  false: () => ({ output: EMPTY, status: "failure" }),
  test: nothing,
  "[": nothing,
  exit: ({ scope, io, shell }) => {
    const result = withExitTraps(EITHER, scope.fork(), io, shell);
    io.ends?.add();
    return result;
  },
  return: ({ scope, io }) => {
    io.ends?.add();
    io.returns?.states.push(scope.fork());
    return EITHER;
  },
  break: leaveLoop,
  continue: leaveLoop,
  wait: nothing,
  jobs: ({ args }) =>
    args.length === 1 && args[0] !== undefined && textOf(args[0]) === "-p"
      ? { output: [[], [hole("missing-fact", { like: "[0-9]*", job: true })]], status: "either" }
      : EITHER,
  fg: nothing,
  bg: nothing,
  disown: nothing,
  times: describe,
  umask: describe,
  ulimit: describe,
  getopts,
  let: ({ args, scope, io, shell }) => {
    const before = scope.fork();
    let isKnown = true;
    for (const text of args) {
      if (textOf(text) === undefined) {
        shell.host.unknown(
          "dynamic-code",
          "arithmetic over text that may hold a command",
          callSiteOf(scope, io),
        );
      } else if (textsOf(arithmeticOf(text, scope, io, shell)) === undefined) isKnown = false;
    }
    // An error ends it before what follows, such as a dollar that is left.
    const isError = args.some((one) => textOf(one)?.includes("$"));
    if (!isKnown || isError) scope.join(before);
    return EITHER;
  },
  caller: describe,
  dirs: ({ args, scope }) => {
    if (args.length > 0) forgetDirectories(scope);
    return describe();
  },
  suspend: nothing,
  logout: nothing,
  help: nothing,
  type: ({ args, scope, shell }) => {
    const [option, ...names] = args;
    const isPlace = option !== undefined && /^-[pP]$/.test(textOf(option) ?? "");
    return isPlace ? whereIs(names, scope, shell.host) : describe();
  },
  whence: describe,
  where: describe,
  hash,
  pwd: ({ scope }) => ({
    output: union(
      scope.directories.map((directory): Text => [...textOfDirectory(directory), ...literal("\n")]),
    ),
    status: "either",
  }),
  echo,
  print,
  printf,
  cd: (call) => changeDirectory(call),
  chdir: (call) => changeDirectory(call),
  pushd: pushDirectory,
  popd: popDirectory,
  export: declare,
  declare,
  typeset: declare,
  local: declare,
  readonly: declare,
  integer: declare,
  float: declare,
  unset,
  set: setPositional,
  shift,
  read,
  mapfile,
  readarray: mapfile,
  eval: ({ args, scope, io, shell }) => {
    if (args.length === 0) return DONE;
    const joined = args.reduce<Text>(
      (sum, text, at) => (at === 0 ? text : append(append(sum, literal(" ")), text)),
      [],
    );
    return shell.runText([joined], scope, io);
  },
  source,
  ".": source,
  exec: ({ args, scope, io, shell, environment }) => {
    const rest = [...args];
    for (let first = rest[0]; first !== undefined; first = rest[0]) {
      const option = textOf(first);
      if (option === undefined || !/^-[cla]+$/.test(option)) break;
      rest.splice(0, option.includes("a") ? 2 : 1);
    }
    if (rest.length > 0) io.ends?.add();
    return shell.dispatch(rest, scope, io, { external: true, environment });
  },
  command: ({ args, scope, io, shell, environment }) => {
    const rest = [...args];
    for (let first = rest[0]; first !== undefined; first = rest[0]) {
      const option = textOf(first);
      if (option === undefined || !/^-[pvV-]/.test(option)) break;
      rest.shift();
      if (option.includes("V")) return describe();
      if (option.includes("v")) return whereIs(rest, scope, shell.host);
    }
    // In zsh a builtin behind it is a program of that name, which may not be there.
    return shell.dispatch(rest, scope, io, { plain: true, outside: true, environment });
  },
  builtin: precommand,
  noglob: precommand,
  nocorrect: precommand,
  "-": precommand,
  trap: ({ args, scope, io, shell }) => {
    // Options stand in front: behind the code a word with a dash is the name of a signal that there is not.
    const plain = args.findIndex((text) => !/^-[lpP]+$/.test(textOf(text) ?? "x"));
    const isAsked = plain !== 0 && args.length > 0;
    const rest = textOf(args[0] ?? []) === "--" ? args.slice(1) : args;
    const [code] = rest;
    // By itself, or asked for some signals, it prints what is set, in a subshell what was set outside.
    if (args.length === 0 || isAsked)
      return { output: [[hole("missing-fact", { splits: false })]], status: "either" };
    if (rest.length < 2 || code === undefined) return EITHER;
    // The code may run at any time until the shell ends: now, with what the traps after each command run, and at the end.
    const signals = ["", ...rest.slice(1).map(signalOf)];
    if (textOf(code) !== "-" && signals.some((signal) => isTrapDue(signal, [code], scope)))
      shell.runText([code], scope.fork(), io);
    for (const replaced of unjudged(rest.slice(1), scope)) {
      const branch = scope.fork();
      branch.traps.clear();
      shell.runText(replaced, branch, io);
    }
    setTrap(code, rest.slice(1), scope);
    return EITHER;
  },
  alias: ({ args, scope, io, shell }) => {
    const map = shell.dialects.includes("zsh") ? mapOfAliases(args) : undefined;
    const isZsh = !shell.dialects.includes("bash");
    for (const text of args) {
      if (map !== undefined && isZsh && /^[-+]/.test(textOf(text) ?? "")) continue;
      if (map !== undefined && nameInMap(map, text, scope)) continue;
      const found = /^([^=-][^=]*)=([\s\S]*)$/.exec(textOf(text) ?? "");
      if (found !== null) {
        scope.alias(found[1] ?? "", found[2] ?? "", {
          source: io.source,
          span: io.at ?? { start: 0, end: 0 },
        });
      } else if (textOf(text) === undefined || /^-[^p-]/.test(textOf(text) ?? "")) {
        shell.host.unknown(
          "dynamic-command",
          "an alias whose text is not known",
          callSiteOf(scope, io),
        );
      }
    }
    return EITHER;
  },
  unalias: ({ args, scope, io }) => {
    const at = { source: io.source, span: io.at ?? { start: 0, end: 0 } };
    for (const text of args) {
      const name = textOf(text);
      const names = name === "-a" ? [...scope.aliases.keys()] : name === undefined ? [] : [name];
      for (const one of names) if (scope.aliases.has(one)) scope.alias(one, undefined, at);
    }
    return EITHER;
  },
  shopt: changeOptions,
  setopt: changeOptions,
  unsetopt: changeOptions,
  emulate,
  enable: ({ args, ...call }) => {
    if (args.length === 0) return EITHER;
    // What is no builtin any more is looked for among the programs.
    for (const name of args.flatMap((arg) => textOf(arg) ?? []))
      if (/^\w+$/.test(name)) call.shell.host.ran(name, callSiteOf(call.scope, call.io));
    return unmodelled({ args, ...call });
  },
  history: keepsHistory,
  complete: completion,
  compgen: completion,
  bind: unmodelled,
  fc: (call) => {
    // `fc -l -5` only lists what was typed, as `history 5` does.
    const words = call.args.map((text) => textOf(text) ?? "?");
    const isList = /^-[nr]*l[nr]*$/.test(words[0] ?? "");
    if (isList && words.slice(1).every((word) => /^-?\d+$/.test(word))) return describe();
    unmodelled(call);
    return keepsHistory(call);
  },
  zmodload,
  autoload: unmodelled,
  zstyle: unmodelled,
  sched,
  ztcp,
  zsocket,
  sysopen,
  vared: unmodelled,
};

/** Builtins of bash and zsh that the evaluator knows, by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(Object.entries(TABLE));

/** `hash -p PATH NAME` of bash, and `hash NAME=PATH` of zsh; the other forms look up, forget or list. */
function hash({ args, ...call }: BuiltinCall): Result {
  const words = args.map((text) => textOf(text));
  const [option, path] = args;
  if (option !== undefined && path !== undefined && words[0] === "-p") {
    for (const name of args.slice(2)) nameProgram(name, path, call);
    return words.includes(undefined) ? unmodelled({ args, ...call }) : EITHER;
  }
  const isZsh = call.shell.dialects.includes("zsh");
  for (const text of isZsh ? args : []) {
    const [, name, place] = /^([^-=][^=]*)=([\s\S]*)$/.exec(textOf(text) ?? "") ?? [];
    if (name !== undefined && place !== undefined) nameProgram(literal(name), literal(place), call);
  }
  const isPlain = words.every((word) => word !== undefined && !/^-[^rltd]/.test(word));
  const namesDirectory = isZsh && words.some((word) => word === undefined || /^-.*d/.test(word));
  return isPlain && !namesDirectory ? EITHER : unmodelled({ args, ...call });
}

/** `hash -p PATH NAME`: the name means the program at the path, before any other, from then on in this shell. */
function nameProgram(
  name: Text,
  path: Text,
  { scope, io, shell }: Omit<BuiltinCall, "args">,
): void {
  const called = textOf(name);
  const program = textOf(path) ?? programOf(path);
  if (called === undefined || program === undefined || !/^[\w.+-]+$/.test(called)) return;
  const word = quotedForShell(program);
  if (word !== undefined && !BUILTINS.has(called))
    runInPlace(literal(`${called}() { command ${word} "$@"; }`), scope, io, shell);
}

/** What `command -v` prints: the place of a program, the name of what the shell itself runs. */
function whereIs(args: readonly Text[], scope: Scope, host: ShellHost): Result {
  const [only, ...more] = args;
  const name = only === undefined ? undefined : textOf(only);
  const isPlain = name !== undefined && more.length === 0 && /^[\w.+-]+$/.test(name);
  if (!isPlain || scope.aliases.has(name)) return describe();
  if (BUILTINS.has(name) || scope.functions.has(name))
    return { output: union(known(`${name}\n`), EMPTY), status: "either" };
  return { output: placeOfProgram(name, directoryOf(name, scope, host)), status: "either" };
}

/** The first directory of PATH with a program of this name, or `nowhere`; undefined when that cannot be told. */
function directoryOf(name: string, scope: Scope, host: ShellHost): string | undefined {
  const [path, ...others] = scope.value("PATH") ?? [];
  const entries = path === undefined || others.length > 0 ? undefined : textOf(path)?.split(":");
  if (entries?.every((entry) => entry.startsWith("/")) !== true) return undefined;
  const directories = [...new Set(entries.map(cleanPath))];
  if (directories.length > PROGRAM_DIRECTORIES_MAX) return undefined;
  if (directories.some((one) => host.filesChanged(joinPath(one, name)))) return undefined;
  const answer = host.ask({ kind: "program", name, directories });
  return answer?.kind === "program" ? (answer.directory ?? "nowhere") : undefined;
}
