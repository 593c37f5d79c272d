// Commands that failed again and again in a session: the same one, so many times, without a success of it between.

/** So many failures of a command in a row are a loop, where nothing else is said. */
export const FAILURES_MIN = 3;

/** A call that ended. `command` is its normal form; undefined where it could not be opened. */
export type Ended = {
  readonly timeMs: number;
  readonly tool: string;
  readonly command: string | undefined;
  readonly isFailure: boolean;
};

/** A run of failures from the first to the last of them, Unix milliseconds. */
export type FailingRun = {
  readonly tool: string;
  readonly command: string;
  readonly failures: number;
  readonly fromMs: number;
  readonly untilMs: number;
};

/** A run with what was spent behind its first failure, millionths of a US dollar; undefined where the client told nothing of the session. */
export type FailingLoop = FailingRun & {
  readonly session: string;
  readonly user: string | undefined;
  readonly repository: string | undefined;
  readonly tokens: number | undefined;
  readonly costUsdMicros: number | undefined;
};

/** Runs of at least `failuresMin` failures in calls that are sorted by time. A call whose command is not known is in none. */
export function loopsOf(ended: readonly Ended[], failuresMin: number): readonly FailingRun[] {
  const open = new Map<string, FailingRun>();
  const runs: FailingRun[] = [];
  const close = (key: string): void => {
    const run = open.get(key);
    open.delete(key);
    if (run !== undefined && run.failures >= failuresMin) runs.push(run);
  };
  for (const { timeMs, tool, command, isFailure } of ended) {
    if (command === undefined) continue;
    const key = `${tool}\0${command}`;
    if (!isFailure) {
      close(key);
      continue;
    }
    const run = open.get(key);
    open.set(key, {
      tool,
      command,
      failures: (run?.failures ?? 0) + 1,
      fromMs: run?.fromMs ?? timeMs,
      untilMs: timeMs,
    });
  }
  for (const key of [...open.keys()]) close(key);
  return runs.toSorted((one, other) => one.fromMs - other.fromMs);
}
