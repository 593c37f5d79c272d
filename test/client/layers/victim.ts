// A process that no command has any business with, and whether one hurt it.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Starts one, in a session of its own. */
export function newVictim(): ChildProcess {
  return spawn("/bin/sleep", ["3000"], { cwd: "/", detached: true, stdio: "ignore" });
}

/** Whether it was ended, stopped or traced. */
export function isHurt({ pid, exitCode, signalCode }: ChildProcess): boolean {
  if (exitCode !== null || signalCode !== null) return true;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return /^State:\t[TtZX]/m.test(status) || !/^TracerPid:\t0$/m.test(status);
  } catch {
    return true;
  }
}
