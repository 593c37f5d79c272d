// Who listens on a port: the name and id of the process, for a person who has to decide what to do about it.
import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { readSystemFile, type SystemKind, thisSystem } from "./system.ts";

const LISTENING = "0A";
/** Processes looked at before the answer is that nobody knows. */
const PROCESSES_MAX = 20_000;

const LSOF_MS_MAX = 2_000;

/**
 * Names the process that listens on a TCP port of this machine, such as `python3 (process 4711)`. Undefined where the
 * system does not tell: other users' processes, and systems other than Linux and macOS.
 */
export function portHolder(port: number, system: SystemKind = thisSystem()): string | undefined {
  try {
    if (system === "linux" || system === "wsl") return holderInProc(port);
    return system === "macos" ? holderInLsof(runLsof(port)) : undefined;
  } catch {
    return undefined;
  }
}

/** The first process in the output of `lsof -Fpc`: a line `p` with the id, then a line `c` with the name. */
export function holderInLsof(output: string): string | undefined {
  const [, pid, name] = /^p(\d+)\nc(.*)$/m.exec(output) ?? [];
  return pid === undefined || name === undefined ? undefined : inWords(name, pid);
}

function runLsof(port: number): string {
  const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"];
  return execFileSync("/usr/sbin/lsof", args, {
    timeout: LSOF_MS_MAX,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function inWords(name: string, pid: string): string {
  return `\`${name.replace(/[^\x20-\x7e]/g, "").trim()}\` (process ${pid})`;
}

function holderInProc(port: number): string | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const pid = pids.slice(0, PROCESSES_MAX).find((candidate) => holds(candidate, inodes));
  return pid === undefined ? undefined : inWords(readSystemFile(`/proc/${pid}/comm`) ?? "", pid);
}

/** Inodes of listening sockets on a port (proc_pid_net(5): local address is field 2, state 4, inode 10). */
function listeningInodes(port: number): Set<string> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of (readSystemFile(table) ?? "").split("\n")) {
      const fields = line.trim().split(/\s+/);
      const [, local = "", , state] = fields;
      if (state === LISTENING && local.endsWith(wanted)) inodes.add(`socket:[${fields[9]}]`);
    }
  }
  return inodes;
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    const directory = `/proc/${pid}/fd`;
    return readdirSync(directory).some((name) => {
      try {
        return inodes.has(readlinkSync(`${directory}/${name}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
