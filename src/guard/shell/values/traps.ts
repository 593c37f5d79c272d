// What `trap` registers: code for signals, for every command, and for the end of the shell.
import type { Io, Result, Shell } from "./host.ts";
import type { Scope } from "./scope.ts";
import type { Script } from "../syntax/syntax.ts";
import { concat } from "./text-sets.ts";
import { known, type Text, textOf } from "./text.ts";

/** Names under which code for the end of the shell is kept; the others are functions of zsh that run then. */
const ENDS = ["EXIT", "TRAPEXIT", "zshexit"];

/** Whether the code of a signal runs when the shell ends. */
export function isAtEnd(signal: string): boolean {
  return ENDS.includes(signal);
}

/** Registers code for signals. Without certainty about a name it may be for any of them. */
export function setTrap(code: Text, signals: readonly Text[], scope: Scope): void {
  for (const signal of signals) {
    const name = (textOf(signal) ?? "?").toUpperCase().replace(/^SIG/, "");
    const key = name === "0" ? "EXIT" : name;
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
  for (const signal of ENDS) {
    const code = scope.traps.get(signal);
    if (code === undefined) continue;
    scope.traps.delete(signal);
    output = concat(output, shell.runText(code, scope, io).output);
  }
  return { ...result, output };
}
