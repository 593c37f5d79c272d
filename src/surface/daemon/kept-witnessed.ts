// The daemon has witnesses countersign its log, and puts on record when one stops.
import type { Clock } from "#base/clock.ts";
import { assert, Failure } from "#base/failure.ts";
import { witnessEvent } from "#record/event/guard-events.ts";
import { parseVerifier } from "#record/log/note.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { readWitnessList } from "../services/witness/witness-list.ts";
import { createWitnessing } from "../services/witness/witnessing.ts";

/** The first checkpoint goes to the witnesses soon after the start, and not while the first calls wait. */
const WITNESS_DELAY_MS = 2_000;

/** Has the log cosigned at the interval of the list of witnesses; the function ends it. Answers to hooks never wait for it. */
export function keepWitnessed(
  { log: directory, witnessesFile }: Directories,
  log: Log,
  clock: Clock,
  say: (line: string) => void,
): () => Promise<void> {
  const verifier = parseVerifier(log.verifierKey);
  assert(verifier !== undefined, "a log says its own key");
  let lastProblem: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let passing: Promise<void> = Promise.resolve();
  let intervalS = 60;
  const witnessing = createWitnessing({
    log: directory,
    verifier,
    nowMs: clock.nowMs,
    list() {
      const list = readWitnessList(witnessesFile);
      intervalS = list.intervalS;
      return list;
    },
    report(news) {
      if (news.what !== "answering") say(`witness ${news.witness}: ${news.what} (${news.cause})`);
      void log
        .append(witnessEvent(log.stamp("daemon"), news), { durable: false })
        .catch(() => undefined);
    },
  });
  const pass = async (): Promise<void> => {
    await witnessing.pass().then(
      () => {
        lastProblem = undefined;
      },
      (cause: unknown) => {
        const problem = cause instanceof Failure ? cause.message : "its files cannot be read";
        if (problem !== lastProblem) say(`the log is not witnessed: ${problem}`);
        lastProblem = problem;
      },
    );
    schedule(intervalS * 1_000);
  };
  const schedule = (delayMs: number): void => {
    timer = setTimeout(() => {
      passing = pass();
    }, delayMs);
    timer.unref();
  };
  schedule(WITNESS_DELAY_MS);
  return async () => {
    clearTimeout(timer);
    // A pass that waits for the network does not hold up the end.
    await Promise.race([passing, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
    clearTimeout(timer);
  };
}
