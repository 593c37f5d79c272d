// One writer per log: a lock file that names its process, taken over when that process is gone.
import { randomBytes } from "node:crypto";
import { link, readdir, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import { elsewhereMessage, hostId, isElsewhere } from "#platform/host.ts";
import { ownStart, processState } from "#platform/processes.ts";
import { hasCode, readBounded, replaceFile } from "./private-files.ts";

const LOCK_NAME = "lock";
const LOCK_BYTES_MAX = 1024;
const ATTEMPTS_MAX = 8;
/** A lock that was moved aside by mistake goes back within this: whoever claimed its place meanwhile gives it up. */
const BACK_TRIES_MAX = 400;
const BACK_MS = 5;

/** A lock that is held until `release`. */
export type Lock = { release(): Promise<void> };

/** Takes the lock of `directory`; a Failure `log-in-use` names the living process, or the other machine, that holds it. */
export async function takeLock(directory: string): Promise<Lock> {
  const path = join(directory, LOCK_NAME);
  const token = randomBytes(8).toString("hex");
  const mine = `${process.pid} ${ownStart() ?? "-"} ${token} ${hostId()}\n`;
  const candidate = join(directory, `.tmp-lock-${token}`);
  let swept: unknown;
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      try {
        await replaceFile(candidate, mine);
        if (await claim(candidate, path)) {
          if (await isHeld(path, mine)) return { release: () => letGo(path, mine) };
          // WHY given up: the place was free for a moment only, and its holder is alive.
          await letGo(path, mine);
          await sleep(BACK_MS);
        }
        swept = undefined;
      } catch (error) {
        // WHY again: whoever has the lock meanwhile removes unfinished files, and ours looks like one.
        if (!hasCode(error, "ENOENT")) throw error;
        swept = error;
        continue;
      }
      await removeStale(path);
    }
  } finally {
    await unlink(candidate).catch(() => undefined);
  }
  if (swept !== undefined) throw swept;
  throw new Failure(
    "log-in-use",
    `could not lock \`${directory}\`: other processes keep taking its lock`,
  );
}

/** A link is made whole or not at all, and never over an existing name. */
async function claim(candidate: string, path: string): Promise<boolean> {
  try {
    await link(candidate, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function removeStale(path: string): Promise<void> {
  const text = (await readBounded(path, LOCK_BYTES_MAX))?.toString("utf8");
  if (text === undefined) return;
  const [pid, start, , host] = text.trim().split(" ");
  if (isElsewhere({ host, boot: start?.split(":")[0] })) {
    throw new Failure("log-in-use", elsewhereMessage(dirname(path), path));
  }
  if (isAlive(Number(pid), start)) {
    throw new Failure(
      "log-in-use",
      `the log is being written by process ${Number(pid)}: stop it, or read the log instead`,
    );
  }
  // Renaming first: when somebody took the lock over meanwhile, the file that was renamed is theirs and goes back.
  const aside = `${path}.stale-${randomBytes(8).toString("hex")}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  const taken = (await readBounded(aside, LOCK_BYTES_MAX))?.toString("utf8");
  if (taken === text || (await putBack(aside, path))) await unlinkIfThere(aside);
}

/** INVARIANT: a file aside goes only when it is back, or its owner gave it up. Until then it keeps others from its place. */
async function putBack(aside: string, path: string): Promise<boolean> {
  for (let attempt = 0; attempt < BACK_TRIES_MAX; attempt += 1) {
    try {
      if (await claim(aside, path)) return true;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return true;
      throw error;
    }
    await sleep(BACK_MS);
  }
  return false;
}

/**
 * Whether a lock that was claimed is ours. Somebody may take it for the stale one that was there before and move it aside, as
 * may have happened to the lock in whose place it was claimed: then that one is to go back.
 */
async function isHeld(path: string, mine: string): Promise<boolean> {
  for (let attempt = 0; attempt < BACK_TRIES_MAX; attempt += 1) {
    const aside = await movedAside(path);
    if (aside.some(({ text }) => text !== mine && isHolder(text))) return false;
    const now = (await readBounded(path, LOCK_BYTES_MAX))?.toString("utf8");
    if (now === mine) return true;
    if (now !== undefined && isHolder(now)) return false;
    await sleep(BACK_MS);
  }
  return false;
}

/** Whether the process of a lock is alive, as far as that can be told. */
function isHolder(text: string): boolean {
  const [pid, start, , host] = text.trim().split(" ");
  return isElsewhere({ host, boot: start?.split(":")[0] }) || isAlive(Number(pid), start);
}

/** Locks that were moved aside, to be put back. */
async function movedAside(
  path: string,
): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const directory = dirname(path);
  const found: { file: string; text: string }[] = [];
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${basename(path)}.stale-`)) continue;
    const file = join(directory, name);
    const text = (await readBounded(file, LOCK_BYTES_MAX))?.toString("utf8");
    if (text !== undefined) found.push({ file, text });
  }
  return found;
}

/** WHY alive when the system does not tell the start: two writers harm the log, a lock that stays harms only the wait. */
function isAlive(pid: number, start: string | undefined): boolean {
  const now = processState(pid);
  if (now.kind === "gone") return false;
  return now.started === undefined || start === undefined || start === "-" || now.started === start;
}

/** Gives a lock up, wherever it lies. WHY twice: it may be moved aside between the two looks. */
async function letGo(path: string, mine: string): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    for (const { file, text } of await movedAside(path))
      if (text === mine) await unlinkIfThere(file);
    const now = (await readBounded(path, LOCK_BYTES_MAX))?.toString("utf8");
    if (now === mine) return unlinkIfThere(path);
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
