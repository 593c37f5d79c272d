// How every delivery stands: what a target has, what it still waits for, what it refused; asked before anything is removed.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import type { AwaitedEntries } from "#govern/retention/plan.ts";
import { type DeadLetter, knownTargets, openDeliveryStore } from "#record/store/delivery-store.ts";
import { readVerifier } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readTargets } from "./targets-file.ts";

const LATE_MS = 3_600_000;

type Places = Pick<Directories, "exportsFile" | "exports" | "log" | "keys">;

/** One target, set up now or once. */
export type ExportStatus = {
  readonly name: string;
  readonly isSetUp: boolean;
  readonly delivered: number;
  readonly deliveredMs: number | undefined;
  readonly waiting: number;
  readonly missed: number;
  readonly letters: readonly DeadLetter[];
  /** Entries wait, and nothing was delivered for an hour. */
  readonly isLate: boolean;
};

/** Every target that is set up, then those of which only a record is left. A Failure where a file is wrong. */
export async function exportStandings(
  places: Places,
  nowMs: number,
): Promise<readonly ExportStatus[]> {
  const targets = readTargets(places.exportsFile);
  const kept = await knownTargets(places.exports);
  const names = [...new Set([...targets.map(({ name }) => name), ...kept])];
  const size = names.length === 0 ? 0 : await logSize(places);
  return Promise.all(
    names.map(async (name) => {
      const store = openDeliveryStore(join(places.exports, name));
      const [record, letters] = [await store.read(), await store.deadLetters()];
      const waiting = Math.max(0, size - (record?.next ?? 0));
      const isSetUp = targets.some((target) => target.name === name);
      const deliveredMs = record?.deliveredMs;
      return {
        name,
        isSetUp,
        waiting,
        letters,
        deliveredMs,
        delivered: record?.delivered ?? 0,
        missed: record?.missed ?? 0,
        isLate: isSetUp && waiting > 0 && nowMs - (deliveredMs ?? 0) > LATE_MS,
      };
    }),
  );
}

/**
 * From where on each target that is set up has not got the log: its position, or the first of its dead letters, which a person
 * may send again. A Failure where a file is wrong: then it is not known what was delivered.
 */
export async function awaitedByExports(places: Places): Promise<readonly AwaitedEntries[]> {
  const targets = readTargets(places.exportsFile);
  const origin = (await readVerifier(places.keys))?.name;
  const awaited: AwaitedEntries[] = [];
  for (const { name, from } of targets) {
    const store = openDeliveryStore(join(places.exports, name));
    const record = await store.read();
    // A target that begins with what comes now waits for nothing that is there.
    if (record === undefined && from === "now") continue;
    const isOurs = record !== undefined && record.origin === origin;
    const dead = isOurs ? (await store.deadLetters()).map(({ index }) => index) : [];
    awaited.push({ target: name, next: Math.min(isOurs ? record.next : 0, ...dead) });
  }
  return awaited;
}

async function logSize({ log, keys }: Places): Promise<number> {
  try {
    return await (await viewLog(log, keys)).size();
  } catch (cause) {
    if (cause instanceof Failure && cause.code === "log-missing") return 0;
    throw cause;
  }
}
