// Shell builtins: what they do to the shell's state, what they print, what they run.
import { PATH_CHARS_MAX, PROGRAM_DIRECTORIES_MAX } from "#base/limits.ts";
import { cleanPath, joinPath } from "#base/path.ts";
import { isLooseItem, itemsOfFields } from "./arrays.ts";
import { arithmeticOf } from "./arithmetic.ts";
import { assignSomeElement, assignText } from "./assignments.ts";
import type { BuiltinCall } from "./builtin-call.ts";
import { declare, unset } from "./declarations.ts";
import { withoutBytes } from "./bytes.ts";
import { formatPrintf, printedEscapes } from "./printf.ts";
import { getopts, mapfile, read } from "./reading.ts";
import { setTrap, withExitTraps } from "./traps.ts";
import { Ends, placeOf, type Result, type ShellHost } from "./host.ts";
import { possibleDirectories, type Scope } from "./scope.ts";
import { directoryText, someDirectory } from "./some-directory.ts";
import {
  append,
  EMPTY,
  hole,
  known,
  literal,
  placeOfProgram,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  textsOf,
  union,
} from "./text.ts";

type Builtin = (call: BuiltinCall) => Result;

const DONE: Result = { output: EMPTY, status: "success" };
const EITHER: Result = { output: EMPTY, status: "either" };

const nothing: Builtin = () => EITHER;

/** Something we have no model of: its effects are unknown. */
const unmodelled: Builtin = ({ name, scope, io, shell }) => {
  shell.host.unknown("unmodelled", `the builtin \`${name}\` is not modelled`, placeOf(scope, io));
  return { output: [[hole("unmodelled")]], status: "either" };
};

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
  times: nothing,
  umask: nothing,
  ulimit: nothing,
  getopts,
  let: ({ args, scope, io, shell }) => {
    const before = scope.fork();
    let isKnown = true;
    for (const text of args) {
      if (textOf(text) === undefined) {
        shell.host.unknown(
          "dynamic-code",
          "arithmetic over text that may hold a command",
          placeOf(scope, io),
        );
      } else if (textsOf(arithmeticOf(text, scope, io, shell)) === undefined) isKnown = false;
    }
    // An error ends it before what follows.
    if (!isKnown) scope.join(before);
    return EITHER;
  },
  caller: nothing,
  dirs: () => ({ output: [[hole("missing-fact")]], status: "either" }),
  suspend: nothing,
  logout: nothing,
  help: nothing,
  type: describe,
  whence: describe,
  where: describe,
  hash: ({ args, ...call }) =>
    args.some((text) => textOf(text)?.startsWith("-") !== false)
      ? unmodelled({ args, ...call })
      : EITHER,
  pwd: ({ scope }) => ({
    output: union(
      scope.directories.map((directory): Text => [...textOfDirectory(directory), ...literal("\n")]),
    ),
    status: "success",
  }),
  echo,
  print: ({ args }) => ({
    output: [[hole("unmodelled", { sources: sourcesOf(args) })]],
    status: "either",
  }),
  printf,
  cd: changeDirectory,
  chdir: changeDirectory,
  pushd: (call) => (call.args.length === 0 ? lostDirectory(call) : changeDirectory(call)),
  popd: lostDirectory,
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
    return shell.dispatch(rest, scope, io, { plain: true, environment });
  },
  builtin: precommand,
  noglob: precommand,
  nocorrect: precommand,
  "-": precommand,
  trap: ({ args, scope, io, shell }) => {
    const rest = args.filter((text) => !/^-[lp]?$|^--$/.test(textOf(text) ?? "x"));
    const [code] = rest;
    if (rest.length < 2 || code === undefined) return DONE;
    // The code may run at any time until the shell ends: now, with what the traps after each command run, and at the end.
    if (textOf(code) !== "-") shell.runText([code], scope.fork(), io);
    setTrap(code, rest.slice(1), scope);
    return DONE;
  },
  alias: ({ args, scope, io, shell }) => {
    for (const text of args) {
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
          placeOf(scope, io),
        );
      }
    }
    return DONE;
  },
  unalias: ({ args, scope, io }) => {
    const at = { source: io.source, span: io.at ?? { start: 0, end: 0 } };
    for (const text of args) {
      const name = textOf(text);
      const names = name === "-a" ? [...scope.aliases.keys()] : name === undefined ? [] : [name];
      for (const one of names) if (scope.aliases.has(one)) scope.alias(one, undefined, at);
    }
    return DONE;
  },
  shopt: changeOptions,
  setopt: changeOptions,
  unsetopt: changeOptions,
  emulate: unmodelled,
  enable: ({ args, ...call }) => {
    if (args.length === 0) return EITHER;
    // What is no builtin any more is looked for among the programs.
    for (const name of args.flatMap((arg) => textOf(arg) ?? []))
      if (/^\w+$/.test(name)) call.shell.host.ran(name, placeOf(call.scope, call.io));
    return unmodelled({ args, ...call });
  },
  history: ({ args, ...call }) =>
    args.some((text) => textOf(text)?.startsWith("-") !== false)
      ? unmodelled({ args, ...call })
      : EITHER,
  complete: unmodelled,
  compgen: unmodelled,
  bind: unmodelled,
  fc: unmodelled,
  zmodload: unmodelled,
  autoload: unmodelled,
  zstyle: unmodelled,
  sched: unmodelled,
  ztcp: unmodelled,
  zsocket: unmodelled,
  sysopen: unmodelled,
  vared: unmodelled,
};

/** Builtins of bash and zsh that the evaluator knows, by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(Object.entries(TABLE));

/** Builtins that exist as programs too: what `xargs`, `env` or `find -exec` run under these names. */
const PROGRAM_TWINS = new Set(["echo", "printf", "test", "[", "true", "false", "pwd"]);

/** Whether a program of the same name does what the builtin does. */
export function hasProgramTwin(name: string): boolean {
  return PROGRAM_TWINS.has(name);
}

/** Builtins that take names of variables and evaluate the subscripts in them. */
const NAME_TAKING = new Set([
  ...[
    "test",
    "[",
    "printf",
    "read",
    "unset",
    "declare",
    "typeset",
    "local",
    "readonly",
    "export",
    "integer",
    "float",
  ],
  ...["mapfile", "readarray", "getopts", "wait", "let"],
]);

/** Whether an argument is a variable name whose subscript may hold a command: `a[$(id)]`. */
export function namesRunCode(name: string, args: readonly Text[]): boolean {
  return NAME_TAKING.has(name) && args.some(holdsSubscriptCode);
}

/** Whether a text, taken as the name of a variable, runs a command in its subscript. */
export function holdsSubscriptCode(text: Text): boolean {
  const value = textOf(text);
  return value !== undefined && /\[[^\]]*(\$\(|`|[<>]\()/.test(value);
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

/** `break` and `continue`, of whichever loop around: what follows in its body may not run. */
function leaveLoop({ scope, io }: BuiltinCall): Result {
  io.ends?.add();
  for (const loop of io.breaks ?? []) loop.states.push(scope.fork());
  return EITHER;
}

function describe(): Result {
  return { output: [[hole("missing-fact")]], status: "either" };
}

function echo({ args, shell, scope }: BuiltinCall): Result {
  const outputs = shell.dialects.map((dialect) => echoed(args, dialect, scope));
  return { output: union(...outputs), status: "success" };
}

function echoed(args: readonly Text[], dialect: "bash" | "zsh", scope: Scope): TextSet {
  const rest = [...args];
  let newline = true;
  let escapes = dialect === "zsh" || scope.options.has("xpg_echo");
  let plain = dialect === "bash";
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const option = textOf(first);
    if (option === undefined || !/^-[neE]+$/.test(option)) break;
    if (option.includes("n")) newline = false;
    if (option.includes("e")) {
      escapes = true;
      plain = false;
    } else if (option.includes("E")) escapes = false;
    rest.shift();
  }
  // A lone dash ends the options of zsh.
  if (dialect === "zsh" && textOf(rest[0] ?? []) === "-") rest.shift();
  const text = rest.reduce<Text>(
    (sum, field, at) => (at === 0 ? field : append(append(sum, literal(" ")), field)),
    [],
  );
  const raw = append(text, newline ? literal("\n") : []);
  const value = textOf(text);
  if (!escapes || (value !== undefined && !value.includes("\\"))) return [raw];
  const decoded = value === undefined ? undefined : printedEscapes(value, true);
  const changed: Text =
    decoded === undefined
      ? [hole("unmodelled", { sources: sourcesOf([text]) })]
      : append(decoded, newline ? literal("\n") : []);
  return plain ? union([raw], [changed]) : [changed];
}

function printf({ args, scope, shell }: BuiltinCall): Result {
  const rest = [...args];
  let variable: string | undefined;
  const option = rest[0] === undefined ? undefined : textOf(rest[0]);
  if (option !== undefined && option.startsWith("-v")) {
    const isGlued = option.length > 2;
    variable = isGlued ? option.slice(2) : textOf(rest[1] ?? []);
    rest.splice(0, isGlued ? 1 : 2);
  }
  if (rest[0] !== undefined && textOf(rest[0]) === "--") rest.shift();
  const printed = formatPrintf(rest, shell.dialects);
  if (variable === undefined) return { output: printed, status: "success" };
  const output = withoutBytes(printed);
  const element = variable === undefined ? null : /^([A-Za-z_]\w*)\[/.exec(variable);
  if (element !== null) assignSomeElement(element[1] ?? "", output, scope);
  else assignText(variable, output, scope, shell);
  return DONE;
}

function textOfDirectory(directory: string | undefined): Text {
  return directory === undefined
    ? [hole("dynamic-path", { splits: false })]
    : directoryText(directory);
}

function changeDirectory(call: BuiltinCall): Result {
  const { scope, shell } = call;
  const operands = call.args.filter((text, at) => {
    const value = textOf(text);
    return !(value !== undefined && /^(-[LPe@qs]+|--)$/.test(value) && at < call.args.length);
  });
  const [operand] = operands;
  const home = scope.value("HOME") ?? [[hole("missing-fact")]];
  const targets: TextSet = operand === undefined ? home : [operand];
  if (
    operands.length > 1 ||
    (operand !== undefined && (textOf(operand) === "-" || /^[+-]\d/.test(textOf(operand) ?? "")))
  ) {
    return lostDirectory(call);
  }
  const reached = new Set<string | undefined>();
  let certain = true;
  for (const text of targets) {
    const target = textOf(text) ?? someDirectory(text);
    for (const from of scope.directories) {
      if (target === undefined || (from === undefined && !target.startsWith("/"))) {
        reached.add(undefined);
        certain = false;
        continue;
      }
      const bases = /^\.{0,2}\//.test(target) ? [from] : searchedBases(scope, from);
      // Of several lists it is not known which is in force.
      const isOrdered = (scope.value("CDPATH")?.length ?? 1) === 1;
      let isFound = false;
      for (const base of bases) {
        if (base === undefined && !target.startsWith("/")) {
          reached.add(undefined);
          certain = false;
          continue;
        }
        const path = joinPath(base ?? "/", target);
        // No directory lies that deep.
        if (path.length > PATH_CHARS_MAX) continue;
        const fact = shell.host.filesChanged(path)
          ? undefined
          : shell.host.ask({ kind: "path", path });
        isFound = fact?.kind === "path" && fact.type === "directory";
        // A directory of the search list in which there is certainly none of that name is passed over.
        if (!isFound && fact?.kind === "path" && base !== bases.at(-1)) continue;
        reached.add(path);
        if (isFound && isOrdered) break;
        certain = false;
      }
      // WHY a directory that is not there counts as reached: something else may make it before the command runs.
      if (!isFound) certain = false;
    }
  }
  // zsh runs the function `chpwd` after every change of directory.
  if (shell.dialects.includes("zsh") && scope.functions.has("chpwd")) {
    shell.dispatch([literal("chpwd")], scope.fork(), call.io);
  }
  const before = scope.directories;
  const output = EMPTY;
  scope.set("OLDPWD", union(scope.value("OLDPWD") ?? [], before.map(textOfDirectory)), true);
  if (reached.size === 0) return { output, status: "failure" };
  const successDirectories = possibleDirectories(reached);
  if (certain) {
    scope.directories = successDirectories;
    return { output, status: "success" };
  }
  scope.directories = possibleDirectories([...successDirectories, ...before]);
  return { output, status: "either", successDirectories };
}

/** Where `cd` looks for a name: the directories of `CDPATH`, then the present one; undefined for one that is not known. */
function searchedBases(scope: Scope, from: string | undefined): readonly (string | undefined)[] {
  const lists = scope.value("CDPATH");
  if (lists === undefined) return [from];
  const bases = lists.flatMap((list) => {
    const entries = textOf(list)?.split(":") ?? [undefined];
    return entries.map((entry) =>
      entry === undefined || (from === undefined && !entry.startsWith("/"))
        ? undefined
        : joinPath(from ?? "/", entry),
    );
  });
  return [...new Set([...bases, from])];
}

function lostDirectory({ scope }: BuiltinCall): Result {
  const before = scope.directories;
  scope.directories = [...new Set([...before, undefined])];
  return { output: [[hole("missing-fact")]], status: "either", successDirectories: [undefined] };
}

function setPositional({ args, scope, io, shell, consumer }: BuiltinCall): Result {
  if (args.length === 0)
    return { output: shell.host.environment(consumer, placeOf(scope, io)), status: "success" };
  if (shell.dialects.includes("zsh") && /^[-+][a-zA-Z]*A/.test(textOf(args[0] ?? []) ?? ""))
    shell.host.unknown("dialect", "`set -A` fills an array", placeOf(scope, io));
  const marker = args.findIndex((text) => textOf(text) === "--");
  const plain = args.findIndex((text) => !/^[-+]/.test(textOf(text) ?? "x"));
  const from = marker >= 0 && (plain < 0 || marker < plain) ? marker + 1 : plain;
  const options = args.slice(0, from < 0 ? args.length : from).map((text) => textOf(text) ?? "");
  for (const option of options) {
    if (/^-[a-zA-Z]*k/.test(option))
      shell.host.unknown(
        "unmodelled",
        "`set -k` takes arguments for variables",
        placeOf(scope, io),
      );
    if (/^\+[a-zA-Z]*B/.test(option) && shell.dialects.includes("bash"))
      bracesOff(scope, io, shell);
    if (/^[-+][a-zA-Z]*a/.test(option)) scope.option("allexport", option.startsWith("-"));
    // In zsh the letter means something else.
    if (/^[-+][a-zA-Z]*f/.test(option) && shell.dialects.includes("bash"))
      scope.option("noglob", option.startsWith("-"));
    if (shell.dialects.includes("zsh") && option.startsWith("-")) scope.unsureOptions.add("noglob");
  }
  if (from >= 0 && (marker >= 0 || args.length > 0)) {
    // `-o name` takes its name from the next word: not a positional parameter.
    const named = options[options.length - 1];
    const isNamed = named !== undefined && /^[-+][a-zA-Z]*o$/.test(named);
    if (isNamed) {
      const option = textOf(args[options.length] ?? []) ?? "";
      if (option === "braceexpand" && named.startsWith("+")) bracesOff(scope, io, shell);
      scope.option(option, named.startsWith("-"));
    }
    const start = marker < 0 && isNamed ? from + 1 : from;
    const rest = args.slice(start);
    if (marker >= 0 || rest.length > 0) {
      scope.positional = itemsOfFields(rest);
    }
  }
  return DONE;
}

/** Without brace expansion a word with braces names other files: what follows is not told. */
function bracesOff(scope: Scope, io: BuiltinCall["io"], shell: BuiltinCall["shell"]): void {
  shell.host.unknown(
    "dialect",
    "the option `braceexpand` changes what commands mean",
    placeOf(scope, io),
  );
}

function shift({ args, scope }: BuiltinCall): Result {
  const count = args[0] === undefined ? 1 : Number(textOf(args[0]) ?? Number.NaN);
  const items = scope.positional;
  if (items === undefined || !Number.isInteger(count) || count < 0) {
    scope.positional = undefined;
    return EITHER;
  }
  const first = items.findIndex(isLooseItem);
  if (first >= 0 && first < count) scope.positional = items.slice(first);
  // With fewer than that nothing is shifted.
  else scope.positional = count <= items.length || first >= 0 ? items.slice(count) : items;
  return EITHER;
}

function source({ args, scope, io, shell }: BuiltinCall): Result {
  const rest = args[0] !== undefined && textOf(args[0]) === "--" ? args.slice(1) : args;
  const [file, ...positional] = rest;
  if (file === undefined) return EITHER;
  const isInput = /^\/(?:dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/.test(textOf(file) ?? "");
  const content = isInput ? (io.stdin ?? EMPTY) : shell.host.open("read", file, placeOf(scope, io));
  const saved = scope.positional;
  const before = scope.fork();
  if (positional.length > 0) scope.positional = itemsOfFields(positional);
  const returns = new Ends();
  const result = shell.runText(content, scope, { ...io, ends: new Ends(io.ends), returns });
  for (const state of returns.states) scope.join(state);
  // A file that is not there is not read.
  if (!isInput && textOf(file)?.startsWith("/dev/fd/") !== true) scope.join(before);
  scope.positional = saved;
  return { output: result.output, status: "either" };
}

/** Options of zsh that change nothing about which files and programs a command names, or that we follow. */
const PLAIN_ZSH_OPTIONS =
  /^(no_?)?(err_?exit|nounset|unset|pipe_?fail|xtrace|verbose|glob_?dots|null_?glob|nomatch|clobber|bang_?hist|interactive_?comments|no_?case_?glob|case_?glob)$/i;

function changeOptions({ name, args, scope, io, shell }: BuiltinCall): Result {
  let turnOn = name !== "unsetopt";
  for (const text of args) {
    const value = textOf(text);
    if (value === undefined) continue;
    if (value.startsWith("-")) {
      if (value.includes("u")) turnOn = false;
      continue;
    }
    if (name !== "shopt" && !PLAIN_ZSH_OPTIONS.test(value)) {
      shell.host.unknown(
        "dialect",
        `the option \`${value}\` changes what commands mean`,
        placeOf(scope, io),
      );
    }
    const option = value.toLowerCase().replaceAll("_", name === "shopt" ? "_" : "");
    scope.option(option, turnOn);
    if (name === "shopt") continue;
    if (option.startsWith("no")) scope.option(option.slice(2), !turnOn);
    else scope.option(`no${option}`, !turnOn);
  }
  return DONE;
}
