// Which installs are running: an empty private file for each, so that hooks and gateway agree without speaking to each other.
import { createHash } from "node:crypto";
import {
  closeSync,
  futimesSync,
  lstatSync,
  opendirSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { gatewayPlaces, isOwnFolder, makeOwnFolder } from "./gateway-places.ts";

/** An install that is not told to have ended is taken for ended after this time. */
export const INSTALL_MS_MAX = 15 * 60_000;
/** A file from the future would stay; clocks of file systems differ from ours by no more than this. */
const CLOCK_SKEW_MS = 5_000;
/** Entries of the folder that are looked at: far more than there are calls at once, and no more. */
const ENTRIES_MAX = 1_000;
const NAME = /^[0-9a-f]{64}$/;
/** A name has two halves: who waits for the call, and which it is. */
const HALF_CHARS = 32;

/** Who makes calls one after the other: a session, or an agent in it. */
export type InstallHolder = { readonly sessionId: string; readonly agentId?: string | undefined };

/** The call that installs. */
export type InstallCall = InstallHolder & {
  readonly callId: string;
  /** It goes on while its holder makes other calls. */
  readonly background?: boolean;
};

/**
 * Tells the gateway that an install begins. False where that cannot be told: then the install gets nothing, and nothing
 * else is harmed. Never throws.
 */
export function openInstall(data: string, call: InstallCall, nowMs: number = Date.now()): boolean {
  const { root, open } = gatewayPlaces(data);
  if (!makeOwnFolder(root) || !makeOwnFolder(open)) return false;
  try {
    const descriptor = openSync(join(open, nameOf(call)), openFlags.append, 0o600);
    try {
      futimesSync(descriptor, nowMs / 1_000, nowMs / 1_000);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch {
    return false;
  }
}

/** Tells the gateway that the install has ended, or never began. Never throws. */
export function closeInstall(data: string, call: InstallCall): void {
  const { root, open } = gatewayPlaces(data);
  if (!isOwnFolder(root) || !isOwnFolder(open)) return;
  for (const background of [false, true]) remove(join(open, nameOf({ ...call, background })));
}

/**
 * Tells the gateway that whoever makes calls one after the other makes the next one, so that an install before it has ended,
 * or never began: nobody tells of a call that a person or the client said no to. What goes on in the background stays. Never
 * throws.
 */
export function closeInstallsBefore(data: string, holder: InstallHolder): void {
  const { root, open } = gatewayPlaces(data);
  if (!isOwnFolder(root) || !isOwnFolder(open)) return;
  const begin = holderOf(holder);
  for (const name of entriesOf(open)) if (name.startsWith(begin)) remove(join(open, name));
}

/** Tells the gateway that an install goes on in the background. Never throws. */
export function keepInstall(data: string, call: InstallCall): void {
  const { root, open } = gatewayPlaces(data);
  if (!isOwnFolder(root) || !isOwnFolder(open)) return;
  const [from, to] = [false, true].map((background) => nameOf({ ...call, background }));
  try {
    renameSync(join(open, from ?? ""), join(open, to ?? ""));
  } catch {
    // It was none, or began there.
  }
}

/** Whether an install is running now. What is too old is removed on the way. Never throws. */
export function isInstallOpen(data: string, nowMs: number = Date.now()): boolean {
  const { root, open } = gatewayPlaces(data);
  if (!isOwnFolder(root) || !isOwnFolder(open)) return false;
  return entriesOf(open).some((name) => isRunning(join(open, name), nowMs));
}

/** Names of files of ours. WHY read one by one: a folder that somebody filled must not be read whole for each request. */
function entriesOf(folder: string): readonly string[] {
  const names: string[] = [];
  try {
    const entries = opendirSync(folder);
    try {
      for (let count = 0; count < ENTRIES_MAX; count += 1) {
        const entry = entries.readSync();
        if (entry === null) break;
        if (NAME.test(entry.name)) names.push(entry.name);
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    // What cannot be read is no install.
  }
  return names;
}

function isRunning(path: string, nowMs: number): boolean {
  try {
    const status = lstatSync(path);
    if (!status.isFile() || privacyProblem(status, "none") !== undefined) return false;
    const ageMs = nowMs - status.mtimeMs;
    if (ageMs >= -CLOCK_SKEW_MS && ageMs < INSTALL_MS_MAX) return true;
    remove(path);
  } catch {
    // It ended meanwhile.
  }
  return false;
}

/** WHY digests: ids come from outside and must not become a path. The parts are told apart by their lengths. */
function nameOf(call: InstallCall): string {
  const { sessionId, callId } = call;
  const begin = call.background === true ? digestOf("background", sessionId) : holderOf(call);
  return begin + digestOf("call", sessionId, callId);
}

function holderOf({ sessionId, agentId }: InstallHolder): string {
  return digestOf("holder", sessionId, ...(agentId === undefined ? [] : [agentId]));
}

function digestOf(...parts: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify(["sallyport/open-install/v2", ...parts]))
    .digest("hex")
    .slice(0, HALF_CHARS);
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It grows too old by itself.
  }
}
