// Which process is the daemon: a lock file that names it by id and start time, so that a reused id is not mistaken.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync } from "node:fs";
import * as v from "valibot";
import { createPrivateFile, readPrivateFile } from "./private-file.ts";

const ATTEMPTS_MAX = 8;

const holderSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  started: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  nonce: v.pipe(v.string(), v.maxLength(64)),
});

/** A process: its id and when it started, in the words of the operating system. */
export type Holder = v.InferOutput<typeof holderSchema>;

/** The lock, held by us until `release`; or the living process that holds it. */
export type LockResult =
  | { readonly kind: "held"; release(): void }
  | { readonly kind: "busy"; readonly holder: Holder };

/**
 * Takes the lock at `path`. A lock whose process is gone, or that cannot be read, is taken over. The daemon's port is the
 * last word between two processes that both believe they took it: only one can listen.
 */
export function takeLock(path: string): LockResult {
  const nonce = randomBytes(8).toString("hex");
  const text = JSON.stringify({
    pid: process.pid,
    started: startOf(process.pid) ?? "unknown",
    nonce,
  });
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (createPrivateFile(path, text)) return { kind: "held", release: () => release(path, nonce) };
    const holder = readHolder(path);
    if (holder !== undefined && isAlive(holder)) return { kind: "busy", holder };
    setAside(path, holder?.nonce);
  }
  return { kind: "busy", holder: { pid: 1, started: "unknown", nonce: "" } };
}

/** The living process that holds the lock, or undefined. */
export function lockHolder(path: string): Holder | undefined {
  const holder = readHolder(path);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** Whether this very process still runs, and not another that was given its id. */
export function isAlive(holder: Holder): boolean {
  return startOf(holder.pid) === holder.started;
}

function readHolder(path: string): Holder | undefined {
  try {
    const text = readPrivateFile(path, { secret: true });
    return text === undefined ? undefined : v.parse(holderSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Moves a stale lock away. If another process replaced it meanwhile, that one's lock is put back. */
function setAside(path: string, staleNonce: string | undefined): void {
  const aside = `${path}.${randomBytes(6).toString("hex")}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.nonce !== staleNonce && isAlive(moved)) {
    createPrivateFile(path, JSON.stringify(moved));
  }
  rmSync(aside, { force: true });
}

function release(path: string, nonce: string): void {
  if (readHolder(path)?.nonce === nonce) rmSync(path, { force: true });
}

/** When a process started, or undefined when there is none. A zombie is none. */
function startOf(pid: number): string | undefined {
  return process.platform === "linux" ? startFromProc(pid) : startFromPs(pid);
}

function startFromProc(pid: number): string | undefined {
  try {
    // The name in parentheses may hold anything; what follows the last one is fixed (proc(5)): state is field 3, the
    // start time in clock ticks since boot field 22.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return `${boot.slice(0, 8)}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const options = { timeout: 2_000, encoding: "utf8", env: { LC_ALL: "C" } } as const;
    const line = execFileSync("/bin/ps", ["-o", "lstart=", "-p", String(pid)], options).trim();
    return line === "" ? undefined : line;
  } catch {
    return undefined;
  }
}
