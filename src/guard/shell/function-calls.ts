// A call of a function: its arguments, its local variables, what it leaves behind.
import { itemsOfFields } from "./values/arrays.ts";
import { Ends, type Io, callSiteOf, type Result, type Shell } from "./values/host.ts";
import type { FunctionBody } from "./values/functions.ts";
import type { Scope } from "./values/scope.ts";
import { parseCommand } from "./syntax/syntax.ts";
import { EMPTY, literal, type TextSet } from "./values/text.ts";
import { union } from "./values/text-sets.ts";
import { withExitTraps } from "./values/traps.ts";
import type { Fields } from "./values/field-splitting.ts";
import { leaveFunction } from "./values/scope-states.ts";

export function callFunction(
  name: string,
  bodies: readonly FunctionBody[],
  args: Fields,
  scope: Scope,
  io: Io,
  shell: Shell,
): Result {
  const saved = scope.positional;
  const outer = scope.locals;
  const outerUnsure = scope.unsureLocals;
  const outerName = scope.name;
  const isZsh = shell.dialects.includes("zsh");
  const before = new Map(scope.variables);
  const options = new Set(scope.options);
  scope.positional = itemsOfFields(args);
  scope.locals = new Set();
  scope.unsureLocals = scope.locals;
  // In zsh `$0` is the function.
  if (isZsh) scope.name = shell.dialects.length === 1 ? literal(name) : undefined;
  const returns = new Ends();
  const { aliases: _, breaks: __, ...rest } = io;
  const inner: Io = {
    ...rest,
    depth: io.depth + 1,
    via: [...io.via, name],
    inFunction: true,
    returns,
    ends: new Ends(io.ends),
  };
  const outputs: TextSet[] = [];
  for (const body of bodies) {
    if (body.from === "absent") continue;
    const branch = bodies.length === 1 ? scope : scope.fork();
    if (body.from === "command") {
      const own = { ...inner, source: body.source, aliases: body.aliases };
      outputs.push(shell.runBody(body.node, branch, own).output);
    } else {
      const { script, problem } = parseCommand(body.text);
      if (problem !== undefined || script === undefined) {
        shell.host.unknown(
          "syntax",
          `the function \`${name}\` of the user's shell could not be read`,
          callSiteOf(scope, io),
        );
      } else outputs.push(shell.run(script, branch, { ...inner, source: body.text }).output);
    }
    for (const state of returns.states.splice(0)) branch.join(state);
    if (isZsh) {
      const ran: Result = { output: outputs.at(-1) ?? EMPTY, status: "either" };
      outputs.push(withExitTraps(ran, branch.fork(), inner, shell).output);
    }
    if (branch !== scope) scope.join(branch);
  }
  if (scope.locals.has("-")) {
    for (const option of [...scope.options]) if (!options.has(option)) scope.option(option, false);
    for (const option of options) scope.options.add(option);
  }
  if (scope.unsureLocals.has("-")) {
    for (const option of new Set([...options, ...scope.options]))
      if (!options.has(option) || !scope.options.has(option)) {
        scope.options.add(option);
        scope.unsureOptions.add(option);
      }
  }
  leaveFunction(scope, before);
  scope.positional = saved;
  scope.locals = outer;
  scope.unsureLocals = outerUnsure;
  scope.name = outerName;
  return { output: outputs.length === 0 ? EMPTY : union(...outputs), status: "either" };
}
