// Time as an argument: whoever needs it is given a Clock, so that tests decide what time it is.

/** `nowMs` is wall time in milliseconds since 1970; `monotonicMs` never goes backwards and has no fixed origin. */
export type Clock = { nowMs(): number; monotonicMs(): number };

/** Milliseconds that never go backwards. WHY not `performance.now`: its first use loads a tenth of node's own modules. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
