// What the kernel says of this very process, what else runs here, and which files are devices and settings of the kernel.
import { readdirSync, readlinkSync } from "node:fs";
import { parentOf } from "./processes.ts";
import { readSystemFile } from "./system.ts";

/** Numbers of capabilities by name: linux/capability.h. */
const CAPABILITIES =
  "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore".split(
    " ",
  );

/** Rights of this process. Undefined members: the kernel does not tell. */
export type OwnRights = {
  /** Names without `CAP_`, of what is effective, permitted or ambient. */
  readonly capabilities: readonly string[] | undefined;
  readonly noNewPrivileges: boolean | undefined;
  /** 0: none, 1: strict, 2: a filter. */
  readonly seccomp: number | undefined;
};

/** Asks the kernel (proc(5), status). */
export function ownRights(): OwnRights {
  const status = readSystemFile("/proc/self/status") ?? "";
  const word = (name: string) => new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(status)?.[1];
  const sets = ["CapEff", "CapPrm", "CapAmb"].flatMap((name) => {
    const hex = word(name);
    return hex === undefined ? [] : [BigInt(`0x${hex}`)];
  });
  const all = sets.reduce((one, other) => one | other, 0n);
  const [noNew, seccomp] = [word("NoNewPrivs"), word("Seccomp")];
  return {
    capabilities:
      sets.length === 0
        ? undefined
        : Array.from({ length: 64 }, (_, bit) => bit)
            .filter((bit) => ((all >> BigInt(bit)) & 1n) === 1n)
            .map((bit) => CAPABILITIES[bit] ?? String(bit)),
    noNewPrivileges: noNew === undefined ? undefined : noNew === "1",
    seccomp: seccomp === undefined ? undefined : Number(seccomp),
  };
}

/** A process that is neither this one nor one that it descends from or started. */
export type OtherProcess = { readonly environment: string; readonly memory: string };

/** Processes by number with the one that each was started by, and this one's number there; undefined where the system does not tell. */
function processTree():
  | { readonly own: number; readonly parents: ReadonlyMap<number, number> }
  | undefined {
  try {
    // WHY not `process.pid`: where `/proc` shows an outer space of numbers, this process has another one in it.
    const own = Number(readlinkSync("/proc/self"));
    const names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const parents = names.map((name) => {
      const pid = Number(name);
      return [pid, parentOf(pid) ?? 0] as const;
    });
    return { own, parents: new Map(parents) };
  } catch {
    return undefined;
  }
}

/** Files of other processes, up to `max` of them; undefined where the system does not tell of processes. */
export function otherProcesses(max: number): readonly OtherProcess[] | undefined {
  const tree = processTree();
  if (tree === undefined) return undefined;
  const { own, parents } = tree;
  const chain = (pid: number): readonly number[] => {
    const found: number[] = [];
    for (let at = pid; at > 0 && !found.includes(at); at = parents.get(at) ?? 0) found.push(at);
    return found;
  };
  const above = new Set(chain(own));
  return [...parents.keys()]
    .filter((pid) => !above.has(pid) && !chain(pid).includes(own))
    .slice(0, max)
    .map((pid) => ({ environment: `/proc/${pid}/environ`, memory: `/proc/${pid}/mem` }));
}

/** As whom a program runs that this process started: its real user, and the one whose rights it has. Undefined until it does. */
export function userOfStarted(
  program: string,
): { readonly real: number; readonly effective: number } | undefined {
  const tree = processTree();
  for (const [pid, parent] of tree?.parents ?? []) {
    if (parent !== tree?.own) continue;
    const status = readSystemFile(`/proc/${pid}/status`) ?? "";
    const [, real, effective] = /^Uid:\t(\d+)\t(\d+)/m.exec(status) ?? [];
    if (real !== undefined && effective !== undefined && status.startsWith(`Name:\t${program}\n`))
      return { real: Number(real), effective: Number(effective) };
  }
  return undefined;
}

/** Who may follow whom, in the words of the Yama module; undefined where it is not there. */
export function followScope(): string | undefined {
  return readSystemFile("/proc/sys/kernel/yama/ptrace_scope")?.trim();
}

/** Settings of the kernel by which a program gets the machine, or stops it: written by opening them alone they do not change. */
export const KERNEL_SETTINGS = [
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/kernel/modprobe",
  "/proc/sys/kernel/hostname",
  "/proc/sys/kernel/sysrq",
  "/proc/sys/vm/drop_caches",
  "/proc/sys/net/ipv4/ip_forward",
  "/proc/sys/fs/binfmt_misc/register",
  "/proc/sysrq-trigger",
  "/sys/kernel/uevent_helper",
  "/sys/kernel/mm/ksm/run",
  "/sys/fs/cgroup/release_agent",
  "/sys/fs/cgroup/cgroup.procs",
] as const;

/** Devices that give the machine's memory, kernel or network. WHY no others: to open some, such as a watchdog, does something. */
export const GRAVE_DEVICES = [
  ...["/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/kvm", "/dev/net/tun"],
  ...["/dev/vhost-net", "/dev/mapper/control", "/dev/loop-control"],
] as const;

/** A mount that may be written, as far as its options say. */
export type WritableMount = { readonly point: string; readonly type: string };

/** File systems in which nothing is kept: the kernel's own. */
const OF_KERNEL =
  /^(?:proc|sysfs|cgroup2?|devpts|mqueue|debugfs|tracefs|securityfs|pstore|bpf|configfs|fusectl|hugetlbfs|binfmt_misc|efivarfs|autofs|nsfs|rpc_pipefs)$/;

/** Such mounts of this process, each point once; undefined where the system does not tell. */
export function writableMounts(): readonly WritableMount[] | undefined {
  return mounts()?.filter(({ isOpen, type }) => isOpen && !OF_KERNEL.test(type));
}

/** Points over which the guard put a file without values, or with others, in place of one that a held call must not read. */
export function standInPoints(): ReadonlySet<string> {
  const stands =
    mounts()?.filter(({ root }) => /\/hold\/(?:stand|views\/[\w-]+)\/\w+$/.test(root)) ?? [];
  return new Set(stands.map(({ point }) => point));
}

type Mount = WritableMount & { readonly root: string; readonly isOpen: boolean };

/** Mounts of this process (proc(5), mountinfo), of each point the one that lies on top. */
function mounts(): readonly Mount[] | undefined {
  const table = readSystemFile("/proc/self/mountinfo");
  if (table === undefined) return undefined;
  const found = new Map<string, Mount>();
  for (const line of table.split("\n")) {
    const [, root, at, options, type, superOptions] =
      /^\d+ \d+ \S+ (\S+) (\S+) (\S+) .*?- (\S+) \S+ (\S+)$/.exec(line) ?? [];
    if (root === undefined || at === undefined || type === undefined) continue;
    const point = unescaped(at);
    const isOpen = [options, superOptions].every((words) => words?.split(",").includes("rw"));
    found.set(point, { point, root: unescaped(root), type, isOpen });
  }
  return [...found.values()];
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
