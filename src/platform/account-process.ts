// Taking on the rights of an account so that the account can neither look into this process nor reach what it keeps.
import { ChildProcess } from "node:child_process";
import type { Account } from "./accounts.ts";
import { ADMINISTRATOR } from "./user.ts";

/**
 * Gives this process, which the administrator started, the files of an account and an effective group that the account is not in. The
 * kernel then lets nobody trace it, read its memory or its descriptors, or set its limits (Linux: not dumpable, and other groups than
 * the account's own processes have). There is no way back. INVARIANT: test/surface/services/machine/judge.test.ts tries each.
 */
export function becomeAccount({ name, uid, gid }: Account, group: number): void {
  shutDebugger();
  // The types of node leave it out.
  const own: NodeJS.Process & { initgroups?(user: string, group: number): void } = process;
  try {
    own.initgroups?.(name, gid);
  } catch {
    // A number without a name has no other groups.
    process.setgroups?.([gid]);
  }
  process.setgid?.(gid);
  process.setegid?.(group);
  if (uid !== ADMINISTRATOR) process.setuid?.(uid);
  leaveGroupInChildren();
}

/** WHY: node opens a debugger for whoever may send it this signal, and the account may send signals to its judge. */
function shutDebugger(): void {
  process.on("SIGUSR1", () => undefined);
}

type Start = (options: { file?: string; uid?: number; gid?: number }) => unknown;

/** WHY: a program that runs under the account's own configuration must not have the group that opens the judge's data. */
function leaveGroupInChildren(): void {
  const prototype = ChildProcess.prototype as unknown as { spawn: Start };
  const start = prototype.spawn;
  prototype.spawn = function spawn(this: ChildProcess, options) {
    const gid = process.getgid?.();
    const isOwn = options.file === process.execPath;
    const given = isOwn || gid === undefined ? options : { ...options, gid: options.gid ?? gid };
    return Reflect.apply(start, this, [given]);
  };
}
