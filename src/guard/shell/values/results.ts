// What commands give: nothing printed, and what holds where they succeeded.
import type { Result } from "./host.ts";
import type { Scope } from "./scope.ts";
import { EMPTY, type TextSet } from "./text.ts";

/** It certainly succeeded: never for a builtin that refuses some of its arguments, or whose output may be closed. */
export const DONE: Result = { output: EMPTY, status: "success" };
/** Whether it succeeded is not known. */
export const EITHER: Result = { output: EMPTY, status: "either" };

/** Whether nothing is printed, whatever happens. */
export function isSilent(output: TextSet): boolean {
  return output.every((text) => text.length === 0);
}

/** Takes the values that variables have where the command succeeded. */
export function afterSuccess(values: Result["successValues"], scope: Scope): void {
  for (const [name, texts] of values ?? []) scope.set(name, texts);
}

/** The result where variables may have changed since. */
export function withoutValues(result: Result): Result {
  if (result.successValues === undefined) return result;
  const { successValues: _, ...rest } = result;
  return rest;
}
