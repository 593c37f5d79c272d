// Where a collector keeps what machines report of themselves, whichever store it is.
import { dayKey } from "#record/fleet/host-days.ts";
import type { SeenDay, SeenHost } from "#record/fleet/host-report.ts";

/** Machines of one tenant; more are refused. */
export const HOSTS_MAX = 200_000;
/** Days that may still change: of earlier ones a machine is not allowed to speak. */
export const OPEN_DAYS = 3;

export type HostStoreOptions = {
  readonly nowMs: () => number;
  /** Told of what an operator should know. */
  readonly report: (line: string) => void;
  /** A machine that was not seen for so many days is forgotten, and so is a day of so long ago. */
  readonly keepDays: number;
};

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

/** What came in since the last flush, of one tenant: each machine once, and each of its days. */
export type Reports = { readonly hosts: readonly SeenHost[]; readonly days: readonly SeenDay[] };

/** A database that reports are stored in, some seconds of them at once; a later report of a machine takes the place of an earlier one. */
export function collectReports(
  { report }: Pick<HostStoreOptions, "report">,
  database: {
    readonly everyMs: number;
    readonly store: (tenant: string, reports: Reports) => Promise<void>;
    /** What is done after each flush, such as removing what is old. */
    readonly tidy: () => Promise<void>;
    readonly close: () => Promise<void>;
  },
): HostStore {
  type Waiting = { readonly hosts: Map<string, SeenHost>; readonly days: Map<string, SeenDay> };
  let waiting = new Map<string, Waiting>();
  const flush = async (): Promise<void> => {
    const taken = waiting;
    waiting = new Map();
    for (const [tenant, { hosts, days }] of taken)
      await database.store(tenant, { hosts: [...hosts.values()], days: [...days.values()] });
    await database.tidy();
  };
  const end = keepFlushed(flush, { everyMs: database.everyMs, report });
  return {
    take(tenant, host, days) {
      const own = waiting.get(tenant) ?? { hosts: new Map(), days: new Map() };
      waiting.set(tenant, own);
      if (!own.hosts.has(host.machine) && own.hosts.size >= HOSTS_MAX) return false;
      own.hosts.set(host.machine, host);
      for (const day of days) own.days.set(dayKey(day), day);
      return true;
    },
    flush,
    async close() {
      await end();
      await database.close();
    },
  };
}

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
