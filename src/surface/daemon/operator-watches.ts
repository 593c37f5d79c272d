// What comes and goes without an order: a lockdown, and exceptions that end, each recorded once.
import type { Lockdown } from "../services/installation/lockdown.ts";
import type { ExceptionStore } from "../services/exceptions/store.ts";
import type { OperatorAnswer } from "../services/daemon-process/operator-orders.ts";
import type { Recorder } from "../services/hooks/recorder.ts";

/**
 * Records each lockdown that is met and its end. WHY not when it begins: that works without a daemon, and this one may be
 * started by it.
 */
export function createLockdownWatch(lockdown: LockdownControl, recorder: Pick<Recorder, "record">) {
  let known: Lockdown | undefined;
  const tell = (what: "start" | "end", by: "operator" | "daemon", reason: string | null) =>
    recorder.record({ kind: "lockdown", what, by, reason }, { durable: true });
  return {
    async look() {
      const now = lockdown.current();
      const before = known;
      known = now;
      if (now !== undefined && before === undefined) await tell("start", "operator", now.reason);
      // Nobody ordered it: the file is gone.
      if (now === undefined && before !== undefined) await tell("end", "daemon", before.reason);
    },
    async end(): Promise<OperatorAnswer> {
      const now = lockdown.current();
      if (now === undefined) return { kind: "restored", wasLocked: false };
      await tell("end", "operator", now.reason);
      known = undefined;
      lockdown.end();
      return { kind: "restored", wasLocked: true };
    },
  };
}

/** Tells once that the list of exceptions was altered, and again when that happens after a repair. */
export function createExceptionWatch(
  exceptions: ExceptionStore,
  recorder: Pick<Recorder, "record">,
): () => Promise<void> {
  let isTold = false;
  return async () => {
    const isDamaged = exceptions.isDamaged();
    if (isDamaged && !isTold) {
      const where = { code: "exceptions-altered", where: "exceptions" };
      const whose = { submitter: undefined, eventName: undefined };
      await recorder.record({ kind: "failure", ...whose, ...where }, { durable: true });
    }
    isTold = isDamaged;
  };
}

/** The lockdown of an installation, as the operator sees and ends it. */
export type LockdownControl = { current(): Lockdown | undefined; end(): void };
