// What the system tells of processes in namespaces of their own, and of whether programs may make such namespaces.
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { readSystemFile } from "./system.ts";

/** The one child of a process; undefined where there is none, or where the system does not tell. */
export function onlyChild(pid: number): number | undefined {
  const child = Number(readSystemFile(`/proc/${pid}/task/${pid}/children`)?.trim().split(" ")[0]);
  return Number.isSafeInteger(child) && child > 0 ? child : undefined;
}

/** Whether a process has another network than this one; false where that cannot be told. */
export function hasOwnNetwork(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync("/proc/self/ns/net");
  } catch {
    return false;
  }
}

/** A namespace that this process keeps open: `file` leads to it for every process of the same user. */
export type OpenNamespace = { readonly file: string; close(): void };

const DESCENDANTS_MAX = 8;

/** Opens the mounts that the last of a row of only children sees; undefined where there is none, or it sees ours. */
export function openMounts(ancestor: number): OpenNamespace | undefined {
  let pid = ancestor;
  for (let count = 0; count < DESCENDANTS_MAX; count += 1) pid = onlyChild(pid) ?? pid;
  try {
    const place = `/proc/${pid}/ns/mnt`;
    if (readlinkSync(place) === readlinkSync("/proc/self/ns/mnt")) return undefined;
    const open = openSync(place, "r");
    return { file: `/proc/${process.pid}/fd/${open}`, close: () => closeSync(open) };
  } catch {
    return undefined;
  }
}

/** How many processes share the number space of its first one; undefined where that cannot be told. */
export function processesWith(keeper: number): number | undefined {
  try {
    return readdirSync(join("/proc", String(keeper), "root", "proc")).filter((name) =>
      /^\d+$/.test(name),
    ).length;
  } catch {
    return undefined;
  }
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

/** Processes whose working directories are looked at, so that sockets with relative names are found. */
const PROCESSES_MAX = 4_096;

/** Paths of the sockets that are bound on this machine; a relative one is looked for where processes of the user work. */
export function socketPaths(): readonly string[] {
  const found: string[] = [];
  const relative = new Set<string>();
  let text: string;
  try {
    text = readFileSync("/proc/net/unix", "utf8");
  } catch {
    return [];
  }
  // unix(7), proc(5): seven columns, then the path; abstract names begin with `@`.
  for (const line of text.split("\n").slice(1)) {
    const name = /^(?:\S+\s+){7}([^@].*)$/.exec(line)?.[1];
    if (name?.startsWith("/") === true) found.push(name);
    else if (name !== undefined && name !== "") relative.add(name);
  }
  if (relative.size === 0) return found;
  const directories = new Set<string>();
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  for (const pid of processes.slice(0, PROCESSES_MAX))
    try {
      directories.add(readlinkSync(`/proc/${pid}/cwd`));
    } catch {
      // Somebody else's, or gone.
    }
  for (const directory of directories)
    for (const name of relative) found.push(`${directory === "/" ? "" : directory}/${name}`);
  return found;
}

/** Why programs of an ordinary user may make no user namespace here, as far as settings of the kernel tell. */
export function namespaceBan(): "apparmor" | "sysctl" | undefined {
  const is = (file: string, value: string): boolean => readSystemFile(file)?.trim() === value;
  if (is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) return "apparmor";
  return is("/proc/sys/kernel/unprivileged_userns_clone", "0") ? "sysctl" : undefined;
}

/** How many user namespaces the kernel lets a user make; undefined where it does not tell. */
export function userNamespacesMax(): number | undefined {
  const text = readSystemFile("/proc/sys/user/max_user_namespaces")?.trim();
  return text === undefined || text === "" ? undefined : Number(text);
}

/** Mounts that this process sees, in the words of the system (proc(5), mountinfo). Throws where there are none to read. */
export function mountTable(): string {
  return readFileSync("/proc/self/mountinfo", "utf8");
}

/** Where the system tells of processes, as rules name it. */
export const PROCESS_FILES = "/proc/";
