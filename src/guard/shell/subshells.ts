// Copies of the shell: subshells, processes of their own, coprocesses.
import { DEPTH_MAX } from "#base/limits.ts";
import type { Io, Result, Shell } from "./values/host.ts";
import { withExitTraps } from "./values/traps.ts";
import type { Scope } from "./values/scope.ts";
import type { CommandNode } from "./syntax/syntax.ts";
import { EMPTY, hole, known, type TextSet } from "./values/text.ts";
import { union } from "./values/text-sets.ts";
import { EITHER } from "./values/results.ts";

/** Runs in a copy of the shell, and what was registered there for its end. */
export function inSubshell(
  scope: Scope,
  isPiped: boolean,
  io: Io,
  shell: Shell,
  run: (branch: Scope) => Result,
): Result {
  const branch = scope.subshell(isPiped);
  return withExitTraps(run(branch), branch, io, shell);
}

/** As `io`, for a process of its own: what ends there goes on here. */
export function apart(io: Io): Io {
  const { ends: _, ...rest } = io;
  return rest;
}

/** A coprocess: its output comes back through a descriptor, and what is written to the other one is its input. */
export function runCoproc(
  node: Extract<CommandNode, { type: "Coproc" }>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const name = node.name?.value ?? "COPROC";
  const stdin: TextSet = [[hole("dynamic-code")]];
  const { output } = inSubshell(scope, true, io, shell, (branch) =>
    shell.runBody(node.body, branch, { ...io, stdin }),
  );
  scope.descriptors.set(COPROC_OUTPUT, output);
  const input = shell.host.pipePath([[hole("dynamic-code")]]);
  const branch = scope.subshell(true);
  scope.readers.set(input, (content) => {
    const reader: Io = { ...io, stdin: content, depth: io.depth + 1, isCovered: true };
    if (io.depth < DEPTH_MAX)
      inSubshell(branch, true, reader, shell, (inner) => shell.runBody(node.body, inner, reader));
  });
  scope.outputs.set(COPROC_INPUT, known(input));
  // bash takes the highest free descriptors; which ones does not matter.
  const some: TextSet = [[hole("missing-fact", { splits: false, like: "[0-9]*" })]];
  const ends = [COPROC_OUTPUT, COPROC_INPUT].map((end) => union(known(String(end)), some));
  scope.setElements(
    name,
    ends.map((values, at) => ({ key: String(at), values })),
  );
  const job: TextSet = [[hole("missing-fact", { splits: false, like: "[0-9]*", job: true })]];
  // It is gone once the process is.
  const made = scope.get(name);
  if (made !== undefined) scope.variables.set(scope.targetOf(name), { ...made, absent: "maybe" });
  scope.set(`${name}_PID`, job);
  scope.variables.set("!", { values: EMPTY, exported: false });
  return EITHER;
}

const COPROC_OUTPUT = 63;

const COPROC_INPUT = 60;
