// Builtins of a session: history, completion, other shells' ways, files that are sourced, and what has no model.
import { itemsOfFields } from "../values/arrays.ts";
import type { BuiltinCall } from "../expansion/builtin-call.ts";
import { runBeside } from "../values/embedded-code.ts";
import { Ends, callSiteOf, type Result } from "../values/host.ts";
import { append, EMPTY, hole, literal, textOf } from "../values/text.ts";
import { EITHER } from "../values/results.ts";

/** What a builtin does to a shell, and what it prints. */
export type Builtin = (call: BuiltinCall) => Result;

/** Something we have no model of: its effects are unknown. */
export const unmodelled: Builtin = ({ name, scope, io, shell }) => {
  shell.host.unknown(
    "unmodelled",
    `the builtin \`${name}\` is not known to sallyport`,
    callSiteOf(scope, io),
  );
  return { output: [[hole("unmodelled")]], status: "either" };
};

/** `history -w FILE` and its like, of zsh `fc -W FILE`; without a name the file is that of `HISTFILE`. */
export function keepsHistory({ args, scope, io, shell }: BuiltinCall): Result {
  const words = args.map((text) => textOf(text));
  const at = words.findIndex((word) => /^-[anrwAIRW]+$/.test(word ?? ""));
  const home = scope.value("HOME") ?? [];
  const usual =
    scope.value("HISTFILE") ?? home.map((one) => append(one, literal("/.bash_history")));
  const named = args[at + 1];
  const place = callSiteOf(scope, io);
  for (const file of at < 0 ? [] : named === undefined ? usual : [named]) {
    if (/[nrR]/.test(words[at] ?? "")) shell.host.open("read", file, place);
    else {
      shell.host.open("append", file, place);
      shell.host.wrote(file, [[hole("missing-fact")]], place);
    }
  }
  if (words.some((word) => word === undefined || /^-(?!l$)(?![scdp]+$)/.test(word)) && at < 0)
    shell.host.unknown(
      "unmodelled",
      "an option of the history that sallyport does not know",
      place,
    );
  return describe();
}

/** `emulate sh`: zsh does as another shell; with `-c` for one text alone. */
export function emulate(call: BuiltinCall): Result {
  const { args, scope, io, shell } = call;
  const words = args.map((text) => textOf(text));
  const result = unmodelled(call);
  const at = words.indexOf("-c");
  const code = at < 0 ? undefined : args[at + 1];
  const inner = code === undefined ? scope : scope.fork();
  if (words.some((word) => /^(?:sh|ksh|csh)$/.test(word ?? "")))
    for (const option of ["shwordsplit", "globsubst"]) inner.option(option, true);
  return code === undefined ? result : shell.runText([code], inner, io);
}

/** `complete` and `compgen`: what they name runs when words are completed, which `compgen` does at once. */
export function completion({ args, ...call }: BuiltinCall): Result {
  args.forEach((text, at) => {
    const next = args[at + 1];
    if (/^-[CF]$/.test(textOf(text) ?? "") && next !== undefined)
      runBeside(next, call.scope, call.io, call.shell);
  });
  return unmodelled({ args, ...call });
}

/** `break` and `continue`, of whichever loop around: what follows in its body may not run. */
export function leaveLoop({ scope, io }: BuiltinCall): Result {
  io.ends?.add();
  for (const loop of io.breaks ?? []) loop.states.push(scope.fork());
  return EITHER;
}

/** Prints what nobody knows before. */
export function describe(): Result {
  return { output: [[hole("missing-fact")]], status: "either" };
}

/** `source FILE` and `. FILE`: the file's text runs in this shell. */
export function source({ args, scope, io, shell }: BuiltinCall): Result {
  const rest = args[0] !== undefined && textOf(args[0]) === "--" ? args.slice(1) : args;
  const [file, ...positional] = rest;
  if (file === undefined) return EITHER;
  const isInput = /^\/(?:dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/.test(textOf(file) ?? "");
  const content = isInput
    ? (io.stdin ?? EMPTY)
    : shell.host.open("read", file, { ...callSiteOf(scope, io), isLoading: true });
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
