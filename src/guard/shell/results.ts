// What a command gives that prints nothing.
import type { Result } from "./host.ts";
import { EMPTY, type TextSet } from "./text.ts";

/** It certainly succeeded: never for a builtin that refuses some of its arguments, or whose output may be closed. */
export const DONE: Result = { output: EMPTY, status: "success" };
/** Whether it succeeded is not known. */
export const EITHER: Result = { output: EMPTY, status: "either" };

/** Whether nothing is printed, whatever happens. */
export function isSilent(output: TextSet): boolean {
  return output.every((text) => text.length === 0);
}
