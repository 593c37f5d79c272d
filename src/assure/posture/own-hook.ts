// Which hooks start this guard's own program: what it does is known, and only its owner can change it.
import type { HookInput, AuditInputs } from "./inputs/audit-inputs.ts";

/** Whether a word is a plain path of the guard's own directory, or below it, where others cannot write. */
export function isOwnPlace(word: string, { guard }: Pick<AuditInputs, "guard">): boolean {
  const own = guard.kind === "seen" ? guard.value.ownDirectory : undefined;
  if (own === undefined || (word !== own && !word.startsWith(`${own}/`))) return false;
  return /^[\w./@+-]*$/.test(word.slice(own.length)) && !word.split("/").includes("..");
}

/**
 * Whether a hook is one of those that guarding puts into settings: the guard's own program, its daemon on this machine, or the
 * shell line that starts that again. A clone brings none of them: their places are of this account.
 */
export function isOfGuard(hook: HookInput, auditInputs: Pick<AuditInputs, "guard">): boolean {
  if (auditInputs.guard.kind === "unseen" || !auditInputs.guard.value.isGuarded) return false;
  const { type, command, args = [] } = hook;
  if (type === "http") return /^https:\/\/127\.0\.0\.1:\d+\/v1\/hook/.test(command);
  return (
    isOwnHook(hook, auditInputs) ||
    (command === "/bin/sh" && args.some((word) => isOwnPlace(word, auditInputs)))
  );
}

/** Whether a hook is nothing but a start of the guard's own program. */
export function isOwnHook(
  { type, command, args }: Pick<HookInput, "type" | "command" | "args">,
  auditInputs: Pick<AuditInputs, "guard">,
): boolean {
  if (type !== "command" || args === undefined) return false;
  return /\/bin\/sallyport(?:-hook)?$/.test(command) && isOwnPlace(command, auditInputs);
}
