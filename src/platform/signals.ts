// Signals by which the system, a terminal or a person asks a process to end, and how a shell tells that one did.
import { constants } from "node:os";

/** `end` is an order to end; `hang-up` is the terminal going away, on which a daemon goes on. */
export type EndRequest = "end" | "hang-up";

const SIGNALS = { end: ["SIGTERM", "SIGINT"], "hang-up": ["SIGHUP"] } as const;

/** Calls `act` with the signal's name on each such request, in place of the system's own answer, which is to end. */
export function onEndRequest(requests: readonly EndRequest[], act: (signal: string) => void): void {
  for (const signal of requests.flatMap((request) => SIGNALS[request])) {
    process.on(signal, () => act(signal));
  }
}

/** Resolves on the first order to end. WHY only the first: a second one then ends a process that hangs in its farewell. */
export function untilAskedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS.end) process.once(signal, () => resolve());
  });
}

/** The exit code by which a shell tells that a program was ended by a signal: 128 and the signal's number (POSIX 2.8.2). */
export function endedBySignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
