// Sessions on disk for a process that remembers them itself: written a moment after the answers, read after a restart.
import type { SessionState } from "./session-state.ts";
import { RECORDS_MAX, type SessionStore } from "./session-store.ts";
import { joinRecords, type SessionRecord } from "./session-record.ts";

/** How long additions may wait; what a killed daemon forgets of a session is at most this old. */
const WRITE_DELAY_MS = 200;
/** How often what nobody used any more is looked for. */
const FORGET_EVERY_MS = 3_600_000;

/** Where a session's additions go, and what an earlier process left of it. */
export type SessionPage = {
  readonly stored: SessionState | undefined;
  /** Notes what is new; `sum` gives all that there is, when the file is to be written anew. */
  note(record: SessionRecord, sum: () => SessionRecord): void;
};

/** Gives each session its page, and writes what the pages noted. */
export type SessionKeeper = {
  /** The page of a session by its key; reads the disk once. */
  open(key: string): SessionPage;
  /** Writes what waits. Never throws: a session that cannot be written is only forgotten by a restart. */
  flush(): void;
};

/** `nameOf` makes the name of a session's file of its key; `report` hears of the first of several failures. */
export function createSessionKeeper(options: {
  readonly store: SessionStore;
  readonly nameOf: (key: string) => string;
  readonly report: (cause: unknown) => void;
  readonly nowMs: () => number;
}): SessionKeeper {
  const { store, nameOf, report, nowMs } = options;
  const waiting = new Map<string, { records: SessionRecord[]; sum: () => SessionRecord }>();
  const written = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let hasFailed = false;
  let forgotMs: number | undefined;
  const write = (name: string, records: readonly SessionRecord[], sum: () => SessionRecord) => {
    const count = (written.get(name) ?? RECORDS_MAX) + 1;
    // A file starts anew with the sum of a session: what it holds is bounded, and so is reading it.
    if (count > RECORDS_MAX) store.replace(name, sum());
    else store.add(name, joinRecords(records));
    written.set(name, count > RECORDS_MAX ? 1 : count);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [name, { records, sum }] of waiting) {
      try {
        write(name, records, sum);
        hasFailed = false;
      } catch (cause) {
        // With the next addition the whole session is written.
        written.delete(name);
        if (!hasFailed) report(cause);
        hasFailed = true;
      }
    }
    waiting.clear();
    if (forgotMs === undefined || Math.abs(nowMs() - forgotMs) > FORGET_EVERY_MS) {
      forgotMs = nowMs();
      store.forgetOld(forgotMs);
    }
  };
  return {
    flush,
    open(key) {
      const name = nameOf(key);
      // What waits for this name is read back with the rest.
      if (waiting.has(name)) flush();
      return {
        stored: store.read(name),
        note(record, sum) {
          const page = waiting.get(name) ?? { records: [], sum };
          page.records.push(record);
          page.sum = sum;
          waiting.set(name, page);
          timer ??= setTimeout(flush, WRITE_DELAY_MS).unref();
        },
      };
    },
  };
}
