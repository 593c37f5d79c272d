// Recording on behalf of hooks: what must be on disk before an answer, and what happens when the disk fails.
import { Failure } from "#base/failure.ts";
import { type Waits, WAITS } from "#base/waits.ts";
import type { Append, Observation, RejectionCode } from "./ports.ts";
import { within } from "../../foundation/process/time-limit.ts";

/** Milliseconds that a refusal or a question waits: it keeps the call from running whether or not the disk has it yet. */
const REFUSAL_MS_MAX = 250;
/** Observations that may wait for the disk at once; past it every answer waits. */
const PENDING_MAX = 1_024;
/** Rejections recorded one by one within a minute; the rest is counted, so that a flood cannot fill the log. */
const REJECTIONS_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

export type Recorder = {
  /**
   * Records an observation. Rejects with a Failure when the log cannot take it. After a failed write every observation
   * waits for the disk, whatever `durable` says, until one has reached it. With `isRefusal` it resolves after 250 ms
   * however slow the disk is, as long as the log has not failed; the log then says that the entry came late.
   */
  record(
    observation: Observation,
    options: { readonly durable: boolean; readonly isRefusal?: boolean },
  ): Promise<void>;
  /** Records a rejection within the limits of a flood; never throws. */
  reject(code: RejectionCode): void;
  /** Writes the counts that are still held back. */
  flush(): Promise<void>;
};

/** Builds a recorder over a log; `nowMs` is any clock that goes forward. A log that is silent for longer than `waits` say has failed. */
export function createRecorder(
  log: {
    readonly append: Append;
    readonly isLogFailing: () => boolean;
    readonly waits?: Pick<Waits, "recordMs">;
  },
  nowMs: () => number,
): Recorder {
  const { recordMs } = log.waits ?? WAITS;
  let failing = false;
  let pending = 0;
  const record: Recorder["record"] = async (observation, { durable, isRefusal = false }) => {
    const hasFailed = failing || log.isLogFailing();
    const wait = durable || hasFailed || pending >= PENDING_MAX;
    const isBrief = isRefusal && !hasFailed;
    const answer = isBrief ? { answeredAfterMs: REFUSAL_MS_MAX } : {};
    pending++;
    const written = log.append(observation, { durable: wait, ...answer }).then(
      () => {
        // Only a durable write proves that the disk takes data again.
        if (wait) failing = false;
      },
      (cause: unknown) => {
        failing = true;
        throw unwritable(cause);
      },
    );
    const settled = written.finally(() => {
      pending--;
    });
    const silent = within(settled, recordMs, () => {
      failing = true;
      throw unwritable(undefined);
    });
    await (isBrief ? within(silent, REFUSAL_MS_MAX, () => undefined) : silent);
  };
  const counts = createFloodCounter(nowMs);
  const write = (code: RejectionCode, count: number) =>
    record({ kind: "rejected", code, count }, { durable: false }).catch(() => undefined);
  return {
    record,
    reject(code) {
      for (const [heldCode, count] of counts.add(code)) void write(heldCode, count);
    },
    async flush() {
      for (const [code, count] of counts.drain()) await write(code, count);
    },
  };
}

type FloodCounter = {
  add(code: RejectionCode): readonly (readonly [RejectionCode, number])[];
  drain(): readonly (readonly [RejectionCode, number])[];
};

/** Counts rejections: `add` returns what is to be recorded now, `drain` what was held back. */
function createFloodCounter(nowMs: () => number): FloodCounter {
  const held = new Map<RejectionCode, number>();
  let windowStartMs = nowMs();
  let recorded = 0;
  const drain = () => {
    const counts = [...held];
    held.clear();
    return counts;
  };
  return {
    drain,
    add(code) {
      const now = nowMs();
      const due: (readonly [RejectionCode, number])[] = [];
      if (now - windowStartMs >= MINUTE_MS) {
        due.push(...drain());
        windowStartMs = now;
        recorded = 0;
      }
      if (recorded >= REJECTIONS_PER_MINUTE) {
        held.set(code, (held.get(code) ?? 0) + 1);
        return due;
      }
      recorded++;
      return [...due, [code, 1]];
    },
  };
}

function unwritable(cause: unknown): Failure {
  const why =
    cause instanceof Failure
      ? cause.message
      : "the audit log cannot be written; check the disk of the data directory";
  return new Failure("log", why, { cause });
}
