// Two states of a shell beside each other: whether they are the same, what they have in common, one in place of the other.
import { looseElements } from "./arrays.ts";
import { sameDirectories } from "./directories.ts";
import { samePositional } from "./positional.ts";
import type { Scope } from "./scope.ts";
import { joinVariables, sameVariable, widened } from "./variable-values.ts";
import type { Variable } from "./variables.ts";

/** Takes over the state of `other` in place of what `scope` had. */
export function takeOver(scope: Scope, other: Scope): void {
  replace(scope.variables, other.variables);
  replace(scope.functions, other.functions);
  replace(scope.aliases, other.aliases);
  replace(scope.descriptors, other.descriptors);
  replace(scope.outputs, other.outputs);
  replace(scope.traps, other.traps);
  refill(scope.options, other.options);
  refill(scope.unsureOptions, other.unsureOptions);
  refill(scope.exportedFunctions, other.exportedFunctions);
  scope.sinks = other.sinks;
  scope.directories = other.directories;
  scope.positional = other.positional;
  scope.name = other.name;
  scope.locals = other.locals;
  scope.unsureLocals = other.unsureLocals;
}

/** Ends a function: names that are local, or may be, have what they had in `before` again, or may have. */
export function leaveFunction(scope: Scope, before: ReadonlyMap<string, Variable>): void {
  for (const name of scope.locals) {
    const earlier = before.get(name);
    if (earlier === undefined) scope.variables.delete(name);
    else scope.variables.set(name, earlier);
  }
  for (const name of scope.unsureLocals) {
    if (scope.locals.has(name)) continue;
    const mine = scope.variables.get(name) ?? scope.missing(name);
    scope.variables.set(name, joinVariables(mine, before.get(name) ?? scope.missing(name)));
  }
}

/** Whether both states allow the same: a loop that changes nothing more has been understood. */
export function isSameState(scope: Scope, other: Scope): boolean {
  if (
    scope.variables.size !== other.variables.size ||
    scope.functions.size !== other.functions.size
  )
    return false;
  for (const [name, variable] of scope.variables) {
    const theirs = other.variables.get(name);
    if (theirs === undefined || !sameVariable(variable, theirs)) return false;
  }
  const theirs = new Set(other.directories);
  return (
    scope.directories.length === theirs.size &&
    scope.directories.every((directory) => theirs.has(directory)) &&
    samePositional(scope.positional, other.positional)
  );
}

/**
 * Forgets the value of everything that differs between `before` and the present state, and of what was forgotten before:
 * `forgotten` holds the names.
 */
export function widenState(scope: Scope, before: Scope, forgotten: Set<string>): void {
  for (const [name, variable] of scope.variables) {
    const earlier = before.variables.get(name);
    const isSame = earlier !== undefined && sameVariable(earlier, variable);
    if (isSame && !forgotten.has(name)) continue;
    forgotten.add(name);
    const values = widened(variable.values);
    const elements =
      variable.elements === undefined
        ? {}
        : { elements: looseElements(variable.elements.flatMap((one) => one.values)) };
    scope.variables.set(name, { ...variable, values, ...elements });
  }
  if (!sameDirectories(scope.directories, before.directories)) {
    scope.directories = [...new Set([...before.directories, undefined])];
  }
  if (!samePositional(scope.positional, before.positional)) scope.positional = undefined;
}

function replace<Key, Value>(target: Map<Key, Value>, source: ReadonlyMap<Key, Value>): void {
  target.clear();
  for (const [key, value] of source) target.set(key, value);
}

function refill<Item>(target: Set<Item>, source: ReadonlySet<Item>): void {
  target.clear();
  for (const item of source) target.add(item);
}
