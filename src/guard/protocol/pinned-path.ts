// File tools pinned to the path that was judged: between judgement and reading, a symlink could be turned elsewhere.
import type { Decision } from "../policy/decision.ts";
import type { Json, ToolCall } from "../toolcall/tool-call.ts";
import { pathField } from "../toolcall/tool-input.ts";

/** Where a file tool's path led when it was judged. `path` is as the client gave it, absolute; `real` has no symlinks. */
export type JudgedPath = { readonly path: string; readonly real: string };

/** The judged path of a call to a file tool; undefined for other tools, and where no single path was judged. */
export function judgedPath(call: ToolCall, decision: Decision): JudgedPath | undefined {
  if (pathField(call.tool) === undefined) return undefined;
  for (const effect of decision.effects) {
    if ((effect.kind !== "read" && effect.kind !== "write") || effect.target.kind !== "path")
      continue;
    return { path: effect.target.path, real: effect.target.real };
  }
  return undefined;
}

/**
 * The input with its path replaced by the judged one and every other field as it was; undefined when it names that path
 * already.
 */
export function pinnedInput(
  call: ToolCall,
  given: Json,
  judged: JudgedPath | undefined,
): { readonly [key: string]: Json } | undefined {
  const field = pathField(call.tool);
  if (judged === undefined || field === undefined) return undefined;
  if (typeof given !== "object" || given === null || isList(given)) return undefined;
  return given[field] === judged.real ? undefined : { ...given, [field]: judged.real };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
