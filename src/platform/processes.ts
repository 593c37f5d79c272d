// Other processes of this machine: whether one runs, when it started, and how it is asked to end.
import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync, statSync } from "node:fs";
import { readSystemFile, type SystemKind, thisSystem } from "./system.ts";

/**
 * A process now. `started` names its start in the words of the system, so that a number that was given away again is not
 * taken for the old process; undefined where the system does not tell. A zombie is gone.
 */
export type ProcessState =
  | { readonly kind: "running"; readonly started: string | undefined }
  | { readonly kind: "gone" };

/** How a process was started: its words, and its variables as `NAME=value`. */
export type ProcessStart = {
  readonly words: readonly string[];
  readonly variables: readonly string[];
};

/** Tells how a process was started; undefined where the system does not tell, as for other users' processes. */
export function processStart(pid: number): ProcessStart | undefined {
  const system = thisSystem();
  if (system !== "linux" && system !== "wsl") return undefined;
  const read = (name: string) => readSystemFile(`/proc/${pid}/${name}`)?.split("\0");
  const [words, variables] = [read("cmdline"), read("environ")];
  return words === undefined || variables === undefined ? undefined : { words, variables };
}

/** The directory that a process works in; undefined where the system does not tell. */
export function processDirectory(pid: number): string | undefined {
  const system = thisSystem();
  if (system !== "linux" && system !== "wsl") return undefined;
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Where programs lie that no ordinary command puts there. */
const INSTALLED = /^\/(?:usr\/(?:local\/)?)?(?:lib|lib64|libexec|bin|sbin)\//;

/** The file of the program that a process runs, where that is the very one that is installed there; else undefined. */
export function installedProgram(pid: number): string | undefined {
  try {
    const path = readlinkSync(`/proc/${pid}/exe`);
    const [run, there] = [statSync(`/proc/${pid}/exe`), statSync(path)];
    const isSame = run.dev === there.dev && run.ino === there.ino;
    return isSame && INSTALLED.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Processes that have one of these sockets open, by the numbers of the sockets; of other users' nobody knows. */
export function processesHolding(sockets: readonly string[]): readonly number[] {
  const wanted = new Set(sockets.map((one) => `socket:[${one}]`));
  const pids = namesIn("/proc").filter((name) => /^\d+$/.test(name));
  return pids.slice(0, PROCESSES_MAX).flatMap((pid) => {
    const isHolder = namesIn(`/proc/${pid}/fd`).some((name) => {
      try {
        return wanted.has(readlinkSync(`/proc/${pid}/fd/${name}`));
      } catch {
        return false;
      }
    });
    return isHolder ? [Number(pid)] : [];
  });
}

/** A value of an option, and the directory of the process that was started with it. */
export type OptionValue = { readonly value: string; readonly directory: string | undefined };

/** The values that an option has in the command lines of processes that may be looked at; none where the system does not tell. */
export function optionValues(option: string): readonly OptionValue[] {
  const system = thisSystem();
  if (system !== "linux" && system !== "wsl") return [];
  const pids = namesIn("/proc").filter((name) => /^\d+$/.test(name));
  return pids.slice(0, PROCESSES_MAX).flatMap((pid) => {
    const line = readSystemFile(`/proc/${pid}/cmdline`);
    if (line?.includes(option) !== true) return [];
    const words = line.split("\0");
    const values = words.flatMap((word, at) => {
      const next = words[at + 1];
      if (word === option) return next === undefined || next === "" ? [] : [next];
      return word.startsWith(`${option}=`) ? [word.slice(option.length + 1)] : [];
    });
    const directory = values.length === 0 ? undefined : processDirectory(Number(pid));
    return values.map((value) => ({ value, directory }));
  });
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Words of the processes that this one descends from, the nearest first; undefined where the system does not tell. */
export function ancestorWords(): readonly (readonly string[])[] | undefined {
  const system = thisSystem();
  const isLinux = system === "linux" || system === "wsl";
  if (!isLinux && system !== "macos") return undefined;
  const found: (readonly string[])[] = [];
  for (let pid = process.ppid; pid > 1 && found.length < ANCESTORS_MAX; ) {
    const next = isLinux ? ancestorInProc(pid) : ancestorInPs(pid);
    if (next === undefined) return undefined;
    found.push(next.words);
    pid = next.parent;
  }
  return found;
}

/** Whether a process was started by another, or by one that it started; true where the system does not tell. */
export function descendsFrom(pid: number, ancestor: number): boolean {
  let at = pid;
  for (let count = 0; count < ANCESTORS_MAX; count += 1) {
    if (at === ancestor) return true;
    if (at <= 1) return false;
    const next = ancestorInProc(at);
    if (next === undefined) return true;
    at = next.parent;
  }
  return true;
}

/** The process that started another; undefined for one that is gone, and where the system does not tell by files. */
export function parentOf(pid: number): number | undefined {
  const parent = /^PPid:\t(\d+)$/m.exec(readSystemFile(`/proc/${pid}/status`) ?? "")?.[1];
  return parent === undefined ? undefined : Number(parent);
}

const ANCESTORS_MAX = 32;
const PROCESSES_MAX = 16_384;
type Ancestor = { readonly words: readonly string[]; readonly parent: number };

function ancestorInProc(pid: number): Ancestor | undefined {
  const words = readSystemFile(`/proc/${pid}/cmdline`)?.split("\0");
  const parent = parentOf(pid);
  return words === undefined || parent === undefined ? undefined : { words, parent };
}

function ancestorInPs(pid: number): Ancestor | undefined {
  const line = thisMachine().ps(["-ww", "-o", "ppid=,command=", "-p", String(pid)]);
  const [, parent, command] = /^[^\S\n\r]*(\d+)\s+(.*)$/m.exec(line ?? "") ?? [];
  return parent === undefined
    ? undefined
    : { words: (command ?? "").split(" "), parent: Number(parent) };
}

/** The namespaces of network and processes that this process is in, in the words of the kernel. */
export function ownNamespaces(): readonly string[] {
  return ["net", "pid"].flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/ns/${name}`)];
    } catch {
      return [];
    }
  });
}

/** What is asked of the system; the real one by default. */
export type ProcessSource = {
  readonly system: SystemKind;
  readonly readFile: (path: string) => string | undefined;
  /** Output of `ps`, or undefined when it failed, as it does for a process that is gone. */
  readonly ps: (args: readonly string[]) => string | undefined;
  readonly exists: (pid: number) => boolean;
};

const PS_MS_MAX = 2_000;
const GONE: ProcessState = { kind: "gone" };

/** Looks at a process. Numbers that are no process id are gone. */
export function processState(pid: number, source: ProcessSource = thisMachine()): ProcessState {
  if (!Number.isSafeInteger(pid) || pid <= 0) return GONE;
  switch (source.system) {
    case "linux":
    case "wsl":
      return fromProc(pid, source);
    case "macos":
    case "other":
      return fromPs(pid, source);
    case "windows":
      return source.exists(pid) ? { kind: "running", started: undefined } : GONE;
    default:
      return source.system satisfies never;
  }
}

/** When this process started, or undefined where the system does not tell. */
export function ownStart(): string | undefined {
  const state = processState(process.pid);
  return state.kind === "running" ? state.started : undefined;
}

/** Asks a process to end in order; false when there is none or it is not ours. On Windows it is ended at once. */
export function askToEnd(pid: number): boolean {
  try {
    return process.kill(pid, "SIGTERM");
  } catch {
    return false;
  }
}

function fromProc(pid: number, source: ProcessSource): ProcessState {
  const stat = source.readFile(`/proc/${pid}/stat`);
  const boot = source.readFile(BOOT)?.trim();
  if (stat === undefined || boot === undefined) {
    // Processes of others may be hidden (`hidepid`), and /proc may not be mounted.
    return source.exists(pid) ? { kind: "running", started: undefined } : GONE;
  }
  // proc(5): the name in parentheses may hold anything; state is field 3, the start time in ticks since boot field 22.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return GONE;
  return { kind: "running", started: `${boot}:${fields[19]}` };
}

function fromPs(pid: number, source: ProcessSource): ProcessState {
  const line = source.ps(["-o", "stat=,lstart=", "-p", String(pid)])?.trim();
  if (line === undefined || line === "") {
    return source.exists(pid) ? { kind: "running", started: undefined } : GONE;
  }
  const [state = "", ...started] = line.split(/\s+/);
  return state.startsWith("Z") ? GONE : { kind: "running", started: started.join(" ") };
}

const BOOT = "/proc/sys/kernel/random/boot_id";

/** It stays the same for as long as any process of this boot lives. */
let boot: string | undefined;

function readOfThisBoot(path: string): string | undefined {
  return path === BOOT ? (boot ??= readSystemFile(BOOT)) : readSystemFile(path);
}

function thisMachine(): ProcessSource {
  return { system: thisSystem(), readFile: readOfThisBoot, ps: runPs, exists };
}

function runPs(args: readonly string[]): string | undefined {
  try {
    // WHY this environment: dates must not change their words with the user's language.
    const options = {
      timeout: PS_MS_MAX,
      encoding: "utf8",
      env: { LC_ALL: "C", TZ: "UTC" },
    } as const;
    return execFileSync("/bin/ps", args, { ...options, stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Ends a process and all that it started, at once. It must have been started as the head of a group. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended by itself.
  }
}
