// One writer per log: a lock file that names its process, taken over when that process is gone.
import { randomBytes } from "node:crypto";
import { link, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { elsewhereMessage, hostId, isElsewhere } from "#platform/host.ts";
import { ownStart, processState } from "#platform/processes.ts";
import { hasCode, readBounded, replaceFile } from "./private-files.ts";

const LOCK_NAME = "lock";
const LOCK_BYTES_MAX = 1024;
const ATTEMPTS_MAX = 8;

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
        if (await claim(candidate, path)) return { release: () => release(path, mine) };
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
  if (taken !== text) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

/** WHY alive when the system does not tell the start: two writers harm the log, a lock that stays harms only the wait. */
function isAlive(pid: number, start: string | undefined): boolean {
  const now = processState(pid);
  if (now.kind === "gone") return false;
  return now.started === undefined || start === undefined || start === "-" || now.started === start;
}

async function release(path: string, mine: string): Promise<void> {
  const text = (await readBounded(path, LOCK_BYTES_MAX))?.toString("utf8");
  if (text === mine) await unlink(path);
}
