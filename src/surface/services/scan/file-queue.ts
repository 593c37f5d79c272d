// The files of a tree in their order, looked at by this thread and by others ahead of it; what is said of them is said in order.
import { processorCount } from "#platform/processor-count.ts";
import type { CleanContent } from "#assure/scan/clean-table.ts";
import { type AskedFile, cleanFile, type CleanFile, type Wanted } from "./clean-file.ts";
import type { FromScanThread, ScanThread, ToScanThread } from "./scan-messages.ts";
import { startThread } from "../threads/start-thread.ts";

/** A file of the tree. `known`: it was clean before. `look` looks at it; `pass` says what is said of it where it is clean. */
export type QueuedFile = {
  readonly asked: AskedFile;
  readonly known?: CleanContent | undefined;
  readonly look: () => void;
  readonly pass: (clean: CleanFile) => void;
};

/**
 * Takes files and other things to say, in the order in which they are to be looked at and said. `end`, when there are no more, looks at
 * what is left; `close` ends the threads, whatever happened.
 */
export type FileQueue = {
  file(one: QueuedFile): Promise<void>;
  say(what: () => void): void;
  end(): Promise<void>;
  close(): void;
};

/** A thread as far as it is used here; a fake one may stand for it. */
export type Thread = {
  postMessage(message: ToScanThread): void;
  on(event: "message", listener: (message: FromScanThread) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
  terminate(): unknown;
};

/** `threadsMax`: threads besides this one, none where it is 0. `after`: files that are looked at before the first of them is started. */
export type QueueOptions = {
  readonly wanted: Wanted;
  readonly threadsMax?: number;
  readonly after?: number;
  readonly start?: (data: ScanThread) => Thread;
};

/** Files of a batch, and batches that a thread has and that lie ready for all: they bound what is kept in memory. */
const BATCH_FILES = 24;
const GIVEN_MAX = 2;
const READY_MAX = 64;
/** WHY: a thread needs as long to start as these need to be looked at. */
const FILES_BEFORE_THREADS = 300;
/** Threads besides this one, each of which takes some 50 MB. */
const THREADS_MAX = 2;

/** Makes a queue. Threads run built code: a program that runs from its sources has none. */
export function fileQueue(options: QueueOptions): FileQueue {
  return new Queue(options);
}

type Batch = {
  readonly items: (QueuedFile | (() => void))[];
  state: "ready" | "given" | "done";
  clean: readonly (CleanFile | undefined)[];
};

class Queue implements FileQueue {
  readonly #options: QueueOptions;
  readonly #threadsMax: number;
  readonly #given = new Map<Thread, Batch[]>();
  #batches: Batch[] = [];
  #filling: Batch = emptyBatch();
  #seen = 0;
  #wake: (() => void) | undefined;
  #isStarted = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    const isBuilt = !import.meta.url.endsWith(".ts");
    this.#threadsMax =
      options.threadsMax ?? (isBuilt ? Math.min(THREADS_MAX, processorCount() - 1) : 0);
  }

  async file(one: QueuedFile): Promise<void> {
    if (one.known === undefined) this.#seen += 1;
    else if (!this.#isStarted) return one.pass(one.known);
    const isFew = this.#seen <= (this.#options.after ?? FILES_BEFORE_THREADS);
    if (isFew || this.#threadsMax === 0) return one.look();
    if (!this.#isStarted) this.#startThreads();
    this.#filling.items.push(one);
    if (this.#filling.items.length < BATCH_FILES) return;
    this.#hand();
    while (this.#batches.length > READY_MAX) await this.#step();
  }

  say(what: () => void): void {
    if (this.#isStarted) this.#filling.items.push(what);
    else what();
  }

  async end(): Promise<void> {
    this.#hand();
    while (this.#batches.length > 0) await this.#step();
  }

  close(): void {
    for (const thread of this.#given.keys()) thread.terminate();
    this.#given.clear();
  }

  /** The batch that is being filled is ready. */
  #hand(): void {
    if (this.#filling.items.length === 0) return;
    this.#batches.push(this.#filling);
    this.#filling = emptyBatch();
    this.#give();
  }

  #startThreads(): void {
    this.#isStarted = true;
    const start = this.#options.start ?? startBuilt;
    for (let count = 0; count < this.#threadsMax; count += 1) {
      const thread = start({ wanted: this.#options.wanted });
      this.#given.set(thread, []);
      thread.on("message", ({ clean }) => {
        const batch = this.#given.get(thread)?.shift();
        if (batch !== undefined) Object.assign(batch, { clean, state: "done" });
        this.#give();
        this.#wake?.();
      });
      // What a thread had that is lost is looked at here.
      const lost = (): void => {
        for (const batch of this.#given.get(thread) ?? []) batch.state = "ready";
        this.#given.delete(thread);
        this.#wake?.();
      };
      thread.on("error", lost);
      thread.on("exit", lost);
    }
  }

  /** Gives what is ready to threads that have little to do, from the end that this thread reaches last. */
  #give(): void {
    for (const [thread, given] of this.#given) {
      while (given.length < GIVEN_MAX) {
        const batch = this.#batches.find(({ state }, at) => state === "ready" && at > 0);
        if (batch === undefined) return;
        batch.state = "given";
        given.push(batch);
        thread.postMessage({ files: filesOf(batch).map(({ asked }) => asked) });
      }
    }
  }

  /** One batch from the front where it is known, or looked at here; waits only where nothing is left to do. */
  async #step(): Promise<void> {
    const [first] = this.#batches;
    if (first === undefined) return;
    if (first.state !== "given") {
      this.#batches.shift();
      this.#tell(first);
      // Messages are heard only between two steps.
      if (this.#given.size > 0) await new Promise((resolve) => setImmediate(resolve));
      return;
    }
    const next = this.#batches.find(({ state }) => state === "ready");
    if (next !== undefined) {
      const clean = filesOf(next).map(({ asked }) => cleanFile(asked, this.#options.wanted));
      Object.assign(next, { clean, state: "done" });
      await new Promise((resolve) => setImmediate(resolve));
      return;
    }
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  #tell({ items, clean }: Batch): void {
    let at = 0;
    for (const item of items) {
      if (typeof item === "function") item();
      else {
        const known = item.known ?? clean[at++];
        if (known === undefined) item.look();
        else item.pass(known);
      }
    }
  }
}

function emptyBatch(): Batch {
  return { items: [], state: "ready", clean: [] };
}

/** The files of a batch that are to be looked at. */
function filesOf({ items }: Batch): readonly QueuedFile[] {
  return items
    .filter((item) => typeof item !== "function")
    .filter(({ known }) => known === undefined);
}

function startBuilt(workerData: ScanThread): Thread {
  return startThread("scan", workerData, { young: 4, old: 256 });
}
