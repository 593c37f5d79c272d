// The index as the daemon has it: a thread that is started when there is work, watched while it answers, and ended when idle.
import { Worker } from "node:worker_threads";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import type { Question, QuestionAnswer } from "#record/index/question.ts";
import type { FromIndex, IndexThread, ToIndex } from "./index-messages.ts";

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

/** How the index stands. `problem` says why it does not go on. */
export type IndexStanding = {
  readonly kind: "state";
  readonly indexed: number;
  readonly size: number;
  readonly isRunning: boolean;
  readonly problem: string | null;
  /** Why the index was made anew since the daemon began; null when it was not. */
  readonly rebuilt: string | null;
};

export type IndexService = {
  /** Answers a question, having caught up with what was recorded before it. Rejects with a Failure that says why not. */
  ask(question: Exclude<Question, { ask: "state" }>): Promise<QuestionAnswer>;
  standing(): IndexStanding;
  close(): Promise<void>;
};

export type IndexServiceOptions = Pick<IndexThread, "file" | "log" | "keys"> & {
  /** Has all that was recorded stand in the published log. */
  readonly publish: () => Promise<void>;
  /** Entries of the log now. */
  readonly size: () => number;
  readonly say: (line: string) => void;
  readonly limits?: {
    readonly answerMs?: number;
    readonly idleMs?: number;
    readonly heapBytes?: number;
  };
};

type Pending = {
  readonly question: ToIndex["question"];
  /** Until when it waits for the index to catch up, by the monotonic clock. */
  readonly untilMs: number;
  readonly resolve: (answer: QuestionAnswer | undefined) => void;
  readonly reject: (failure: Failure) => void;
  timer: NodeJS.Timeout | undefined;
};

/** What the thread last told of the index. */
type Known = {
  readonly indexed: number;
  readonly isBehind: boolean;
  readonly problem: string | undefined;
  readonly rebuilt: string | undefined;
};

/** Builds the service; no thread runs until there is work. */
export function createIndexService(options: IndexServiceOptions): IndexService {
  const answerMs = options.limits?.answerMs ?? ANSWER_MS_MAX;
  const idleMs = options.limits?.idleMs ?? IDLE_MS;
  const pending = new Map<number, Pending>();
  let thread: Worker | undefined;
  let nextId = 1;
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;
  let heapBytes = 0;
  let ending: Promise<void> = Promise.resolve();
  let known: Known = { indexed: 0, isBehind: false, problem: undefined, rebuilt: undefined };

  const settle = (id: number, end: (item: Pending) => void): void => {
    const item = pending.get(id);
    if (item === undefined) return;
    pending.delete(id);
    clearTimeout(item.timer);
    end(item);
    if (pending.size === 0) rest();
  };
  const rest = (): void => {
    clearTimeout(idle);
    const pause = heapBytes > HEAP_BYTES_KEPT ? Math.min(idleMs, 1_000) : idleMs;
    idle = setTimeout(() => {
      if (pending.size > 0) return;
      // What was begun goes on: an index of millions takes minutes.
      if (known.isBehind) rest();
      else void end();
    }, pause).unref();
  };
  const end = (): Promise<void> => {
    const ended = thread;
    thread = undefined;
    heapBytes = 0;
    if (ended !== undefined) ending = ending.then(async () => void (await ended.terminate()));
    return ending;
  };
  const failAll = (failure: Failure): void => {
    for (const id of [...pending.keys()]) settle(id, ({ reject }) => reject(failure));
  };
  /** WHY a new thread: what a question took is given back by nothing else, and the next one would come on top of it. */
  const renew = (): void => {
    if (heapBytes <= HEAP_BYTES_KEPT || known.isBehind) return;
    void end();
    for (const [id, item] of pending) {
      clearTimeout(item.timer);
      send(id, item);
    }
  };
  const onMessage = (message: FromIndex): void => {
    switch (message.kind) {
      case "begun": {
        const item = pending.get(message.id);
        if (item === undefined) return;
        // WHY the whole thread: while the library works nothing reaches it, and its file survives that.
        item.timer = setTimeout(() => {
          settle(message.id, ({ reject }) =>
            reject(
              new Failure(
                "query-time",
                `the question took longer than ${answerMs / 1_000} s: ask for less`,
              ),
            ),
          );
          failAll(new Failure("index", "the index was busy with another question: ask again"));
          void end();
        }, answerMs);
        return;
      }
      case "answered":
        heapBytes = message.heapBytes;
        settle(message.id, ({ resolve }) => resolve(message.answer));
        return renew();
      case "refused":
        heapBytes = message.heapBytes;
        settle(message.id, ({ reject }) => reject(new Failure(message.code, message.why)));
        return renew();
      case "progress": {
        const { indexed, size, problem, rebuilt } = message;
        if (problem !== undefined && problem !== known.problem)
          options.say(`the index waits: ${problem}`);
        if (rebuilt !== undefined && rebuilt !== known.rebuilt)
          options.say(`the index is made anew: ${rebuilt}`);
        const isBehind = problem === undefined && indexed < size;
        known = {
          indexed: problem === undefined ? indexed : known.indexed,
          isBehind,
          problem,
          rebuilt,
        };
        heapBytes = message.heapBytes;
        return;
      }
      default:
        return message satisfies never;
    }
  };
  const start = (): Worker => {
    const workerData: IndexThread = {
      ...{ file: options.file, log: options.log, keys: options.keys },
      heapBytesMax: options.limits?.heapBytes ?? HEAP_BYTES_MAX,
    };
    // WHY these addresses: the daemon's bundle and this module lie side by side in `surface`, and a thread runs built code only.
    const place = import.meta.url.endsWith(".ts")
      ? "../../../../dist/surface/index/"
      : "../../index/";
    const made = new Worker(new URL(`${place}index-worker.js`, import.meta.url), {
      workerData,
      env: {},
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 },
    });
    made.unref();
    made.on("message", (message: FromIndex) => {
      // What a thread says that was ended is asked again of the next one.
      if (thread === made) onMessage(message);
    });
    const lost = (why: string) => {
      if (thread !== made) return;
      thread = undefined;
      known = { ...known, isBehind: false, problem: why };
      failAll(new Failure("index", `the index could not answer: ${why}`));
    };
    made.on("error", (error) => lost(error.message));
    made.on("exit", () => lost("its thread ended"));
    return made;
  };
  const send = (id: number, { question, untilMs }: Pick<Pending, "question" | "untilMs">): void => {
    // WHY after the last one's end: two threads with one file would not know of each other.
    void ending.then(() => {
      if (!pending.has(id)) return;
      thread ??= start();
      const waitMs = Math.max(0, untilMs - monotonicMs());
      thread.postMessage({ id, question, waitMs } satisfies ToIndex);
    });
  };
  const post = (
    question: ToIndex["question"],
    waitMs: number,
  ): Promise<QuestionAnswer | undefined> =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      clearTimeout(idle);
      const item = { question, untilMs: monotonicMs() + waitMs, resolve, reject };
      pending.set(id, { ...item, timer: undefined });
      send(id, item);
    });
  const look = setInterval(() => {
    if (pending.size > 0 || options.size() - known.indexed < BEHIND_MAX) return;
    post(undefined, Number.MAX_SAFE_INTEGER).catch(() => undefined);
  }, LOOK_MS).unref();

  return {
    async ask(question) {
      if (isClosed) throw new Failure("index", "the daemon is ending");
      if (pending.size >= QUESTIONS_MAX)
        throw new Failure("index", "too many questions are waiting already: ask again");
      // A log that cannot be written is answered as far as it is published.
      await options.publish().catch(() => undefined);
      const answer = await post(question, WAIT_MS_MAX);
      if (answer === undefined) throw new Failure("index", "the index could not be opened");
      return answer;
    },
    standing: () => ({
      kind: "state",
      indexed: known.indexed,
      size: options.size(),
      isRunning: thread !== undefined,
      problem: known.problem ?? null,
      rebuilt: known.rebuilt ?? null,
    }),
    async close() {
      isClosed = true;
      clearInterval(look);
      clearTimeout(idle);
      failAll(new Failure("index", "the daemon is ending"));
      await end();
    },
  };
}
