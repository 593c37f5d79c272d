// Branches: `if` and `case`, each in a state of its own, joined after them.
import type { Io, Result, Shell } from "./values/host.ts";
import type { Scope } from "./values/scope.ts";
import type { CommandNode, CompoundList } from "./syntax/syntax.ts";
import { concat, union } from "./values/text-sets.ts";
import { EMPTY, type TextSet } from "./values/text.ts";
import { expandToPattern, expandToText } from "./expansion/word-texts.ts";
import { afterSuccess, isSilent } from "./values/results.ts";
import { takeOver } from "./values/scope-states.ts";

export function runIf(
  node: Extract<CommandNode, { type: "If" }>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const clause = shell.runBody(node.clause, scope, io);
  const outputs: TextSet[] = [];
  const branches: Scope[] = [];
  const branch = (list: CompoundList | undefined): void => {
    const state = scope.fork();
    if (list === node.then) afterSuccess(clause.successValues, state);
    branches.push(state);
    outputs.push(list === undefined ? EMPTY : shell.runBody(list, state, io).output);
  };
  if (clause.status !== "failure") branch(node.then);
  if (clause.status !== "success") {
    for (const elif of node.elif) {
      outputs.push(shell.runBody(elif.clause, scope, io).output);
      branch(elif.then);
    }
    branch(node.else);
  }
  joinAll(scope, branches);
  return { output: concat(clause.output, union(...outputs)), status: "either" };
}

export function runCase(
  node: Extract<CommandNode, { type: "Case" }>,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  expandToText(node.word, scope, io, shell);
  const branches: Scope[] = [scope.fork()];
  const outputs: TextSet[] = [EMPTY];
  // What an item that does not end the matching leaves behind, for those below it.
  let carried: { readonly state: Scope; readonly output: TextSet } | undefined;
  for (const item of node.items) {
    for (const pattern of item.pattern) expandToPattern(pattern, scope, io, shell);
    const state = scope.fork();
    if (carried !== undefined) state.join(carried.state);
    const before = carried?.output ?? EMPTY;
    const own = shell.runBody(item.body, state, io).output;
    const output = isSilent(before) ? own : union(own, concat(before, own));
    outputs.push(output);
    branches.push(state);
    if (item.terminator !== undefined && item.terminator !== ";;") {
      const next = state.fork();
      if (carried !== undefined) next.join(carried.state);
      carried = { state: next, output: union(before, output) };
    }
  }
  joinAll(scope, branches);
  return { output: union(...outputs), status: "either" };
}

function joinAll(scope: Scope, branches: readonly Scope[]): void {
  branches.forEach((branch, at) => {
    if (at === 0) takeOver(scope, branch);
    else scope.join(branch);
  });
}
