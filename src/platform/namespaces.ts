// What the system tells of processes in namespaces of their own, and of whether programs may make such namespaces.
import { readFileSync } from "node:fs";
import { readSystemFile } from "./system.ts";

/** The one child of a process; undefined where there is none, or where the system does not tell. */
export function onlyChild(pid: number): number | undefined {
  const child = Number(readSystemFile(`/proc/${pid}/task/${pid}/children`)?.trim().split(" ")[0]);
  return Number.isSafeInteger(child) && child > 0 ? child : undefined;
}

/** Ends a process at once; nothing where there is none. */
export function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

/** Ports that somebody listens on for TCP connections, in the network of a process. */
export function listeningPorts(pid: number | "self"): ReadonlySet<number> {
  // proc(5): field 2 of a line is the own address and port in hexadecimal, field 4 the state, of which 0A is LISTEN.
  const lines = ["tcp", "tcp6"].flatMap((name) =>
    (readSystemFile(`/proc/${pid}/net/${name}`) ?? "").split("\n"),
  );
  return new Set(
    lines.flatMap((line) => {
      const port = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F:]+ 0A /.exec(line)?.[1];
      return port === undefined ? [] : [Number.parseInt(port, 16)];
    }),
  );
}

/** Paths of the sockets that are bound on this machine. */
export function socketPaths(): readonly string[] {
  let text: string;
  try {
    text = readFileSync("/proc/net/unix", "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => / (\/[^\0]*)$/.exec(line)?.[1] ?? []);
}

/** Why programs of an ordinary user may make no user namespace here, as far as settings of the kernel tell. */
export function namespaceBan(): "apparmor" | "sysctl" | undefined {
  const is = (file: string, value: string): boolean => readSystemFile(file)?.trim() === value;
  if (is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) return "apparmor";
  return is("/proc/sys/kernel/unprivileged_userns_clone", "0") ? "sysctl" : undefined;
}

/** Tells this start of the machine from others. */
export function bootId(): string {
  return readSystemFile("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}
