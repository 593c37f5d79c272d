// Where a collector keeps what machines report of themselves, whichever store it is.
import type { SeenDay, SeenHost } from "#record/fleet/host-report.ts";

/** Machines of one tenant; more are refused. */
export const HOSTS_MAX = 200_000;
/** A machine that was not seen for so many days is forgotten, and so is a day of so long ago. */
export const HOST_DAYS_MAX = 400;
/** Days that may still change: of earlier ones a machine is not allowed to speak. */
export const OPEN_DAYS = 3;

export type HostStore = {
  /**
   * Takes a report; false where the tenant has too many machines. It is stored within seconds. WHY not before the answer: the machine
   * says all of it again within two minutes.
   */
  take(tenant: string, host: SeenHost, days: readonly SeenDay[]): boolean;
  /** Stores what waits. Rejects with a Failure where it cannot. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** Calls `flush` at an interval, one at a time, and tells of the first failure of a row; the function ends it. */
export function keepFlushed(
  flush: () => Promise<void>,
  { everyMs, report }: { readonly everyMs: number; readonly report: (line: string) => void },
): () => Promise<void> {
  let flushing: Promise<void> | undefined;
  let isFailing = false;
  const pass = (): Promise<void> => {
    flushing ??= flush()
      .then(
        () => {
          if (isFailing) report("reports of machines are stored again");
          isFailing = false;
        },
        (cause: unknown) => {
          if (!isFailing) report(`reports of machines are not stored: ${why(cause)}`);
          isFailing = true;
        },
      )
      .finally(() => {
        flushing = undefined;
      });
    return flushing;
  };
  const timer = setInterval(() => void pass(), everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await flushing;
    await pass();
  };
}

function why(cause: unknown): string {
  return cause instanceof Error ? cause.message.slice(0, 300) : "the store does not answer";
}
