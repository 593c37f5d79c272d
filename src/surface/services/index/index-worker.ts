// The thread of the index: the only place that opens it. Catches up with the log in batches and answers between them.
import { randomBytes } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { answerFromIndex } from "#record/store/index/answer-question.ts";
import { type AskedLog, openAskedLog } from "#record/store/index/asked-log.ts";
import {
  checkIndex,
  type CheckResult,
  type IndexFinding,
  remakeRanges,
  repairIndex,
  spotCheck,
} from "#record/store/index/index-check.ts";
import type { Range } from "#record/store/index/index-ranges.ts";
import { isIndexDamage, openIndexFile, removeIndexFile } from "#record/store/index/index-file.ts";
import { isAsLeft, noteLeft, traceOf } from "#record/store/index/index-traces.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { type FollowedLog, followLog, isOfThisLog } from "#record/store/index/index-follow.ts";
import { limitHeap } from "./heap-limit.ts";
import type { FromIndex, IndexThread, SpendingQuestion, ToIndex } from "./index-messages.ts";
import type { SpendingAnswer } from "./spending-answer.ts";
import { answerSpending, keepSpent } from "./spent-sessions.ts";

const port = parentPort;
if (port !== null) serve(port, workerData as IndexThread);

type Port = NonNullable<typeof parentPort>;
type Opened = { readonly index: IndexFile; readonly log: AskedLog };

/** How often a check of everything says how far it is. */
const PROGRESS_MS = 250;
/** Sessions whose sums are made at once, and so many are left until somebody asks: what goes on is summed again each time. */
const SUMMED_AT_ONCE = 8;
const UNSPENT_LEFT = 8;
/** How long a question for sums waits until those that lack are made. */
const SUMMING_MS_MAX = 2_000;

function serve(to: Port, thread: IndexThread): void {
  const heap = limitHeap(thread.heapBytesMax);
  const waiting: ToIndex[] = [];
  let opened: Opened | undefined;
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

  /** How the file looked after our own last write: otherwise somebody else wrote. */
  let trace: string | undefined;
  let isTrusted = false;

  const open = async (): Promise<Opened> => {
    const log = await openAskedLog(thread);
    const key = log.indexKey;
    const before = traceOf(thread.file);
    const isLeft = key !== undefined && (await isAsLeft(thread.file, key));
    const discarded: IndexFinding[] = [];
    const index = await openIndexFile(thread.file, {
      key,
      discarded: (why) => {
        if (why === "edited") discarded.push({ what: "tables", first: 0, end: 0 });
        rebuilt = why === "version" ? rebuilt : `it was ${why}`;
      },
    });
    if (discarded.length > 0) tellChecked({ findings: discarded, altered: undefined });
    isTrusted = isLeft || index.state().indexed === 0;
    trace = traceOf(thread.file);
    // WHY at once: tables may have been added, and a file that is not as it was left is checked whole.
    if (isLeft && key !== undefined && trace !== before) await noteLeft(thread.file, key);
    return { index, log };
  };

  /** Counts members of lists by hour that were there before these were counted, until `isOver`. */
  const countMarks = async (isOver: () => boolean): Promise<void> => {
    if (opened === undefined) return;
    const { index, log } = opened;
    if (index.markHours.isWhole()) return;
    send({ kind: "summing", isDone: false });
    try {
      for (let isMore = true; isMore && !isOver(); ) {
        isMore = index.markHours.countMore();
        await note(log);
        await turn();
      }
    } finally {
      send({ kind: "summing", isDone: true });
    }
  };

  /** Makes sums of sessions that lack until `isOver` or none lacks but `left`. */
  const sumSessions = async (left: number, isOver: () => boolean): Promise<boolean> => {
    if (opened === undefined) return false;
    const { index, log } = opened;
    let isTold = false;
    try {
      while (index.spent.unspent(left + 1).length > left) {
        if (isOver()) return false;
        if (!isTold) send({ kind: "summing", isDone: false });
        isTold = true;
        await keepSpent({ index, followed: await log.follow() }, SUMMED_AT_ONCE);
        await note(log);
        await turn();
      }
      return true;
    } finally {
      if (isTold) send({ kind: "summing", isDone: true });
    }
  };

  const spending = async (question: SpendingQuestion, now: Opened): Promise<SpendingAnswer> => {
    const untilMs = monotonicMs() + SUMMING_MS_MAX;
    if (!(await sumSessions(0, () => monotonicMs() > untilMs)))
      throw new Failure("index-behind", "what sessions cost is still being summed");
    const followed = await now.log.follow();
    return answerSpending({ index: now.index, followed }, now.log, question);
  };

  const tellChecked = (
    told: Pick<Extract<FromIndex, { kind: "checked" }>, "findings" | "altered"> & {
      readonly isWhole?: boolean;
      readonly isDone?: boolean;
      readonly events?: number;
    },
  ): void => send({ kind: "checked", isWhole: false, isDone: true, events: 0, ...told });

  /** Puts right what a check found. True when the index still stands. */
  const settleFindings = async (
    { index }: Opened,
    result: CheckResult,
    followed: FollowedLog,
    isWhole: boolean,
  ): Promise<boolean> => {
    const { findings, events } = result;
    const upkeep = index.upkeep;
    if (upkeep === undefined) return true;
    const repaired = await repairIndex(upkeep, result, followed);
    if (repaired.kind === "discard") await discard("somebody edited it");
    const altered = repaired.kind === "discard" ? undefined : repaired.altered;
    if (repaired.kind === "discard") trace = undefined;
    else if (findings.length > 0 || result.stale.length > 0) trace = traceOf(thread.file);
    if (isWhole || findings.length > 0) tellChecked({ findings, altered, isWhole, events });
    return repaired.kind !== "discard";
  };

  /** Holds all of the index against its digests, and against the log where a person asked for that. */
  const checkWhole = async (
    now: Opened,
    followed: FollowedLog,
    against: FollowedLog | undefined,
  ): Promise<boolean> => {
    const upkeep = now.index.upkeep;
    if (upkeep === undefined) return true;
    const steps = checkIndex(now.index, upkeep, against);
    let told = 0;
    for (;;) {
      const step = await steps.next();
      if (step.done === true)
        return settleFindings(now, step.value, followed, against !== undefined);
      if (monotonicMs() - told > PROGRESS_MS) {
        told = monotonicMs();
        const { events } = step.value;
        if (against !== undefined)
          tellChecked({ findings: [], altered: 0, isWhole: true, isDone: false, events });
      }
      refuseLate(monotonicMs(), false, "the index was written by another program and is checked");
      await turn();
    }
  };

  /** One batch of what is missing; true when nothing is. Keys are read anew, because one may be gone. */
  const catchUp = async (): Promise<boolean> => {
    opened ??= await open();
    const { index, log } = opened;
    const followed = await log.follow();
    if (!(await isOfThisLog(index.state(), followed))) {
      await discard(
        "it was of another log, of one that was rolled back, or holds entries that were removed",
      );
      return false;
    }
    if (trace !== undefined && trace !== traceOf(thread.file)) {
      // WHY opened anew: pages in memory are still right, and hide what the next thread would answer from.
      index.close();
      opened = undefined;
      opened = await open();
      isTrusted = false;
      return false;
    }
    if (!isTrusted) {
      send({ kind: "checking", isDone: false });
      try {
        // Nothing says that they are those of the log, and they are soon made.
        if (index.upkeep !== undefined) {
          opened.index.spent.unspendAll();
          opened.index.markHours.forget();
        }
        trace = traceOf(thread.file);
        if (!(await checkWhole(opened, followed, undefined))) return false;
        isTrusted = true;
        // WHY: the next thread would hold all of it against its digests again.
        if (trace === traceOf(thread.file)) await note(log);
      } finally {
        send({ kind: "checking", isDone: true });
      }
    }
    const before = index.state().indexed;
    const { indexed } = await followLog(index, followed, createOnce());
    if (indexed !== before) await note(log);
    tell(indexed, followed.size);
    return indexed >= followed.size;
  };

  const note = async ({ indexKey }: AskedLog): Promise<void> => {
    trace = traceOf(thread.file);
    if (indexKey !== undefined) await noteLeft(thread.file, indexKey);
  };

  const check = async (kind: "spot" | "whole"): Promise<void> => {
    if (opened === undefined) return;
    const followed = await opened.log.follow();
    const upkeep = opened.index.upkeep;
    if (kind === "whole") {
      if (upkeep === undefined)
        return tellChecked({ findings: [], altered: 0, isWhole: true, events: 0 });
      await checkWhole(opened, followed, followed);
    } else if (upkeep !== undefined) {
      const found = spotCheck(upkeep, randomBytes(4).readUInt32BE() / 2 ** 32);
      // WHY all of it then: one range that was edited is seldom the only one.
      if (found !== undefined) await checkWhole(opened, followed, undefined);
    }
  };

  /** What cannot be made anew goes as a whole: then it holds nothing of these events either. */
  const remake = async (events: readonly Range[]): Promise<void> => {
    if (opened === undefined) return;
    const { index, log } = opened;
    const isRemade = await remakeRanges(index, await log.follow(), events).catch(() => false);
    if (isRemade) await note(log);
    else await discard("texts had to go that were over their time");
  };

  const answer = async ({ id, question, check: checked, remade }: ToIndex): Promise<void> => {
    if (checked !== undefined) await check(checked);
    if (remade !== undefined) await remake(remade);
    if (question === undefined || opened === undefined)
      return send({ kind: "answered", id, answer: undefined, heapBytes: heap.bytes() });
    send({ kind: "begun", id });
    // WHY a turn: the message must be out before this thread is busy.
    await turn();
    try {
      const given =
        question.ask === "spending"
          ? await spending(question, opened)
          : answerFromIndex(opened.index, opened.log, question);
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
      if (opened !== undefined && isTrusted) {
        const isAsked = (): boolean => waiting.length > 0;
        await countMarks(isAsked);
        await sumSessions(UNSPENT_LEFT, isAsked);
      }
      if (opened !== undefined && isTrusted && trace === traceOf(thread.file)) {
        opened.index.settle();
        if (trace !== traceOf(thread.file)) await note(opened.log);
      }
    } catch (error) {
      // WHY: a check reads pages that no question read yet.
      if (isIndexDamage(error)) await discard("it was damaged");
      tell(0, -1, error instanceof Error ? error.message : "unknown");
    } finally {
      isBusy = false;
      // What came in while the file was put down.
      if (waiting.length > 0) void work();
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
