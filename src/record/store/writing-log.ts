// A log that is open for writing: events queue, become durable in batches, and are published a little later.
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import type { AuditEvent, EventStamp, Submitter } from "../event/event.ts";
import { recoveryEvent } from "../event/guard-events.ts";
import { hashLeaf } from "../log/tree.ts";
import { createEventEncoder, type EventEncoder } from "./event-encoder.ts";
import type { HashedEntry, Journal } from "./files/journal.ts";
import type { LogKeys } from "./keys.ts";
import type { Publisher } from "./publisher.ts";
import { createRandomPool } from "./files/random-pool.ts";
import type { TileBuilder } from "./tile-builder.ts";

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

/** Where a log and its keys lie, and who writes. */
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

/** A log that is open for writing: events queue, become durable in batches, and are published a little later. */
export class WritingLog {
  readonly #keys: LogKeys;
  readonly #builder: TileBuilder;
  readonly #journal: Journal;
  readonly #publisher: Publisher;
  readonly #release: () => Promise<void>;
  readonly #exclusive = createTurnstile();
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #published: number;
  #flushing: Promise<void> | undefined;
  #publishing: Promise<void> | undefined;
  #startEarly: (() => void) | undefined;
  #flushTimer: NodeJS.Timeout | undefined;
  #publishTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #outage: { refused: number; readonly failure: Failure } | undefined;
  #publishFailure: Failure | undefined;
  readonly #encoder: EventEncoder;

  constructor({ options, keys, builder, journal, publisher, release }: WriterParts) {
    this.#keys = keys;
    this.#builder = builder;
    this.#journal = journal;
    this.#publisher = publisher;
    this.#release = release;
    this.#published = builder.size();
    this.#encoder = createEventEncoder({
      keys,
      clock: options.clock,
      product: options.productVersion,
      random: createRandomPool(),
    });
  }

  /** The log as others write to it. */
  asLog(): Log {
    return {
      stamp: this.#encoder.stamp,
      verifierKey: this.#keys.verifier.text,
      append: (event, options) => this.#append(event, options),
      appendLeaf: (bytes) => this.#appendLeaf(bytes),
      publish: () => this.#publishAll(),
      status: () => this.#status(),
      close: () => this.#close(),
    };
  }

  async #append(
    event: AuditEvent,
    { durable }: { readonly durable: boolean },
  ): Promise<number | undefined> {
    this.#requireRoom();
    if (!durable) {
      this.#enqueue(event, { resolve: undefined, reject: undefined });
      this.#scheduleFlush(LAZY_FLUSH_MS);
      return undefined;
    }
    return new Promise<number>((resolve, reject) => {
      this.#enqueue(event, { resolve, reject });
      void this.#flush();
    });
  }

  async #appendLeaf(bytes: Uint8Array): Promise<number> {
    this.#requireRoom();
    return new Promise<number>((resolve, reject) => {
      this.#enqueueLeaf(bytes, { resolve, reject });
      void this.#flush();
    });
  }

  #status(): ReturnType<Log["status"]> {
    return {
      size: this.#builder.size(),
      published: this.#published,
      queued: this.#queue.length,
      failing: (this.#outage?.failure ?? this.#publishFailure)?.message,
    };
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#publishAll();
    } finally {
      clearTimeout(this.#flushTimer);
      clearTimeout(this.#publishTimer);
      await this.#publishing?.catch(() => undefined);
      await this.#journal.close().catch(() => undefined);
      await this.#release();
    }
  }

  #enqueueLeaf(bytes: Uint8Array, waiter: Pick<Waiting, "resolve" | "reject">): void {
    this.#queue.push({
      bytes,
      hash: hashLeaf(bytes),
      resolve: waiter.resolve,
      reject: waiter.reject,
    });
    this.#queuedBytes += bytes.length;
    if (this.#queue.length >= EARLY_ENTRIES) this.#startEarly?.();
  }

  #enqueue(event: AuditEvent, waiter: Pick<Waiting, "resolve" | "reject">): void {
    this.#enqueueLeaf(this.#encoder.encode(event), waiter);
  }

  #requireRoom(): void {
    if (this.#closed) throw new Failure("log-closed", "the log is closed: open it again");
    if (
      this.#queuedBytes + this.#builder.waitingBytes() + this.#publisher.waitingBytes() >
      WAITING_BYTES_MAX
    ) {
      throw new Failure("log-busy", "the disk is slower than the events: try again");
    }
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#flushQueue();
    return this.#flushing;
  }

  /** Resolves when all that asks in this turn of the event loop is queued, or enough of it to begin. */
  #gatherFirst(): Promise<void> {
    return new Promise((resolve) => {
      this.#startEarly = () => {
        this.#startEarly = undefined;
        resolve();
      };
      if (this.#queue.length >= EARLY_ENTRIES) this.#startEarly();
      else setImmediate(() => this.#startEarly?.());
    });
  }

  /** Writes batches until the queue is empty or the disk refuses. */
  async #flushQueue(): Promise<void> {
    await this.#gatherFirst();
    let answer: () => void = () => undefined;
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, BATCH_ENTRIES_MAX);
      this.#queue = this.#queue.slice(batch.length);
      const written = this.#exclusive(() => this.#writeBatch(batch));
      // WHY only now: whoever was waiting encodes its next event while the disk is busy with this batch.
      answer();
      const outcome = await written.catch(toFailure);
      answer = () => undefined;
      if (outcome instanceof Failure) {
        this.#refuse(batch, outcome);
        break;
      }
      answer = () => {
        for (let place = 0; place < batch.length; place += 1)
          batch[place]?.resolve?.(outcome + place);
      };
    }
    answer();
    // In the same step as the last look at the queue: who appends from now on starts the next flush.
    this.#flushing = undefined;
  }

  /** Makes a batch durable and adds it to the tree; resolves with the index of its first entry. */
  async #writeBatch(batch: readonly Waiting[]): Promise<number> {
    await this.#journal.append(batch);
    const first = this.#builder.size();
    for (const item of batch) {
      this.#queuedBytes -= item.bytes.length;
      this.#builder.add(item);
    }
    this.#noteRecovery();
    this.#schedulePublish(PUBLISH_DELAY_MS);
    return first;
  }

  /** Those who wait are told; the events that nobody waits for stay first in the queue. */
  #refuse(batch: readonly Waiting[], failure: Failure): void {
    const kept = batch.filter((item) => item.reject === undefined);
    this.#queue = [...kept, ...this.#queue];
    this.#queuedBytes = this.#queue.reduce((sum, item) => sum + item.bytes.length, 0);
    this.#noteOutage(failure, batch.length - kept.length);
    for (const item of batch) item.reject?.(failure);
    this.#scheduleFlush(RETRY_MS);
  }

  #publishNow(): Promise<void> {
    this.#publishing ??= this.#publishSnapshot()
      .catch((error: unknown) => {
        this.#publishFailure = toFailure(error);
        throw this.#publishFailure;
      })
      .finally(() => {
        this.#publishing = undefined;
      });
    return this.#publishing;
  }

  async #publishSnapshot(): Promise<void> {
    const snapshot = await this.#exclusive(async () => {
      const taken = this.#publisher.snapshot();
      await this.#journal.rotate(taken.size);
      return taken;
    });
    await this.#publisher.write(snapshot);
    this.#published = snapshot.size;
    this.#publishFailure = undefined;
    await this.#exclusive(() => this.#journal.dropBefore(snapshot.size));
  }

  #scheduleFlush(delayMs: number): void {
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined;
      // With nothing else to write, the record of the outage itself tries the disk.
      if (this.#queue.length === 0) this.#recordOutage();
      void this.#flush();
    }, delayMs);
  }

  #schedulePublish(delayMs: number): void {
    this.#publishTimer ??= setTimeout(() => {
      this.#publishTimer = undefined;
      this.#publishNow().then(
        () => this.#builder.size() > this.#published && this.#schedulePublish(PUBLISH_DELAY_MS),
        () => this.#schedulePublish(RETRY_MS),
      );
    }, delayMs);
  }

  #noteOutage(failure: Failure, refused: number): void {
    this.#outage ??= { refused: 0, failure };
    this.#outage.refused += refused;
  }

  #noteRecovery(): void {
    this.#recordOutage();
    this.#outage = undefined;
  }

  /** Queues an event for the refusals that no event tells of yet. */
  #recordOutage(): void {
    if (this.#outage === undefined || this.#outage.refused === 0) return;
    const counts = { entries: 0, tornBytes: 0, refused: this.#outage.refused };
    this.#outage.refused = 0;
    const event = recoveryEvent(this.#encoder.stamp("daemon"), {
      cause: "disk-failure",
      ...counts,
    });
    this.#enqueue(event, { resolve: undefined, reject: undefined });
  }

  async #publishAll(): Promise<void> {
    await this.#flush();
    if (this.#outage !== undefined && this.#queue.length > 0) throw this.#outage.failure;
    while (this.#published < this.#builder.size()) await this.#publishNow();
  }
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

/** What went wrong as a Failure: of the disk a `log-disk`. */
export function toFailure(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "error";
  return new Failure(
    "log-not-writable",
    `the log cannot be written (${code}): free or repair its disk`,
    { cause },
  );
}
