// The thread of the index: the only place that opens it. Catches up with the log in batches and answers between them.
import { setImmediate as turn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { answerFromIndex } from "#record/store/index/answer-question.ts";
import { type AskedLog, openAskedLog } from "#record/store/index/asked-log.ts";
import { isIndexDamage, openIndexFile, removeIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { followLog, isOfThisLog } from "#record/store/index/index-follow.ts";
import { limitHeap } from "./heap-limit.ts";
import type { FromIndex, IndexThread, ToIndex } from "./index-messages.ts";

const port = parentPort;
if (port !== null) serve(port, workerData as IndexThread);

type Port = NonNullable<typeof parentPort>;

function serve(to: Port, thread: IndexThread): void {
  const heap = limitHeap(thread.heapBytesMax);
  const waiting: ToIndex[] = [];
  let opened: { readonly index: IndexFile; readonly log: AskedLog } | undefined;
  let rebuilt: string | undefined;
  let isBusy = false;
  const send = (message: FromIndex): void => to.postMessage(message);
  const tell = (indexed: number, size: number, problem?: string): void =>
    send({ kind: "progress", indexed, size, problem, heapBytes: heap.bytes(), rebuilt });

  const refuse = (id: number, code: string, why: string): void =>
    send({ kind: "refused", id, code, why, heapBytes: heap.bytes() });

  const discard = async (why: string): Promise<void> => {
    rebuilt = why;
    try {
      opened?.index.close();
    } catch {
      // Its file goes away.
    }
    opened = undefined;
    await removeIndexFile(thread.file);
  };

  /** One batch of what is missing; true when nothing is. Keys are read anew, because one may be gone. */
  const catchUp = async (): Promise<boolean> => {
    opened ??= {
      index: await openIndexFile(thread.file),
      log: await openAskedLog(thread),
    };
    const { index, log } = opened;
    const followed = await log.follow();
    if (!(await isOfThisLog(index.state(), followed))) {
      await discard(
        "it was of another log, of one that was rolled back, or holds entries that were removed",
      );
      return false;
    }
    const { indexed } = await followLog(index, followed, createOnce());
    tell(indexed, followed.size);
    return indexed >= followed.size;
  };

  const answer = async ({ id, question }: ToIndex): Promise<void> => {
    if (question === undefined || opened === undefined)
      return send({ kind: "answered", id, answer: undefined, heapBytes: heap.bytes() });
    send({ kind: "begun", id });
    // WHY a turn: the message must be out before this thread is busy.
    await turn();
    try {
      const given = answerFromIndex(opened.index, opened.log, question);
      send({ kind: "answered", id, answer: given, heapBytes: heap.bytes() });
    } catch (error) {
      if (error instanceof Failure) return refuse(id, error.code, error.message);
      if (isIndexDamage(error)) await discard("it was damaged");
      const why = `the index could not answer: ${error instanceof Error ? error.message : "unknown"}`;
      refuse(id, "index", why);
    }
  };

  const refuseLate = (nowMs: number, isEnd: boolean, why: string): void => {
    for (const [place, { id, until }] of [...deadlines.entries()].reverse()) {
      if (!isEnd && until > nowMs) continue;
      deadlines.splice(place, 1);
      waiting.splice(
        waiting.findIndex((item) => item.id === id),
        1,
      );
      refuse(id, "index-behind", why);
    }
  };
  const deadlines: { readonly id: number; readonly until: number }[] = [];

  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      // A question that was told to come back later leaves the work begun: the next one finds it done.
      let isCurrent: boolean | undefined = false;
      while (waiting.length > 0 || isCurrent === false) {
        isCurrent = await catchUp().catch(async (error: unknown) => {
          const why = error instanceof Error ? error.message : "unknown";
          if (isIndexDamage(error)) {
            await discard("it was damaged");
            return false;
          }
          const { indexed } = opened?.index.state() ?? { indexed: 0 };
          tell(indexed, -1, why);
          refuseLate(0, true, `the index waits: ${why}`);
          return undefined;
        });
        if (isCurrent === true) {
          const next = waiting.shift();
          deadlines.splice(
            deadlines.findIndex(({ id }) => id === next?.id),
            1,
          );
          if (next !== undefined) await answer(next);
        } else {
          refuseLate(monotonicMs(), false, "the index is still catching up with the log");
        }
        await turn();
      }
      opened?.index.settle();
    } catch (error) {
      tell(0, -1, error instanceof Error ? error.message : "unknown");
    } finally {
      isBusy = false;
    }
  };

  to.on("message", (message: ToIndex) => {
    waiting.push(message);
    deadlines.push({ id: message.id, until: monotonicMs() + message.waitMs });
    void work();
  });
}

/** Ends a pass after one batch: questions are looked at in between. */
function createOnce(): () => boolean {
  let isFirst = true;
  return () => {
    const isOver = !isFirst;
    isFirst = false;
    return isOver;
  };
}
