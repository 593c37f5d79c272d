// What `trap` registers: code for signals, for every command, and for the end of the shell.
import type { Io, Result, Shell } from "./host.ts";
import type { Scope } from "./scope.ts";
import type { Script } from "../syntax/syntax.ts";
import { concat } from "./text-sets.ts";
import { known, type Text, textOf, type TextSet } from "./text.ts";

/** Names under which code for the end of the shell is kept; the others are functions of zsh that run then. */
const ENDS = ["EXIT", "TRAPEXIT", "zshexit"];

/** Whether the code of a signal runs when the shell ends. */
export function isAtEnd(signal: string): boolean {
  return ENDS.includes(signal);
}

/** Signals whose code runs in the course of a script, whatever was set by then; `?` may be any of them, and functions of zsh are bound to one. */
const BESIDE = /^(?:DEBUG|Z?ERR|RETURN|CHLD|\?)$|^TRAP(?!EXIT$)/;

/** The name under which the code of a signal is kept. */
export function signalOf(word: Text): string {
  const name = (textOf(word) ?? "?").toUpperCase().replace(/^SIG/, "");
  return name === "0" ? "EXIT" : name;
}

/** Variables by which the code of traps was last judged, for each signal. */
const judgedBy = new WeakMap<Scope, Map<string, readonly unknown[]>>();

/**
 * Whether the code of a trap is to be judged where the shell stands. WHY not before all variables that it names are set, but where it
 * runs beside each command: it is written for what they will be, and nobody knows what they would be now; at the end it is judged
 * whatever they are. Code for the end again when they changed: the shell may end anywhere.
 */
export function isTrapDue(signal: string, code: TextSet, scope: Scope): boolean {
  if (BESIDE.test(signal)) return true;
  const names = code.flatMap((text) => namesIn(textOf(text) ?? "", scope));
  const values = names.map((name) => scope.get(name));
  if (values.includes(undefined)) return false;
  if (!isAtEnd(signal)) return true;
  const known = judgedBy.get(scope) ?? new Map<string, readonly unknown[]>();
  judgedBy.set(scope, known);
  const before = known.get(signal);
  known.set(signal, values);
  return values.length > 0 && !values.every((value, at) => value === before?.[at]);
}

/** Code that other code is about to replace, or nothing, and that may never have been judged, for want of what it names: it may have run before. */
export function unjudged(signals: readonly Text[], scope: Scope): readonly TextSet[] {
  return signals.flatMap((word) => {
    const signal = signalOf(word);
    const code = scope.traps.get(signal);
    return code === undefined || isTrapDue(signal, code, scope) ? [] : [code];
  });
}

/** Names of variables that stand in code, or in the function of the command that it calls. */
function namesIn(code: string, { functions }: Scope): readonly string[] {
  const called = functions.get(code.trim()) ?? [];
  const texts = called.flatMap((body) =>
    body.from === "command" ? body.source.slice(body.node.pos, body.node.end) : [],
  );
  return [code, ...texts].flatMap((text) =>
    [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = ""]) => name),
  );
}

/** Registers code for signals. Without certainty about a name it may be for any of them. */
export function setTrap(code: Text, signals: readonly Text[], scope: Scope): void {
  for (const signal of signals) {
    const key = signalOf(signal);
    if (textOf(code) === "-" || textOf(code) === "") scope.traps.delete(key);
    else {
      scope.traps.set(key, [code]);
      if (key === "?") scope.traps.set("EXIT", [code]);
    }
  }
}

/** Functions that zsh runs for a signal, by their names. */
export function setFunctionTrap(name: string, scope: Scope): void {
  if (/^TRAP[A-Z0-9]+$|^zshexit$/.test(name)) scope.traps.set(name, known(name));
}

/** Runs a script in a copy of the shell until that one ends. */
export function runApart(script: Script, branch: Scope, io: Io, shell: Shell): Result {
  return withExitTraps(shell.run(script, branch, io), branch, io, shell);
}

/** What a shell gave, and what its traps give when the shell of `scope` ends. */
export function withExitTraps(result: Result, scope: Scope, io: Io, shell: Shell): Result {
  let { output } = result;
  // WHY others too: their code may never have been judged, for want of what it names.
  for (const [signal, code] of scope.traps) {
    if (isAtEnd(signal) || isTrapDue(signal, code, scope)) continue;
    const branch = scope.fork();
    branch.traps.clear();
    output = concat(output, shell.runText(code, branch, io).output);
  }
  for (const signal of ENDS) {
    const code = scope.traps.get(signal);
    if (code === undefined) continue;
    scope.traps.delete(signal);
    output = concat(output, shell.runText(code, scope, io).output);
  }
  return { ...result, output };
}
