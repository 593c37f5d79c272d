// What a program runs in turn, each in a process of its own.
import { baseName, joinRaw } from "#base/path.ts";
import { itemsOfFields } from "./values/arrays.ts";
import type { Continuation, Io, Result, Shell } from "./values/host.ts";
import { BARE_QUALIFIERS } from "./expansion/pathnames.ts";
import { PLAIN_SH, type Scope } from "./values/scope.ts";
import { someDirectory } from "./values/some-directory.ts";
import { concat } from "./values/text-sets.ts";
import { EMPTY, literal, type TextSet, textOf } from "./values/text.ts";
import { withExitTraps } from "./values/traps.ts";
import { withoutUps } from "./values/ways-up.ts";

/** Runs what a program runs, in processes of its own: nothing of their state comes back. */
export function followAll(
  continuations: readonly Continuation[],
  name: string,
  scope: Scope,
  io: Io,
  shell: Shell,
  environment: ReadonlyMap<string, TextSet>,
): Result {
  let output = EMPTY;
  for (const next of continuations) {
    if (next.kind === "output") {
      output = concat(output, next.texts);
      continue;
    }
    const child = scope.child();
    for (const [variable, values] of environment) child.set(variable, values, true);
    const { aliases: _, inFunction: __, ends: ___, returns: ____, breaks: _____, ...around } = io;
    const inner: Io = {
      ...around,
      stdin: next.stdin === undefined && !("stdin" in next) ? io.stdin : next.stdin,
      via: [...io.via, name],
      depth: io.depth + 1,
      ...(next.isCovered === true ? { isCovered: true } : {}),
    };
    if (next.directory !== undefined) {
      const directory = textOf(next.directory) ?? someDirectory(next.directory);
      child.directories = scope.directories.map((from) =>
        directory === undefined || from === undefined
          ? undefined
          : withoutUps(joinRaw(from, directory), shell.host.ask.bind(shell.host)),
      );
    }
    if (next.kind === "run") {
      const all = [...child.variables.keys(), ...child.variables.inherited.keys()];
      // No shell takes IFS from its environment.
      for (const variable of next.isCleared === true ? all : (next.without ?? []))
        if (variable !== "IFS") child.unset(variable);
      for (const [variable, values] of next.environment ?? []) child.set(variable, values, true);
      const result = shell.dispatch(next.argv, child, inner, {
        external: true,
        environment: new Map([...environment, ...(next.environment ?? [])]),
      });
      output = concat(output, result.output);
    } else {
      if (/^(?:da|a)?sh$/.test(baseName(name)))
        for (const option of [PLAIN_SH, "xpg_echo"]) {
          child.options.add(option);
          child.unsureOptions.add(option);
        }
      if (/^(?:ba|rba|s)?sh$/.test(baseName(name))) child.takeOptions(scope);
      if (baseName(name) === "zsh") child.options.add(BARE_QUALIFIERS);
      const { on, maybe } = next.options ?? NO_OPTIONS;
      for (const option of [...on, ...maybe]) child.options.add(option);
      for (const option of maybe) child.unsureOptions.add(option);
      child.positional = itemsOfFields(next.positional);
      child.name = next.name ?? literal(name);
      const inside = shell.as(dialectsOf(name, shell.dialects));
      const ran = inside.runText(next.texts, child, inner);
      output = concat(output, withExitTraps(ran, child, inner, inside).output);
    }
  }
  return { output, status: "either" };
}

const NO_OPTIONS = { on: [], maybe: [] };

/** The dialects in which a program reads code: shells say it by their names, others run `sh` or the user's own shell. */
function dialectsOf(program: string, outer: Shell["dialects"]): Shell["dialects"] {
  const name = baseName(program);
  if (name === "zsh") return ["zsh"];
  if (/^(?:ba|da|a|k|rba)?sh$/.test(name)) return ["bash"];
  return outer.includes("zsh") ? ["bash", "zsh"] : ["bash"];
}
