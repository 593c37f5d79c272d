// Other processes brought to a standstill: a tree of them is stopped and looked at until no thread of it moves, and goes on later.
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { readSystemFile } from "./system.ts";

/** The processes below some first ones, stopped as often as it takes. */
export type Standstill = {
  /** Stops what moves below the roots; gives how much was found moving. */
  look(roots: readonly number[]): number;
  /** Lets everything go on that this stopped. What somebody else had stopped stays so. */
  goOn(): void;
};

/** More processes than this are never at a standstill. */
const PROCESSES_MAX = 16_384;
/** System calls in which a parent waits for its child to start another program: it is as still as the child (vfork(2)). */
const WAITING_FOR_CHILD: Readonly<Record<string, readonly string[]>> = {
  x64: ["56", "58", "435"],
  arm64: ["220", "435"],
};

/** A standstill of nothing yet. `spared`: user namespaces, by `userNamespace`, whose processes go on. */
export function createStandstill(spared: ReadonlySet<string>): Standstill {
  type Known = { readonly started: string; readonly wasStopped: boolean; isStill: boolean };
  const known = new Map<number, Known>();

  const stop = (pid: number, threads: readonly string[]): number => {
    const status = statusOf(join("/proc", String(pid), "stat"));
    if (status === undefined) return 0;
    let one = known.get(pid);
    if (one?.started !== status.started) {
      const wasStopped = status.state === "T";
      one = { started: status.started, wasStopped, isStill: false };
      known.set(pid, one);
    } else if (one.isStill) return 0;
    one.isStill = threads.every((thread) => isStill(join("/proc", String(pid), "task", thread)));
    if (!one.isStill) signal(pid, "SIGSTOP");
    return one.isStill ? 0 : 1;
  };

  return {
    look(roots) {
      let moving = 0;
      for (const [pid, threads] of treeBelow(roots)) {
        if (known.size > PROCESSES_MAX) return Number.POSITIVE_INFINITY;
        if (!isSpared(pid, spared)) moving += stop(pid, threads);
      }
      return moving;
    },
    goOn() {
      // WHY children first: a parent that waits for stops of a child is not to meet one.
      for (const [pid, { started, wasStopped }] of [...known].toReversed())
        if (!wasStopped && statusOf(join("/proc", String(pid), "stat"))?.started === started)
          signal(pid, "SIGCONT");
      known.clear();
    },
  };
}

/** Lets everything below the roots go on, whoever stopped it. */
export function goOnBelow(roots: readonly number[], spared: ReadonlySet<string>): void {
  for (const [pid] of [...treeBelow(roots)].toReversed())
    if (!isSpared(pid, spared)) signal(pid, "SIGCONT");
}

/**
 * The user namespace of a process, in the words of the kernel; undefined where that cannot be told. WHY by its numbers where the kernel
 * does not say it: a machine's judge may look at what runs in namespaces of its account, and at none of the account's other processes.
 * Nobody without rights of the machine makes a namespace with all numbers in it.
 */
export function userNamespace(pid: number | "self"): string | undefined {
  const told = linkOf(join("/proc", String(pid), "ns", "user"));
  if (told !== undefined || pid === "self") return told;
  const numbers = (of: string) =>
    readSystemFile(join("/proc", of, "uid_map"))
      ?.trim()
      .split(/\s+/)
      .join(" ");
  const its = numbers(String(pid));
  return its === ALL_NUMBERS && its === numbers("self") ? userNamespace("self") : undefined;
}

/** user_namespaces(7): the first namespace has each number as itself. */
const ALL_NUMBERS = "0 0 4294967295";

/** Whether a process shares the number space of its first one that is none of the spared; true where that cannot be told. */
export function hasStrangers(first: number, spared: ReadonlySet<string>): boolean {
  return strangers(first, spared).next().done !== true;
}

/** How many of them move, by that space's own table, in which none is missing. Infinite where that cannot be told. */
export function movingWith(first: number, spared: ReadonlySet<string>): number {
  let moving = 0;
  for (const place of strangers(first, spared))
    moving += place === undefined ? Number.POSITIVE_INFINITY : isStill(place) ? 0 : 1;
  return moving;
}

/** The directories of such processes; undefined where the table cannot be read. */
function* strangers(first: number, spared: ReadonlySet<string>): Generator<string | undefined> {
  const table = join("/proc", String(first), "root", "proc");
  const names = numbersIn(table);
  // WHY: a table that can be read has the first one in it.
  if (names.length === 0 && numbersIn(join("/proc", String(first), "task")).length > 0)
    yield undefined;
  for (const name of names) {
    const place = join(table, name);
    if (spared.has(linkOf(join(place, "ns", "user")) ?? "")) continue;
    const state = statusOf(join(place, "stat"))?.state;
    if (state !== undefined && !GONE.has(state)) yield place;
  }
}

/** Processes of this machine that share the number space of another one. */
export function sharingNumbers(pid: number): readonly number[] {
  const numbers = linkOf(join("/proc", String(pid), "ns", "pid"));
  if (numbers === undefined) return [];
  return numbersIn("/proc")
    .filter((name) => linkOf(join("/proc", name, "ns", "pid")) === numbers)
    .map(Number);
}

/** The roots and all that they started, each before what it started itself, with their threads. */
function* treeBelow(roots: readonly number[]): Generator<readonly [number, readonly string[]]> {
  const pending = [...roots];
  const seen = new Set<number>();
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    if (seen.has(pid) || seen.size > PROCESSES_MAX) continue;
    seen.add(pid);
    const folder = join("/proc", String(pid), "task");
    const threads = numbersIn(folder);
    if (threads.length === 0) continue;
    // WHY before its children are read: what is stopped makes no more of them.
    yield [pid, threads];
    for (const thread of threads)
      for (const child of readSystemFile(join(folder, thread, "children"))?.split(" ") ?? [])
        if (child !== "") pending.push(Number(child));
  }
}

const GONE = new Set(["Z", "X", "x"]);
const STOPPED = new Set(["T", "t"]);

/** Whether a thread, by its directory, does nothing until it is let go on. */
function isStill(place: string): boolean {
  const state = statusOf(join(place, "stat"))?.state;
  if (state === undefined || GONE.has(state) || STOPPED.has(state)) return true;
  if (state !== "D") return false;
  const call = readSystemFile(join(place, "syscall"))?.split(" ")[0] ?? "";
  return WAITING_FOR_CHILD[process.arch]?.includes(call) === true;
}

/** proc(5): the name in parentheses may hold anything; state is field 3, the start in ticks since boot field 22. */
function statusOf(file: string): { readonly state: string; readonly started: string } | undefined {
  const text = readSystemFile(file);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", started: fields[19] ?? "" };
}

/** False where it cannot be told: then it is stopped as well. */
function isSpared(pid: number, spared: ReadonlySet<string>): boolean {
  return spared.has(userNamespace(pid) ?? "");
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function numbersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
