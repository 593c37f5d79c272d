// The writer of a log: queue -> journal (durable) -> tiles -> signed checkpoint. One writer, group commit.
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import type { AuditEvent, EventStamp, Submitter } from "../event/event.ts";
import { recoveryEvent } from "../event/guard-events.ts";
import { hashLeaf } from "../log/tree.ts";
import { createEventEncoder } from "./event-encoder.ts";
import { type HashedEntry, type Journal, readJournal, setAside, startJournal } from "./journal.ts";
import { type LogKeys, openKeys } from "./keys.ts";
import { takeLock } from "./lock.ts";
import { makePrivateDirectory } from "./private-files.ts";
import { finishPruning } from "./pruning.ts";
import { settleKeys } from "./key-rotation.ts";
import {
  createPublisher,
  loadStart,
  type Publisher,
  removeLeftovers,
  requireReached,
  requireSameRoot,
} from "./publisher.ts";
import { createRandomPool } from "./random-pool.ts";
import { createTileBuilder, type TileBuilder } from "./tile-builder.ts";

/** How long an event that nobody waits for may stay in memory. */
const LAZY_FLUSH_MS = 200;
/** How long a durable entry may wait for its checkpoint. With the flush and the writing it stays below one second. */
const PUBLISH_DELAY_MS = 400;
/** Pause before a failed disk is tried again. */
const RETRY_MS = 500;
const BATCH_ENTRIES_MAX = 1_024;
/** Events that are worth a write of their own while others are still being encoded. */
const EARLY_ENTRIES = 48;
/** Bytes of events in memory, written or not, before appending is refused. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

export type LogOptions = {
  /** Directory of the log and of the key store; one must not lie in the other. */
  readonly log: string;
  readonly keys: string;
  readonly clock: Clock;
  /** Version of the product, recorded in each event. */
  readonly productVersion: string;
};

/** What the log is doing. `failing` is set while the disk refuses entries or checkpoints. */
export type LogStatus = {
  readonly size: number;
  readonly published: number;
  readonly queued: number;
  readonly failing: string | undefined;
};

/** An open log. Only one process may have it open. */
export type Log = {
  /** Identity, time and keyed digests for a new event. */
  stamp(submitter: Submitter): EventStamp;
  /**
   * Records an event. With `durable` it resolves with the entry's index once the disk has it; without, it resolves at
   * once with undefined and the entry is on disk within a second. Rejects with a Failure when the log cannot take it;
   * then no part of it is in the log.
   */
  append(event: AuditEvent, options: { readonly durable: boolean }): Promise<number | undefined>;
  /**
   * Records a leaf that another process of this install encoded, byte by byte as it is; resolves with its index once the
   * disk has it. The caller has decoded it before.
   */
  appendLeaf(bytes: Uint8Array): Promise<number>;
  /** Resolves when all that was appended before is durable and covered by the checkpoint on disk. */
  publish(): Promise<void>;
  status(): LogStatus;
  /** The key that verifies this log's checkpoints, as text: the first one, where it was changed since. */
  readonly verifierKey: string;
  /** Publishes what is left and lets the log go. */
  close(): Promise<void>;
};

/**
 * Opens the log, makes it when it is new, and recovers what a crash left: whole entries of the journal are published, a
 * torn one is cut and recorded as an event. Failures: `log-in-use`, `log-damaged`, `log-rolled-back`, `not-private`.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  return openAndRecover(options).catch((error: unknown) => {
    throw error instanceof Error && "code" in error ? toFailure(error) : error;
  });
}

async function openAndRecover(options: LogOptions): Promise<Log> {
  await makePrivateDirectory(options.log);
  const lock = await takeLock(options.log);
  try {
    // Under the lock: two processes that start at once must not make two keys.
    const keys = await openKeys(options.keys);
    const journalDirectory = join(options.log, "journal");
    await makePrivateDirectory(journalDirectory);
    const { edge, head, signers, history } = await loadStart(options.log, keys);
    await settleKeys(options.keys, keys, signers);
    await finishPruning(options.log, history);
    await removeLeftovers(options.log, edge.size);
    const builder = createTileBuilder(edge);
    const found = await readJournal(journalDirectory, edge.size, hashLeaf);
    requireSameRoot(builder, head);
    for (const entry of found.entries) {
      builder.add(entry);
      requireSameRoot(builder, head);
    }
    requireReached(builder, head);
    const publisher = createPublisher(options.log, { keys, signers }, builder);
    await publisher.write(publisher.snapshot());
    for (const name of found.damaged) await setAside(journalDirectory, name, options.clock.nowMs());
    const journal = await startJournal(journalDirectory, builder.size());
    await journal.dropBefore(builder.size());
    const log = createWriter({ options, keys, builder, journal, publisher, release: lock.release });
    if (found.entries.length > 0 || found.tornBytes > 0) {
      const counts = { entries: found.entries.length, tornBytes: found.tornBytes, refused: 0 };
      await log.append(recoveryEvent(log.stamp("daemon"), { cause: "unclean-stop", ...counts }), {
        durable: true,
      });
    }
    return log;
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

type Waiting = HashedEntry & {
  readonly resolve: ((index: number) => void) | undefined;
  readonly reject: ((failure: Failure) => void) | undefined;
};

type WriterParts = {
  readonly options: LogOptions;
  readonly keys: LogKeys;
  readonly builder: TileBuilder;
  readonly journal: Journal;
  readonly publisher: Publisher;
  readonly release: () => Promise<void>;
};

function createWriter({ options, keys, builder, journal, publisher, release }: WriterParts): Log {
  const { clock } = options;
  const exclusive = createTurnstile();
  const random = createRandomPool();
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  let published = builder.size();
  let flushing: Promise<void> | undefined;
  let publishing: Promise<void> | undefined;
  let startEarly: (() => void) | undefined;
  let flushTimer: NodeJS.Timeout | undefined;
  let publishTimer: NodeJS.Timeout | undefined;
  let closed = false;
  let outage: { refused: number; readonly failure: Failure } | undefined;
  let publishFailure: Failure | undefined;

  const { stamp, encode } = createEventEncoder({
    keys,
    clock,
    product: options.productVersion,
    random,
  });

  const enqueueLeaf = (bytes: Uint8Array, waiter: Pick<Waiting, "resolve" | "reject">): void => {
    queue.push({ bytes, hash: hashLeaf(bytes), resolve: waiter.resolve, reject: waiter.reject });
    queuedBytes += bytes.length;
    if (queue.length >= EARLY_ENTRIES) startEarly?.();
  };

  const enqueue = (event: AuditEvent, waiter: Pick<Waiting, "resolve" | "reject">): void =>
    enqueueLeaf(encode(event), waiter);

  const requireRoom = (): void => {
    if (closed) throw new Failure("log-closed", "the log is closed: open it again");
    if (queuedBytes + builder.waitingBytes() + publisher.waitingBytes() > WAITING_BYTES_MAX) {
      throw new Failure("log-busy", "the disk is slower than the events: try again");
    }
  };

  const flush = (): Promise<void> => {
    flushing ??= flushQueue();
    return flushing;
  };

  /** Resolves when all that asks in this turn of the event loop is queued, or enough of it to begin. */
  const gatherFirst = (): Promise<void> =>
    new Promise((resolve) => {
      startEarly = () => {
        startEarly = undefined;
        resolve();
      };
      if (queue.length >= EARLY_ENTRIES) startEarly();
      else setImmediate(() => startEarly?.());
    });

  /** Writes batches until the queue is empty or the disk refuses. */
  const flushQueue = async (): Promise<void> => {
    await gatherFirst();
    let answer: () => void = () => undefined;
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH_ENTRIES_MAX);
      queue = queue.slice(batch.length);
      const written = exclusive(() => writeBatch(batch));
      // WHY only now: whoever was waiting encodes its next event while the disk is busy with this batch.
      answer();
      const outcome = await written.catch(toFailure);
      answer = () => undefined;
      if (outcome instanceof Failure) {
        refuse(batch, outcome);
        break;
      }
      answer = () => {
        for (let place = 0; place < batch.length; place += 1)
          batch[place]?.resolve?.(outcome + place);
      };
    }
    answer();
    // In the same step as the last look at the queue: who appends from now on starts the next flush.
    flushing = undefined;
  };

  /** Makes a batch durable and adds it to the tree; resolves with the index of its first entry. */
  const writeBatch = async (batch: readonly Waiting[]): Promise<number> => {
    await journal.append(batch);
    const first = builder.size();
    for (const item of batch) {
      queuedBytes -= item.bytes.length;
      builder.add(item);
    }
    noteRecovery();
    schedulePublish(PUBLISH_DELAY_MS);
    return first;
  };

  /** Those who wait are told; the events that nobody waits for stay first in the queue. */
  const refuse = (batch: readonly Waiting[], failure: Failure): void => {
    const kept = batch.filter((item) => item.reject === undefined);
    queue = [...kept, ...queue];
    queuedBytes = queue.reduce((sum, item) => sum + item.bytes.length, 0);
    noteOutage(failure, batch.length - kept.length);
    for (const item of batch) item.reject?.(failure);
    scheduleFlush(RETRY_MS);
  };

  const publishNow = (): Promise<void> => {
    publishing ??= publishSnapshot()
      .catch((error: unknown) => {
        publishFailure = toFailure(error);
        throw publishFailure;
      })
      .finally(() => {
        publishing = undefined;
      });
    return publishing;
  };

  const publishSnapshot = async (): Promise<void> => {
    const snapshot = await exclusive(async () => {
      const taken = publisher.snapshot();
      await journal.rotate(taken.size);
      return taken;
    });
    await publisher.write(snapshot);
    published = snapshot.size;
    publishFailure = undefined;
    await exclusive(() => journal.dropBefore(snapshot.size));
  };

  const scheduleFlush = (delayMs: number): void => {
    flushTimer ??= setTimeout(() => {
      flushTimer = undefined;
      // With nothing else to write, the record of the outage itself tries the disk.
      if (queue.length === 0) recordOutage();
      void flush();
    }, delayMs);
  };

  const schedulePublish = (delayMs: number): void => {
    publishTimer ??= setTimeout(() => {
      publishTimer = undefined;
      publishNow().then(
        () => builder.size() > published && schedulePublish(PUBLISH_DELAY_MS),
        () => schedulePublish(RETRY_MS),
      );
    }, delayMs);
  };

  const noteOutage = (failure: Failure, refused: number): void => {
    outage ??= { refused: 0, failure };
    outage.refused += refused;
  };

  const noteRecovery = (): void => {
    recordOutage();
    outage = undefined;
  };

  /** Queues an event for the refusals that no event tells of yet. */
  const recordOutage = (): void => {
    if (outage === undefined || outage.refused === 0) return;
    const counts = { entries: 0, tornBytes: 0, refused: outage.refused };
    outage.refused = 0;
    const event = recoveryEvent(stamp("daemon"), { cause: "disk-failure", ...counts });
    enqueue(event, { resolve: undefined, reject: undefined });
  };

  const publishAll = async (): Promise<void> => {
    await flush();
    if (outage !== undefined && queue.length > 0) throw outage.failure;
    while (published < builder.size()) await publishNow();
  };

  return {
    stamp,
    verifierKey: keys.verifier.text,
    async append(event, { durable }) {
      requireRoom();
      if (!durable) {
        enqueue(event, { resolve: undefined, reject: undefined });
        scheduleFlush(LAZY_FLUSH_MS);
        return undefined;
      }
      return new Promise<number>((resolve, reject) => {
        enqueue(event, { resolve, reject });
        void flush();
      });
    },
    async appendLeaf(bytes) {
      requireRoom();
      return new Promise<number>((resolve, reject) => {
        enqueueLeaf(bytes, { resolve, reject });
        void flush();
      });
    },
    publish: publishAll,
    status: () => ({
      size: builder.size(),
      published,
      queued: queue.length,
      failing: (outage?.failure ?? publishFailure)?.message,
    }),
    async close() {
      if (closed) return;
      closed = true;
      try {
        await publishAll();
      } finally {
        clearTimeout(flushTimer);
        clearTimeout(publishTimer);
        await publishing?.catch(() => undefined);
        await journal.close().catch(() => undefined);
        await release();
      }
    },
  };
}

/** Runs tasks one after the other, in the order in which they were given; the first one at once. */
function createTurnstile(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> | undefined;
  return (task) => {
    const result = last === undefined ? task() : last.then(task);
    const settled = result
      .catch(() => undefined)
      .finally(() => {
        if (last === settled) last = undefined;
      });
    last = settled;
    return result;
  };
}

function toFailure(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "error";
  return new Failure(
    "log-not-writable",
    `the log cannot be written (${code}): free or repair its disk`,
    { cause },
  );
}
