// What the egress proxy let through and refused, summed and written into the log as hooks write: with or without a daemon.
import { userName } from "#platform/user.ts";
import { egressEvent } from "#record/event/egress-events.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";
import type { EgressOutcome } from "./shared.ts";

const FLUSH_MS = 60_000;
/** Places of which it is told apart within a minute: who asks for more is told of as one. */
const PLACES_MAX = 256;
const PATH_CHARS_MAX = 1_024;

/** Takes outcomes. `flush` writes what is summed; `close` does so for the last time. */
export type EgressRecord = {
  add(outcome: EgressOutcome): void;
  flush(): Promise<void>;
  close(): Promise<void>;
};

type Sum = Omit<EgressOutcome, "place"> & {
  readonly host: string;
  readonly port: number;
  times: number;
};

/** Opens it. `say` hears when nothing can be written. Rejects where the keys of the log cannot be read. */
export async function openEgressRecord(
  directories: Directories,
  say: (line: string) => void,
): Promise<EgressRecord> {
  const recorder = await openSpoolRecorder(directories);
  const user = userName();
  let sums = new Map<string, Sum>();
  const flush = async (): Promise<void> => {
    const told = [...sums.values()];
    sums = new Map();
    if (told.length === 0) return;
    const events = told.map(({ of, ...sum }) =>
      egressEvent(recorder.stamp(), { ...sum, class: of, user }),
    );
    await recorder
      .append(events)
      .catch(() => say("what passed cannot be written into the log; look at the data directory"));
  };
  const timer = setInterval(() => void flush(), FLUSH_MS).unref();
  return {
    add({ place: asked, ...outcome }) {
      const isOne = asked !== undefined && sums.size < PLACES_MAX;
      const [host, port] = isOne ? [asked.form.host, asked.port] : ["", 0];
      const { why, via, of, session } = outcome;
      const [method, path] = isOne ? [outcome.method, outcome.path?.slice(0, PATH_CHARS_MAX)] : [];
      const key =
        isOne || sums.size < PLACES_MAX
          ? [why, via, of, session, host, port, method, path].join("\n")
          : `${why}`;
      const known = sums.get(key);
      sums.set(key, {
        method,
        path,
        why,
        via,
        of,
        session,
        host,
        port,
        times: (known?.times ?? 0) + 1,
        sent: (known?.sent ?? 0) + outcome.sent,
        received: (known?.received ?? 0) + outcome.received,
      });
    },
    flush,
    close() {
      clearInterval(timer);
      return flush();
    },
  };
}
