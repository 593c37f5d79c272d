// Drift: between judgement and result of a file tool, its path came to lead elsewhere.
import type { JudgedPath } from "#guard/protocol/pinned-path.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { ResolvePath } from "./ports.ts";

/**
 * How a path drifted, and where it leads now. `moved`: the judged path itself. `turned`: the path that the agent gave,
 * while the call stayed on the judged one. `unjudged-path`: the tool ran on a path that was not judged.
 */
export type Drift = { readonly how: "moved" | "turned" | "unjudged-path"; readonly now: string };

/** Compares where a path led when it was judged with where it leads after the call. `call` is the one that ran. */
export function driftOf(
  call: ToolCall,
  judged: JudgedPath,
  resolvePath: ResolvePath,
): Drift | undefined {
  const used = usedPath(call);
  if (used !== undefined && used !== judged.real && used !== judged.path) {
    return { how: "unjudged-path", now: resolvePath(used) };
  }
  const real = resolvePath(judged.real);
  if (real !== judged.real) return { how: "moved", now: real };
  const given = resolvePath(judged.path);
  // A given path that leads to itself is a plain file now, or gone.
  if (given === judged.real || given === judged.path) return undefined;
  return { how: used === judged.path ? "moved" : "turned", now: given };
}

function usedPath({ input }: ToolCall): string | undefined {
  switch (input.kind) {
    case "read":
    case "edit":
    case "write":
      return input.path.startsWith("~") ? undefined : input.path;
    default:
      return undefined;
  }
}
