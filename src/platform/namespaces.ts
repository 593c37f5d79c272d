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

/** A namespace that this process keeps open: `file` leads to it for every process of the same user; `name` tells it from others. */
export type OpenNamespace = { readonly file: string; readonly name: string; close(): void };

const DESCENDANTS_MAX = 8;

/** Opens the mounts that the last of a row of only children sees; undefined where there is none, or it sees ours. */
export function openMounts(ancestor: number): OpenNamespace | undefined {
  let pid = ancestor;
  for (let count = 0; count < DESCENDANTS_MAX; count += 1) pid = onlyChild(pid) ?? pid;
  try {
    return openNamespace(`/proc/${pid}/ns/mnt`, "/proc/self/ns/mnt");
  } catch {
    return undefined;
  }
}

/** Opens the user namespace of a process; undefined where it is gone, or has ours. */
export function openRights(pid: number): OpenNamespace | undefined {
  try {
    return openNamespace(`/proc/${pid}/ns/user`, "/proc/self/ns/user");
  } catch {
    return undefined;
  }
}

function openNamespace(place: string, own: string): OpenNamespace | undefined {
  const name = readlinkSync(place);
  if (name === readlinkSync(own)) return undefined;
  const open = openSync(place, "r");
  return { file: `/proc/${process.pid}/fd/${open}`, name, close: () => closeSync(open) };
}

/** Processes of this user that have other mounts than this one, by their numbers, with what tells those mounts from others. */
export function processesWithOwnMounts(): readonly (readonly [pid: number, mounts: string])[] {
  const found: (readonly [number, string])[] = [];
  try {
    const own = readlinkSync("/proc/self/ns/mnt");
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const mounts = readlinkSync(`/proc/${name}/ns/mnt`);
        if (mounts !== own) found.push([Number(name), mounts]);
      } catch {
        // It is another user's, or gone.
      }
    }
  } catch {
    // There is nothing to look at.
  }
  return found;
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

/** A TCP socket that listens. `socket` tells it from each other one; `address` is as the system writes it where it is no usual one. */
export type PortListener = {
  readonly address: string;
  readonly port: number;
  readonly socket: string;
};

/** Ports that somebody listens on for TCP connections, in the network of a process. */
export function listeningPorts(pid: number | "self"): ReadonlySet<number> {
  return new Set(portListeners(pid).map(({ port }) => port));
}

/** The sockets that listen for TCP connections, in the network of a process. */
export function portListeners(pid: number | "self"): readonly PortListener[] {
  return listenersIn(tcpTables(pid));
}

/**
 * The same for a network in which mostly nobody listens, for who looks often. WHY by the counts first: to write a table the system
 * goes through all places for connections of the machine, hundreds of thousands, milliseconds even for an empty one. A count that is
 * taken while sockets come and go may lack one, so nothing is to be refused or allowed by this.
 */
export function listenersByCount(pid: number): readonly PortListener[] {
  return listenersIn(TCP_TABLES.flatMap((one) => (isUnused(pid, one) ? [] : tcpTable(pid, one))));
}

function listenersIn(tables: readonly string[]): readonly PortListener[] {
  return tcpSockets(tables).flatMap(({ state, address, port, socket }) =>
    state === "0A" ? [{ address, port, socket }] : [],
  );
}

/** Whether the other end of a connection over this machine's loopback is a socket of a user; false where that cannot be told. */
export function isOfUser(
  uid: number,
  { port, peerPort }: { readonly port: number; readonly peerPort: number },
): boolean {
  const peers = tcpSockets(tcpTables("self")).filter(
    (one) => one.port === peerPort && one.peerPort === port && isLoopback(one.address),
  );
  // WHY the socket: what its program closed already has none, and then the system names the administrator.
  return peers.length > 0 && peers.every((one) => one.uid === uid && one.socket !== "0");
}

/** Who is connected to a port. */
export type ConnectedUsers = {
  /** Users by the address and port of the other end with a blank between; undefined for one that no program has open any more. */
  readonly users: ReadonlyMap<string, number | undefined>;
  /** Sockets that had to be looked through, of whatever port. */
  readonly looked: number;
};

/** Users at the other ends of connections to a port of this machine; undefined where the system does not tell. */
export function connectedUsers(port: number): ConnectedUsers | undefined {
  const marks = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  const tables = tcpTables("self");
  if (tables.length === 0) return undefined;
  const ends = tcpSockets(tables, marks).filter((one) => one.peerPort === port);
  const users = new Map(
    ends.map(({ address, port: end, uid, socket }) => [
      `${dotted(address)} ${end}`,
      // WHY the socket: without one the system names the administrator, whoever it was.
      socket === "0" ? undefined : uid,
    ]),
  );
  const bytes = tables.reduce((sum, table) => sum + table.length, 0);
  return { users, looked: Math.ceil(bytes / LINE_BYTES) };
}

/** Of a line of these tables, as long as no address is one of IPv6. */
const LINE_BYTES = 150;

/** An address of proc(5) as programs write it, as far as it is one of IPv4 or a usual one. */
function dotted(address: string): string {
  const word = /^(?:0{16}FFFF0{4})?([0-9A-F]{8})$/.exec(address)?.[1];
  return word === undefined ? address : [...Buffer.from(word, "hex")].toReversed().join(".");
}

/** Addresses in the spelling of proc(5): words of 32 bits, each in the order of the machine, which is the small one first. */
const ADDRESSES: Readonly<Record<string, string>> = {
  "00000000": "0.0.0.0",
  "0100007F": "127.0.0.1",
  "0000000000000000FFFF00000100007F": "127.0.0.1",
  "00000000000000000000000000000000": "::",
  "00000000000000000000000001000000": "::1",
};

function isLoopback(address: string): boolean {
  return address === "127.0.0.1" || address === "::1";
}

/** Tables of TCP sockets, and where the system counts what stands in each (proc(5)). */
const TCP_TABLES = [
  { table: "tcp", counts: "sockstat", none: /^TCP: inuse 0 /m },
  { table: "tcp6", counts: "sockstat6", none: /^TCP6: inuse 0$/m },
] as const;
type TcpTable = (typeof TCP_TABLES)[number];

/** The tables of TCP sockets in the network of a process, as far as they can be read. */
function tcpTables(pid: number | "self"): readonly string[] {
  return TCP_TABLES.flatMap((one) => tcpTable(pid, one));
}

function tcpTable(pid: number | "self", { table }: TcpTable): readonly string[] {
  const text = readSystemFile(`/proc/${pid}/net/${table}`);
  return text === undefined ? [] : [text];
}

/** Whether the system says that there is no socket; false where it says nothing. */
function isUnused(pid: number, { counts, none }: TcpTable): boolean {
  return none.test(readSystemFile(`/proc/${pid}/net/${counts}`) ?? "");
}

/** `marks`: what a line has to hold to be read at all. */
function tcpSockets(tables: readonly string[], marks = "") {
  // proc(5): own address and port in hexadecimal, those of the other end, the state, of which 0A is LISTEN; later user and inode.
  const lines = tables.flatMap((table) => table.split("\n"));
  return lines.flatMap((line) => {
    if (!line.includes(marks)) return [];
    const [, own = "", port = "", peer = "", state, uid, socket = ""] =
      /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+ +(\d+) +\d+ (\d+)/.exec(
        line,
      ) ?? [];
    if (state === undefined) return [];
    const [portNumber, peerPort] = [Number.parseInt(port, 16), Number.parseInt(peer, 16)];
    const address = ADDRESSES[own] ?? own;
    return [{ address, port: portNumber, peerPort, state, uid: Number(uid), socket }];
  });
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

/** Mounts that another process sees; empty where it is gone. */
export function mountTableOf(pid: number): string {
  return readSystemFile(`/proc/${pid}/mountinfo`) ?? "";
}

/** A path as the system's table of mounts has it. */
export function mountPoint(path: string): string {
  return path.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

/** Where the system tells of processes, as rules name it. */
export const PROCESS_FILES = "/proc/";
