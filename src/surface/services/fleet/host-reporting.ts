// The daemon's reports to the collector that this machine joined: after its start, every minute and a half, and after a new policy.
import { randomInt } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import type { HostReport } from "#record/fleet/host-report.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { createReporter, type Reported, type Reporter } from "./forwarder.ts";
import { readForwarding } from "./forwarding.ts";

const START_MS = 5_000;
const EVERY_MS = 90_000;
/** A fifth is left to chance: machines that were switched on at once do not report at once for ever. */
const JITTER_PERCENT = 20;
/** After a failure the next try waits twice as long each time, and longest so long. */
const BACK_OFF_MS_MAX = 15 * 60_000;
/** A collector that keeps no reports is asked again after so long, and one that refused what it got. */
const UNKNOWN_MS = 3_600_000;
/** How often is looked whether the policy changed, and within which time it is reported then. */
const WATCH_MS = 5_000;
/** So many looks after a report there is none for a new policy: a collector takes four a minute. */
const LOOKS_BETWEEN = 4;
/** Not joined: the file is looked for this often. */
const UNJOINED_MS = 30_000;

/** Reports from now on, as far as the machine joined a collector; the function ends it. Answers to hooks never wait for it. */
export function keepReported(
  { forwardingFile }: Pick<Directories, "forwardingFile">,
  gather: () => Promise<HostReport>,
  given: {
    readonly say: (line: string) => void;
    readonly startMs?: number;
    readonly everyMs?: number;
    readonly watchMs?: number;
    /** Changes when another policy was put on the machine. */
    readonly sign?: () => string;
  },
): () => Promise<void> {
  const { say, startMs = START_MS, everyMs = EVERY_MS, watchMs = WATCH_MS, sign } = given;
  let current: { readonly place: string; readonly reporter: Reporter } | undefined;
  let isEnded = false;
  let timer: NodeJS.Timeout | undefined;
  let passing: Promise<void> = Promise.resolve();
  let backOffMs = everyMs;
  let last = "";
  let isPassing = false;
  let passedMs = 0;
  let reportedSign: string | undefined;
  const tell = (trouble: string): void => {
    if (trouble !== last)
      say(
        trouble === "" ? "this machine reports again" : `this machine does not report: ${trouble}`,
      );
    last = trouble;
  };
  const reporter = (): Reporter | undefined => {
    const place = readForwarding(forwardingFile);
    const name = JSON.stringify(place);
    if (current !== undefined && current.place !== name) {
      current.reporter.close();
      current = undefined;
    }
    if (place !== undefined) current ??= { place: name, reporter: createReporter(place) };
    return current?.reporter;
  };
  const pass = async (): Promise<number> => {
    const to = reporter();
    if (to === undefined) return UNJOINED_MS;
    reportedSign = sign?.();
    const reported = await to.report(JSON.stringify(await gather()));
    backOffMs = everyMs;
    tell(reported.kind === "refused" ? reported.why : "");
    if (reported.kind !== "taken") reportedSign = undefined;
    return pauseAfter(reported, everyMs);
  };
  const round = async (): Promise<void> => {
    isPassing = true;
    passedMs = monotonicMs();
    const pauseMs = await pass().catch((cause: unknown) => {
      tell(cause instanceof Failure ? cause.message : "what it reports cannot be told");
      backOffMs = Math.min(BACK_OFF_MS_MAX, backOffMs * 2);
      return backOffMs;
    });
    isPassing = false;
    schedule(jittered(pauseMs));
  };
  const schedule = (delayMs: number): void => {
    if (isEnded) return;
    timer = setTimeout(() => {
      passing = round();
    }, delayMs);
    timer.unref();
  };
  // A collector that is down, or says when to come again, is not asked more often for it.
  const watch = setInterval(() => {
    if (isPassing || reportedSign === undefined || last !== "" || isEnded) return;
    if (monotonicMs() - passedMs < LOOKS_BETWEEN * watchMs || sign?.() === reportedSign) return;
    clearTimeout(timer);
    reportedSign = undefined;
    schedule(randomInt(watchMs));
  }, watchMs);
  watch.unref();
  schedule(jittered(startMs));
  return async () => {
    isEnded = true;
    clearTimeout(timer);
    clearInterval(watch);
    await Promise.race([passing, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
    current?.reporter.close();
  };
}

function pauseAfter(reported: Reported, everyMs: number): number {
  if (reported.kind === "taken") return everyMs;
  if (reported.kind === "wait") return Math.max(everyMs, reported.seconds * 1_000);
  return UNKNOWN_MS;
}

function jittered(ms: number): number {
  return (ms * (100 - JITTER_PERCENT / 2 + randomInt(JITTER_PERCENT + 1))) / 100;
}
