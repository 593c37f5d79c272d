// Changes of places that the client itself asks about whatever its rules allow: no answer of ours stands above that question.
import { globBase } from "#base/glob.ts";
import { cleanPath, isWithin } from "#base/path.ts";
import { isClientProtected, isOddlyNamed } from "../../effects/paths/client-protected.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { ToolCall } from "../../toolcall/tool-call.ts";
import type { Effect, Target } from "../../vocabulary/effect.ts";

/** The rule of a reason by which a change is left to the client. */
export const CLIENT_PROTECTS = "client-protects";

/** Said of such a change. */
export const PROTECTED_TEXT = "the client asks before it changes, and nothing of ours answers that";

/** Whether the client would ask about a change because of its place. */
export function isClientsQuestion(effect: Effect, { mode }: SessionFacts): boolean {
  // Measured: there the client asks about no place.
  if (mode === "bypassPermissions") return false;
  if (effect.kind !== "write" && effect.kind !== "delete") return false;
  // WHY: of what git and managers of packages keep for themselves the client sees no path either.
  if (effect.via.at(-1) === "git") return false;
  if (effect.kind === "write" && (effect.mode === "cache" || effect.mode === "tracked"))
    return false;
  if (effect.kind === "delete" && isGitLock(effect.target)) return false;
  return pathsOf(effect.target).some(isClientProtected);
}

/**
 * Whether the client would put no question of ours to anybody. Measured with 2.1.328 and 2.1.332: where one of its tools changes a
 * file that it protects, a hook's question counts for nothing in `bypassPermissions`, where the tool runs, nor in `auto` and `plan`,
 * where a classifier decides. So it is in the first one with a file behind a link that leads out of the project. Of commands, and of
 * other places, it asks in each of them.
 */
export function isNeverAsked(
  call: ToolCall | undefined,
  effects: readonly Effect[],
  { mode, projectRoot }: SessionFacts,
): boolean {
  if (mode !== "bypassPermissions" && mode !== "auto" && mode !== "plan") return false;
  if (call?.input.kind !== "write" && call?.input.kind !== "edit") return false;
  const named = cleanPath(call.input.path);
  const leadsOut = (path: string): boolean =>
    isWithin(projectRoot, named) && !isWithin(projectRoot, path);
  return [named, ...effects.flatMap(changedPaths)].some(
    (path) => leadsOut(path) || isClientProtected(path) || isOddlyNamed(path),
  );
}

function changedPaths(effect: Effect): readonly string[] {
  return effect.kind === "write" || effect.kind === "delete" ? pathsOf(effect.target) : [];
}

function pathsOf(target: Target): readonly string[] {
  switch (target.kind) {
    case "path":
      return [target.path, target.real];
    case "pattern":
      return [globBase(target.path), target.path];
    case "unresolved":
      return target.within === undefined ? [] : [target.within];
    default:
      return target satisfies never;
  }
}

/** WHY spared: git leaves it behind when it is stopped, nothing runs of it, and no work begins while it is there. */
function isGitLock(target: Target): boolean {
  return target.kind === "path" && /\/\.git\/(?:refs\/.+\/)?[^/]+\.lock$/.test(target.real);
}
