// The index as the daemon has it: a thread that is started when there is work, watched while it answers, and ended when idle.
import type { Worker } from "node:worker_threads";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import type { EventQuestion, QuestionAnswer } from "#record/index/question.ts";
import type { Range } from "#record/store/index/index-ranges.ts";
import {
  type IndexCheck,
  IndexChecks,
  type IndexChecksOptions,
  type IndexEdit,
} from "./index-checks.ts";
import type {
  FromIndex,
  IndexThread,
  SpendingQuestion,
  ThreadAnswer,
  ToIndex,
} from "./index-messages.ts";
import type { SpendingAnswer } from "./spending-answer.ts";
import { startThread } from "../threads/start-thread.ts";

/** Milliseconds that a question may wait for the index to catch up, and that answering may take. */
const WAIT_MS_MAX = 8_000;
const ANSWER_MS_MAX = 10_000;
/** Questions that wait at once. */
const QUESTIONS_MAX = 16;
/** WHY ended: the library's memory never shrinks, and a thread without work needs none. */
const IDLE_MS = 30_000;
/** Memory of the library with which a thread goes on to the next question. */
const HEAP_BYTES_KEPT = 48 * 1024 * 1024;
const HEAP_BYTES_MAX = 160 * 1024 * 1024;
/** Entries that may be missing before the index catches up without being asked, and how often that is looked at. */
const BEHIND_MAX = 5_000;
const LOOK_MS = 60_000;
/** How often a range of the index is held against its digest while nobody asks. */
const CHECK_MS = 600_000;

/** How the index stands. `problem` says why it does not go on. */
export type IndexStanding = {
  readonly kind: "state";
  readonly indexed: number;
  readonly size: number;
  readonly isRunning: boolean;
  readonly problem: string | null;
  /** Why the index was made anew since the daemon began; null when it was not. */
  readonly rebuilt: string | null;
  /** What somebody edited in its file since the daemon began; null when nothing was. */
  readonly edited: IndexEdit | null;
};

export type IndexService = {
  /** Answers a question, having caught up with what was recorded before it. Rejects with a Failure that says why not. */
  ask(question: EventQuestion): Promise<QuestionAnswer>;
  /** The same for what sessions cost. */
  spending(question: SpendingQuestion): Promise<SpendingAnswer>;
  /** Begins a check of everything, or says how far the one of this number is. */
  check(run: number | null): IndexCheck;
  /** Makes anew what it holds of these events, with the keys that are here now. Rejects where that was not done. */
  remake(events: readonly Range[]): Promise<void>;
  standing(): IndexStanding;
  close(): Promise<void>;
};

export type IndexServiceOptions = Pick<IndexThread, "file" | "log" | "keys"> &
  IndexChecksOptions & {
    /** Has all that was recorded stand in the published log. */
    readonly publish: () => Promise<void>;
    /** Whether a person looks, as in a dashboard: then the thread rests with its file open, and pages need not wait for it. */
    readonly isWatched?: () => boolean;
    readonly limits?: {
      readonly checkMs?: number;
      readonly waitMs?: number;
      readonly answerMs?: number;
      readonly idleMs?: number;
      readonly heapBytes?: number;
    };
  };

type Pending = {
  readonly question: ToIndex["question"];
  readonly check?: "spot" | "whole";
  readonly remade?: readonly Range[];
  /** Until when it waits for the index to catch up, by the monotonic clock. */
  readonly untilMs: number;
  readonly resolve: (answer: ThreadAnswer | undefined) => void;
  readonly reject: (failure: Failure) => void;
  timer: NodeJS.Timeout | undefined;
};

/** What the thread is to do besides catching up. */
type Work = Pick<Pending, "check" | "remade">;

/** What the thread last told of the index. */
type Known = {
  readonly indexed: number;
  readonly isBehind: boolean;
  readonly problem: string | undefined;
  readonly rebuilt: string | undefined;
};

/** Builds the service; no thread runs until there is work. */
export function createIndexService(options: IndexServiceOptions): IndexService {
  const thread = new IndexQuestions(options);
  return {
    async ask(question) {
      const answer = await thread.ask(question);
      if (answer.kind === "spending") throw new Failure("index", "the answer makes no sense");
      return answer;
    },
    async spending(question) {
      const answer = await thread.ask(question);
      if (answer.kind !== "spending") throw new Failure("index", "the answer makes no sense");
      return answer;
    },
    check: (run) => thread.check(run),
    remake: (events) => thread.remake(events),
    standing: () => thread.standing(),
    close: () => thread.close(),
  };
}

/** The thread of the index, and the questions that wait for it. */
class IndexQuestions {
  readonly #options: IndexServiceOptions;
  readonly #answerMs: number;
  readonly #idleMs: number;
  readonly #pending = new Map<number, Pending>();
  #thread: Worker | undefined;
  #nextId = 1;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** WHY told: a check that is ended for want of questions, or for its memory, begins anew with the next question and never ends. */
  #isChecking = false;
  /** WHY told too: it would go on with the next question, and nobody may ask for hours. */
  #isSumming = false;
  #heapBytes = 0;
  #ending: Promise<void> = Promise.resolve();
  #known: Known = { indexed: 0, isBehind: false, problem: undefined, rebuilt: undefined };
  readonly #look: NodeJS.Timeout;
  readonly #spot: NodeJS.Timeout;
  readonly #checks: IndexChecks;

  constructor(options: IndexServiceOptions) {
    this.#options = options;
    this.#checks = new IndexChecks(options);
    this.#answerMs = this.#options.limits?.answerMs ?? ANSWER_MS_MAX;
    this.#idleMs = this.#options.limits?.idleMs ?? IDLE_MS;
    this.#look = setInterval(() => {
      if (this.#pending.size > 0 || this.#options.size() - this.#known.indexed < BEHIND_MAX) return;
      this.#post(undefined, Number.MAX_SAFE_INTEGER).catch(() => undefined);
    }, LOOK_MS).unref();
    this.#spot = setInterval(() => {
      if (this.#pending.size > 0 || this.#isClosed) return;
      this.#post(undefined, Number.MAX_SAFE_INTEGER, { check: "spot" }).catch(() => undefined);
    }, this.#options.limits?.checkMs ?? CHECK_MS).unref();
  }

  async ask(question: NonNullable<ToIndex["question"]>): Promise<ThreadAnswer> {
    if (this.#isClosed) throw new Failure("index", "the daemon is ending");
    if (this.#pending.size >= QUESTIONS_MAX)
      throw new Failure("index", "too many questions are waiting already: ask again");
    // A log that cannot be written is answered as far as it is published.
    await this.#options.publish().catch(() => undefined);
    const answer = await this.#post(question, this.#options.limits?.waitMs ?? WAIT_MS_MAX);
    if (answer === undefined) throw new Failure("index", "the index could not be opened");
    return answer;
  }

  check(run: number | null): IndexCheck {
    return this.#checks.check(run, async () => {
      await this.#options.publish().catch(() => undefined);
      await this.#post(undefined, Number.MAX_SAFE_INTEGER, { check: "whole" });
    });
  }

  async remake(events: readonly Range[]): Promise<void> {
    if (this.#isClosed) throw new Failure("index", "the daemon is ending");
    await this.#post(undefined, Number.MAX_SAFE_INTEGER, { remade: events });
  }

  standing(): IndexStanding {
    return {
      kind: "state",
      indexed: this.#known.indexed,
      size: this.#options.size(),
      isRunning: this.#thread !== undefined,
      problem: this.#known.problem ?? null,
      rebuilt: this.#known.rebuilt ?? null,
      edited: this.#checks.edited ?? null,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#look);
    clearInterval(this.#spot);
    clearTimeout(this.#idle);
    this.#failAll(new Failure("index", "the daemon is ending"));
    await this.#end();
  }

  #settle(id: number, end: (item: Pending) => void): void {
    const item = this.#pending.get(id);
    if (item === undefined) return;
    this.#pending.delete(id);
    clearTimeout(item.timer);
    end(item);
    if (this.#pending.size === 0) this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#idle);
    const pause = this.#heapBytes > HEAP_BYTES_KEPT ? Math.min(this.#idleMs, 1_000) : this.#idleMs;
    this.#idle = setTimeout(() => {
      if (this.#pending.size > 0) return;
      const isWanted = this.#heapBytes <= HEAP_BYTES_KEPT && this.#options.isWatched?.() === true;
      // What was begun goes on: an index of millions takes minutes.
      if (this.#known.isBehind || this.#isChecking || this.#isSumming || isWanted) this.#rest();
      else void this.#end();
    }, pause).unref();
  }

  #end(): Promise<void> {
    const ended = this.#thread;
    this.#thread = undefined;
    this.#isChecking = false;
    this.#isSumming = false;
    this.#heapBytes = 0;
    if (ended !== undefined)
      this.#ending = this.#ending.then(async () => void (await ended.terminate()));
    return this.#ending;
  }

  #failAll(failure: Failure): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id, ({ reject }) => reject(failure));
  }

  /** WHY a new thread: what a question took is given back by nothing else, and the next one would come on top of it. */
  #renew(): void {
    if (this.#heapBytes <= HEAP_BYTES_KEPT || this.#known.isBehind || this.#isChecking) return;
    void this.#end();
    for (const [id, item] of this.#pending) {
      clearTimeout(item.timer);
      this.#send(id, item);
    }
  }

  #onMessage(message: FromIndex): void {
    switch (message.kind) {
      case "begun": {
        const item = this.#pending.get(message.id);
        if (item === undefined) return;
        // WHY the whole thread: while the library works nothing reaches it, and its file survives that.
        item.timer = setTimeout(() => {
          this.#settle(message.id, ({ reject }) =>
            reject(
              new Failure(
                "query-time",
                `the question took longer than ${this.#answerMs / 1_000} s: ask for less`,
              ),
            ),
          );
          this.#failAll(
            new Failure("index", "the index was busy with another question: ask again"),
          );
          void this.#end();
        }, this.#answerMs);
        return;
      }
      case "answered":
        this.#heapBytes = message.heapBytes;
        this.#settle(message.id, ({ resolve }) => resolve(message.answer));
        return this.#renew();
      case "refused":
        this.#heapBytes = message.heapBytes;
        this.#settle(message.id, ({ reject }) => reject(new Failure(message.code, message.why)));
        return this.#renew();
      case "progress": {
        const { indexed, size, problem, rebuilt } = message;
        if (problem !== undefined && problem !== this.#known.problem)
          this.#options.say(`the index waits: ${problem}`);
        if (rebuilt !== undefined && rebuilt !== this.#known.rebuilt)
          this.#options.say(`the index is made anew: ${rebuilt}`);
        const isBehind = problem === undefined && indexed < size;
        this.#known = {
          indexed: problem === undefined ? indexed : this.#known.indexed,
          isBehind,
          problem,
          rebuilt,
        };
        this.#heapBytes = message.heapBytes;
        return;
      }
      case "checking":
        this.#isChecking = !message.isDone;
        return;
      case "summing":
        this.#isSumming = !message.isDone;
        return;
      case "checked":
        return this.#checks.take(message);
      default:
        return message satisfies never;
    }
  }

  #start(): Worker {
    const workerData: IndexThread = {
      file: this.#options.file,
      log: this.#options.log,
      keys: this.#options.keys,
      heapBytesMax: this.#options.limits?.heapBytes ?? HEAP_BYTES_MAX,
    };
    const made = startThread("index", workerData, { young: 4, old: 128 });
    made.unref();
    made.on("message", (message: FromIndex) => {
      // What a thread says that was ended is asked again of the next one.
      if (this.#thread === made) this.#onMessage(message);
    });
    const lost = (why: string) => {
      if (this.#thread !== made) return;
      this.#thread = undefined;
      this.#isChecking = false;
      this.#isSumming = false;
      this.#known = { ...this.#known, isBehind: false, problem: why };
      this.#failAll(new Failure("index", `the index could not answer: ${why}`));
    };
    made.on("error", (error) => lost(error.message));
    made.on("exit", () => lost("its thread ended"));
    return made;
  }

  #send(
    id: number,
    { question, untilMs, check, remade }: Pick<Pending, "question" | "untilMs" | keyof Work>,
  ): void {
    // WHY after the last one's end: two threads with one file would not know of each other.
    void this.#ending.then(() => {
      if (!this.#pending.has(id)) return;
      this.#thread ??= this.#start();
      const waitMs = Math.max(0, untilMs - monotonicMs());
      const asked = check === undefined ? {} : { check };
      const anew = remade === undefined ? {} : { remade };
      this.#thread.postMessage({ id, question, waitMs, ...asked, ...anew } satisfies ToIndex);
    });
  }

  #post(
    question: ToIndex["question"],
    waitMs: number,
    work: Work = {},
  ): Promise<ThreadAnswer | undefined> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      clearTimeout(this.#idle);
      const item = { question, untilMs: monotonicMs() + waitMs, resolve, reject, ...work };
      this.#pending.set(id, { ...item, timer: undefined });
      this.#send(id, item);
    });
  }
}
