// Retention by the daemon: once a day where a person ordered it, between two checkpoints of the log that it writes.
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import type { Clock } from "#base/clock.ts";
import { prunedEvent } from "#record/event/guard-events.ts";
import { archiveEvent, retentionEvent } from "#record/event/retention-events.ts";
import type { Log } from "#record/store/writing-log.ts";
import { firstEntry, openLogFiles } from "#record/store/log-reader.ts";
import { packBundles, type Packed } from "#record/store/packing.ts";
import { pruneLocked, type Pruning } from "#record/store/pruning.ts";
import { openPlace } from "../archive/open-place.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import { expireTexts, lookAtTexts, type TextPorts } from "./expire-texts.ts";
import { lookAhead, retain, type Retained } from "./retain.ts";

/** After the start, so that the first sessions of a morning do not share the disk with it. */
const FIRST_DELAY_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const PRUNE_TRIES_MAX = 5;
const PRUNE_WAIT_MS = 300;

/** The time, and what has the index hold nothing of some events but what can be opened now. */
export type RetentionPorts = Pick<TextPorts, "remakeIndex"> & {
  readonly clock: Pick<Clock, "nowMs">;
};

/** One pass: texts that are over their time, then entries: what was done with these, or undefined where nobody ordered it. Records what it did, and the failure that it throws. */
export async function retainOnce(
  directories: Directories,
  log: Pick<Log, "append" | "stamp" | "publish">,
  { clock, remakeIndex }: RetentionPorts,
): Promise<Retained | undefined> {
  try {
    const current = openRetentionFile(directories).current();
    const order = current?.isDaily === true ? current : undefined;
    await log.publish();
    // WHY first: texts need no archive, and one that cannot be reached keeps none of them.
    const texts = await lookAtTexts(directories, order?.textDays, clock.nowMs());
    await expireTexts(directories, texts, {
      nowMs: clock.nowMs(),
      remakeIndex,
      record: async (input) =>
        void (await log.append(retentionEvent(log.stamp("daemon"), input), { durable: true })),
    });
    if (order === undefined) return undefined;
    const outlook = await lookAhead(directories, order, clock.nowMs());
    const place = openPlace(order.archive, { data: directories.root });
    const done = await retain(directories, {
      outlook,
      place,
      async prune(end) {
        const pruning = await pruneWhileWriting(directories, end, clock.nowMs());
        await log.append(prunedEvent(log.stamp("daemon"), pruning), { durable: true });
        return pruning;
      },
    });
    const { stored: segments, from, end, bytes } = done.archived;
    const about = { where: place.kind, place: place.name, from, end, segments, bytes };
    if (segments > 0) {
      const event = archiveEvent(log.stamp("daemon"), { what: "stored", ...about });
      await log.append(event, { durable: true });
    }
    for (const { target, entries } of done.unsent) {
      const event = retentionEvent(log.stamp("daemon"), { what: "unsent", target, entries });
      await log.append(event, { durable: true });
    }
    if (done.files > 0) {
      const event = retentionEvent(log.stamp("daemon"), { what: "files", files: done.files });
      await log.append(event, { durable: true });
    }
    return done;
  } catch (cause) {
    const code = cause instanceof Failure ? cause.code : "defect";
    await log
      .append(retentionEvent(log.stamp("daemon"), { what: "failed", code }), { durable: true })
      .catch(() => undefined);
    throw cause;
  }
}

/** A checkpoint that is written meanwhile replaces the tiles at the log's end: then it is read again. */
async function pruneWhileWriting(
  directories: Directories,
  end: number,
  timeMs: number,
): Promise<Pruning> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await pruneLocked(directories, end, timeMs);
    } catch (cause) {
      const isPassing = cause instanceof Failure && cause.code === "log-damaged";
      if (!isPassing || tries >= PRUNE_TRIES_MAX) throw cause;
      await sleep(PRUNE_WAIT_MS);
    }
  }
}

/** Days after which entries are packed. */
const PACK_DAYS = 7;

/** Packs entries that are older than a week; they stay what they were for whoever reads or verifies the log. */
export async function packOld(
  { log: directory }: Pick<Directories, "log">,
  log: Pick<Log, "status">,
  clock: Pick<Clock, "nowMs">,
): Promise<Packed> {
  const first = await firstEntry(openLogFiles(directory));
  const size = log.status().published;
  return packBundles(directory, { first, size, beforeMs: clock.nowMs() - PACK_DAYS * DAY_MS });
}

/** Does it once a day; the function ends it and waits for a pass that is under way. */
export function keepRetained(
  directories: Directories,
  log: Log,
  { clock, say, remakeIndex }: RetentionPorts & { readonly say: (line: string) => void },
): () => Promise<void> {
  let passing: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const retainAndPack = async (): Promise<void> => {
    // WHY after one another: what is being packed must not be removed meanwhile.
    try {
      await retainOnce(directories, log, { clock, remakeIndex });
    } finally {
      await packOld(directories, log, clock);
    }
  };
  const schedule = (delayMs: number): void => {
    timer = setTimeout(() => {
      passing = retainAndPack()
        .catch((cause: unknown) => {
          say(`retention: ${cause instanceof Failure ? cause.message : "it could not be done"}`);
        })
        .finally(() => schedule(DAY_MS));
    }, delayMs).unref();
  };
  schedule(FIRST_DELAY_MS);
  return async () => {
    clearTimeout(timer);
    await passing;
    clearTimeout(timer);
  };
}
