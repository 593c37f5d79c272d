// Which process is the daemon: a lock file that names it by id and start time, so that a reused id is not mistaken.
import { randomBytes } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import { elsewhereMessage, hostId, isElsewhere } from "#platform/host.ts";
import { ownStart, processState } from "#platform/processes.ts";
import { createPrivateFile, readPrivateFile } from "./private-file.ts";

const ATTEMPTS_MAX = 8;
/** A start that the system does not tell. */
const UNKNOWN = "unknown";

const holderSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  started: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  nonce: v.pipe(v.string(), v.maxLength(64)),
  host: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
});

/** A process: its id and when it started, in the words of the operating system. */
export type Holder = v.InferOutput<typeof holderSchema>;

/** The lock, held by us until `release`; or the living process that holds it; or what to say of the machine that does. */
export type LockResult =
  | { readonly kind: "held"; release(): void }
  | { readonly kind: "elsewhere"; readonly message: string }
  | { readonly kind: "busy"; readonly holder: Holder };

/**
 * Takes the lock at `path`. A lock whose process is gone, or that cannot be read, is taken over; one of another machine
 * never is, because nobody here can tell whether its process lives. The daemon's port is the last word between two processes that both believe they took it: only one can listen.
 */
export function takeLock(path: string): LockResult {
  const nonce = randomBytes(8).toString("hex");
  const text = JSON.stringify({
    pid: process.pid,
    started: ownStart() ?? UNKNOWN,
    nonce,
    host: hostId(),
  });
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (createPrivateFile(path, text)) return { kind: "held", release: () => release(path, nonce) };
    const holder = readHolder(path);
    if (holder !== undefined && isForeign(holder)) {
      return { kind: "elsewhere", message: elsewhereMessage(dirname(path), path) };
    }
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
  if (isForeign(holder)) return false;
  const state = processState(holder.pid);
  return state.kind === "running" && (state.started ?? UNKNOWN) === holder.started;
}

function isForeign({ host, started }: Holder): boolean {
  return isElsewhere({ host, boot: started.includes(":") ? started.split(":")[0] : undefined });
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
  const isOther = moved !== undefined && moved.nonce !== staleNonce;
  if (isOther && (isAlive(moved) || isForeign(moved))) {
    createPrivateFile(path, JSON.stringify(moved));
  }
  rmSync(aside, { force: true });
}

function release(path: string, nonce: string): void {
  if (readHolder(path)?.nonce === nonce) rmSync(path, { force: true });
}
