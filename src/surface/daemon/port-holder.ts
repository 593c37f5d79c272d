// Who listens on a port: the name and id of the process, for a person who has to decide what to do about it.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTENING = "0A";
/** Processes looked at before the answer is that nobody knows. */
const PROCESSES_MAX = 20_000;

/**
 * Names the process that listens on a TCP port of this machine, such as `python3 (process 4711)`. Undefined where the
 * system does not tell: other users' processes, and systems other than Linux.
 */
export function portHolder(port: number): string | undefined {
  try {
    const inodes = listeningInodes(port);
    if (inodes.size === 0) return undefined;
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const pid = pids.slice(0, PROCESSES_MAX).find((candidate) => holds(candidate, inodes));
    if (pid === undefined) return undefined;
    const name = readFileSync(`/proc/${pid}/comm`, "utf8")
      .replace(/[^\x20-\x7e]/g, "")
      .trim();
    return `\`${name}\` (process ${pid})`;
  } catch {
    return undefined;
  }
}

/** Inodes of listening sockets on a port (proc_pid_net(5): local address is field 2, state 4, inode 10). */
function listeningInodes(port: number): Set<string> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readTable(table)) {
      const fields = line.trim().split(/\s+/);
      const [, local = "", , state] = fields;
      if (state === LISTENING && local.endsWith(wanted)) inodes.add(`socket:[${fields[9]}]`);
    }
  }
  return inodes;
}

function readTable(path: string): string[] {
  try {
    return readFileSync(path, "latin1").split("\n");
  } catch {
    return [];
  }
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
