// Which hooks start this guard's own program: what it does is known, and only its owner can change it.
import type { HookSight, Sights } from "./sights.ts";

/** Whether a word is a plain path of the guard's own directory, or below it, where others cannot write. */
export function isOwnPlace(word: string, { guard }: Pick<Sights, "guard">): boolean {
  const own = guard.kind === "seen" ? guard.value.ownDirectory : undefined;
  if (own === undefined || (word !== own && !word.startsWith(`${own}/`))) return false;
  return /^[\w./@+-]*$/.test(word.slice(own.length)) && !word.split("/").includes("..");
}

/** Whether a hook is nothing but a start of the guard's own program. */
export function isOwnHook(
  { type, command, args }: Pick<HookSight, "type" | "command" | "args">,
  sights: Pick<Sights, "guard">,
): boolean {
  if (type !== "command" || args === undefined) return false;
  return /\/bin\/sallyport(?:-hook)?$/.test(command) && isOwnPlace(command, sights);
}
