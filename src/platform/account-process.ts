// Taking on the rights of an account so that the account can neither look into this process nor reach what it keeps.
import { ChildProcess } from "node:child_process";
import { cleanPath, isWithin } from "#base/path.ts";
import type { Account } from "./accounts.ts";
import { ADMINISTRATOR } from "./user.ts";

/**
 * Gives this process, which the administrator started, the files of an account and an effective group that the account is not in. The
 * kernel then lets nobody trace it, read its memory or its descriptors, or set its limits (Linux: not dumpable, and other groups than
 * the account's own processes have). There is no way back. Of the programs that it starts, scripts below `own` keep that group. INVARIANT: test/surface/services/machine/judge.test.ts tries each.
 */
export function becomeAccount({ name, uid, gid }: Account, group: number, own: string): void {
  shutDebugger();
  // The types of node leave it out.
  const taking: NodeJS.Process & { initgroups?(user: string, group: number): void } = process;
  try {
    taking.initgroups?.(name, gid);
  } catch {
    // A number without a name has no other groups.
    process.setgroups?.([gid]);
  }
  process.setgid?.(gid);
  process.setegid?.(group);
  if (uid !== ADMINISTRATOR) process.setuid?.(uid);
  leaveGroupInChildren(own);
}

/** WHY: node opens a debugger for whoever may send it this signal, and the account may send signals to its judge. */
function shutDebugger(): void {
  process.on("SIGUSR1", () => undefined);
}

/** Names the judge's data directory to programs of ours. */
const PLACE = "SALLYPORT_HOME=";

type StartOptions = {
  readonly file?: string;
  readonly args?: readonly string[];
  readonly gid?: number;
  /** As `NAME=value`. */
  readonly envPairs?: readonly string[];
};
type Start = (options: StartOptions) => unknown;

/**
 * WHY: a program that runs under the account's own configuration must not have the group that opens the judge's data, nor hear where
 * they lie.
 */
function leaveGroupInChildren(own: string): void {
  const prototype = ChildProcess.prototype as unknown as { spawn: Start };
  const start = prototype.spawn;
  prototype.spawn = function spawn(this: ChildProcess, options) {
    const gid = process.getgid?.();
    const keeps = gid === undefined || isOwnScript(options, own);
    const { envPairs } = options;
    const told = envPairs && { envPairs: envPairs.filter((pair) => !pair.startsWith(PLACE)) };
    const given = keeps ? options : { ...options, ...told, gid: options.gid ?? gid };
    return Reflect.apply(start, this, [given]);
  };
}

/** WHY not node by itself: the account says in its settings which scripts of its own are run by that, too. */
function isOwnScript({ file, args = [] }: StartOptions, own: string): boolean {
  const { execArgv, execPath } = process;
  const [, ...words] = args;
  const script = words[execArgv.length];
  return (
    file === execPath &&
    execArgv.every((flag, at) => words[at] === flag) &&
    script !== undefined &&
    isWithin(own, cleanPath(script))
  );
}
