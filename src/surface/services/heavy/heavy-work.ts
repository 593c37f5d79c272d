// Heavy work as the daemon has it done: in threads that start when there is some, by turns of sessions. One that hangs is ended.
import type { Worker } from "node:worker_threads";
import { Failure } from "#base/failure.ts";
import { WAITS } from "#base/waits.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { AnswerQueries } from "../facts/judge.ts";
import { startThread } from "../threads/start-thread.ts";
import type {
  FromHeavy,
  HeavyKind,
  HeavyTask,
  HeavyThread,
  HeavyWorks,
  ToHeavy,
} from "./heavy-messages.ts";

/** Threads at once. A session has one of them at most, so that no session keeps another one's work from being done. */
const THREADS_MAX = 2;
/** WHY ended: a thread with the program keeps some 50 MB. */
const IDLE_MS = 15_000;
/** Policies that one thread is sent. */
const POLICIES_MAX = 16;

/** What a piece of work is for, and what it needs beside what is sent. */
export type HeavyOrder<Kind extends HeavyKind = HeavyKind> = {
  /** Whose work it is: work of others goes first when much of this one waits. */
  readonly session: string;
  readonly kind: Kind;
  readonly given: HeavyWorks[Kind]["given"];
  readonly policy?: Policy;
  /** Answers what the thread asks of the machine. Must not reject. */
  readonly answer?: AnswerQueries;
};

/** `do` rejects with a Failure: `late` where the work did not come to its end, `busy` where it was not begun while anybody waited. */
export type HeavyWork = {
  do<Kind extends HeavyKind>(order: HeavyOrder<Kind>): Promise<HeavyWorks[Kind]["gives"]>;
  /** Threads that run now. */
  threads(): number;
  close(): Promise<void>;
};

/** What is used of a thread. */
export type ThreadPort = Pick<Worker, "postMessage" | "on" | "terminate" | "unref">;

export type HeavyWorkOptions = HeavyThread & {
  /** Starts a thread; one of the built program unless given. */
  readonly start?: (thread: HeavyThread) => ThreadPort;
  readonly limits?: {
    /** How long a piece may be under way, and how long it may wait to be; as long as its answer is waited for unless given. */
    readonly workMs?: number;
    readonly waitMs?: number;
    readonly idleMs?: number;
    readonly threads?: number;
  };
};

type Job = {
  readonly order: HeavyOrder;
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: Error) => void;
  /** Until it is begun: when it has waited for too long. */
  wait: NodeJS.Timeout | undefined;
};

type Thread = {
  readonly port: ThreadPort;
  readonly policies: Set<string>;
  isReady: boolean;
  job: Job | undefined;
  limit: NodeJS.Timeout | undefined;
};

/** Builds what takes heavy work; no thread runs until there is work. */
export function createHeavyWork(options: HeavyWorkOptions): HeavyWork {
  const threads = new HeavyThreads(options);
  return {
    do: (order) => threads.do(order),
    threads: () => threads.count(),
    close: () => threads.close(),
  };
}

/** Threads for heavy work, and what waits for them. */
class HeavyThreads {
  readonly #keys: string;
  readonly #workMs: number;
  readonly #waitMs: number;
  readonly #idleMs: number;
  readonly #threadsMax: number;
  readonly #start: (thread: HeavyThread) => ThreadPort;
  /** What waits, by session; the session that had its turn last stands last. */
  readonly #waiting = new Map<string, Job[]>();
  readonly #threads = new Set<Thread>();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: HeavyWorkOptions) {
    const { judgeMs } = WAITS;
    const { workMs = judgeMs, waitMs = judgeMs, idleMs = IDLE_MS } = options.limits ?? {};
    this.#keys = options.keys;
    this.#workMs = workMs;
    this.#waitMs = waitMs;
    this.#idleMs = idleMs;
    this.#threadsMax = options.limits?.threads ?? THREADS_MAX;
    this.#start = options.start ?? startBuilt;
  }

  do<Kind extends HeavyKind>(order: HeavyOrder<Kind>): Promise<HeavyWorks[Kind]["gives"]> {
    return new Promise<HeavyWorks[Kind]["gives"]>((resolve, reject) => {
      if (this.#isClosed) return reject(new Failure("busy", "the daemon is ending"));
      const job: Job = {
        order: order as HeavyOrder,
        resolve: resolve as (value: unknown) => void,
        reject,
        wait: setTimeout(() => {
          this.#drop(job);
          reject(new Failure("busy", "other large calls are still being checked"));
        }, this.#waitMs),
      };
      this.#waiting.set(order.session, [...(this.#waiting.get(order.session) ?? []), job]);
      this.#advance();
    });
  }

  count(): number {
    return this.#threads.size;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    const failure = new Failure("busy", "the daemon is ending");
    for (const job of [...this.#waiting.values()].flat()) {
      clearTimeout(job.wait);
      job.reject(failure);
    }
    this.#waiting.clear();
    for (const { job } of this.#threads) job?.reject(failure);
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)));
  }

  #end(thread: Thread): Promise<unknown> {
    this.#threads.delete(thread);
    clearTimeout(thread.limit);
    return thread.port.terminate();
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#threads.size === 0) return;
    this.#idle = setTimeout(() => {
      for (const thread of [...this.#threads]) if (thread.job === undefined) void this.#end(thread);
      if (this.#threads.size > 0) this.#rest();
    }, this.#idleMs).unref();
  }

  /** The next piece of a session that no thread works for. */
  #next(): Job | undefined {
    const served = new Set([...this.#threads].map(({ job }) => job?.order.session));
    for (const [session, jobs] of this.#waiting) {
      if (served.has(session)) continue;
      const job = jobs.shift();
      this.#waiting.delete(session);
      if (jobs.length > 0) this.#waiting.set(session, jobs);
      clearTimeout(job?.wait);
      return job;
    }
    return undefined;
  }

  #drop(job: Job): void {
    const { session } = job.order;
    const left = (this.#waiting.get(session) ?? []).filter((one) => one !== job);
    if (left.length === 0) this.#waiting.delete(session);
    else this.#waiting.set(session, left);
  }

  #watch(thread: Thread): void {
    // WHY the whole thread: nothing reaches it while it works, and what it was in the middle of is nothing to go on with.
    thread.limit = setTimeout(() => {
      const { job } = thread;
      void this.#end(thread);
      job?.reject(new Failure("late", "judging this call came to no end"));
      this.#advance();
    }, this.#workMs);
  }

  #begin(thread: Thread, job: Job): void {
    thread.job = job;
    const { kind, given, policy } = job.order;
    const isKnown = policy === undefined || thread.policies.has(policy.digest);
    if (policy !== undefined) thread.policies.add(policy.digest);
    const task = { kind, given } as HeavyTask;
    try {
      thread.port.postMessage({
        kind: "task",
        task,
        policy: isKnown ? undefined : policy,
      } satisfies ToHeavy);
    } catch (cause) {
      thread.job = undefined;
      job.reject(new Error("a call could not be sent to a thread", { cause }));
      return;
    }
    this.#watch(thread);
  }

  #settle(thread: Thread, how: (job: Job) => void): void {
    const { job } = thread;
    thread.job = undefined;
    clearTimeout(thread.limit);
    if (thread.policies.size >= POLICIES_MAX) void this.#end(thread);
    if (job !== undefined) how(job);
    this.#advance();
  }

  #onMessage(thread: Thread, message: FromHeavy): void {
    switch (message.kind) {
      case "ready":
        thread.isReady = true;
        return this.#advance();
      case "asks": {
        const { job } = thread;
        void Promise.resolve(job?.order.answer?.(message.queries) ?? new Map())
          .catch(() => new Map<string, never>())
          .then((answers) => {
            if (thread.job !== job || !this.#threads.has(thread)) return;
            thread.port.postMessage({ kind: "facts", answers } satisfies ToHeavy);
          });
        return;
      }
      case "done":
        return this.#settle(thread, ({ resolve }) => resolve(message.value));
      case "failed": {
        const { code, why } = message;
        return this.#settle(thread, ({ reject }) =>
          reject(code === undefined ? new Error(why) : new Failure(code, why)),
        );
      }
      default:
        return message satisfies never;
    }
  }

  #add(): void {
    const port = this.#start({ keys: this.#keys });
    const thread: Thread = {
      port,
      policies: new Set<string>(),
      isReady: false,
      job: undefined,
      limit: undefined,
    };
    this.#threads.add(thread);
    port.unref();
    port.on("message", (message: FromHeavy) => {
      // What a thread says that was ended is about work that has its answer.
      if (this.#threads.has(thread)) this.#onMessage(thread, message);
    });
    const lost = (failure: Error): void => {
      if (!this.#threads.has(thread)) return;
      const wasReady = thread.isReady;
      this.#threads.delete(thread);
      clearTimeout(thread.limit);
      thread.job?.reject(failure);
      if (wasReady) return this.#advance();
      // A thread that does not start is no better the next time: nobody waits for it.
      for (const job of [...this.#waiting.values()].flat()) {
        this.#drop(job);
        clearTimeout(job.wait);
        job.reject(failure);
      }
    };
    port.on("error", (cause: Error & { readonly code?: string }) => {
      const isFull = cause.code === "ERR_WORKER_OUT_OF_MEMORY";
      lost(
        isFull
          ? new Failure("late", "judging this call took too much memory")
          : new Error("a thread for heavy work failed", { cause }),
      );
    });
    port.on("exit", () => lost(new Error("a thread for heavy work ended")));
  }

  #advance(): void {
    for (const thread of this.#threads) {
      if (!thread.isReady || thread.job !== undefined) continue;
      const job = this.#next();
      if (job === undefined) break;
      this.#begin(thread, job);
    }
    const served = new Set([...this.#threads].map(({ job }) => job?.order.session));
    const free = [...this.#threads].filter(({ job }) => job === undefined).length;
    const wanting = [...this.#waiting.keys()].filter((session) => !served.has(session)).length;
    for (
      let more = Math.min(wanting - free, this.#threadsMax - this.#threads.size);
      more > 0;
      more -= 1
    )
      this.#add();
    this.#rest();
  }
}

function startBuilt(workerData: HeavyThread): Worker {
  return startThread("heavy", workerData, { young: 8, old: 384 });
}
