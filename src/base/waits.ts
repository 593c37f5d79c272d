// How long an answer to the client may take: the end of a guard that hangs, and no verdict of a machine that is slow (decision 0090).

/** Seconds that the client keeps a call's hook open. */
export const CLIENT_WAITS_S = 60;
/** The same in entries of installations that do not say it. */
const UNSAID_WAITS_S = 10;

/** Milliseconds from the start of each; whatever hangs is named by the part that knows most about it. */
export type Waits = {
  /** A payload, and what comes before it on its connection. */
  readonly payloadMs: number;
  /** The log takes an event; a log that is silent for longer has failed. */
  readonly recordMs: number;
  /** A call is judged, or a text looked through: counted steps end long before, so what takes this long hangs. */
  readonly judgeMs: number;
  /** The answer is out. What is left of the client's time is for starting and for the way back. */
  readonly answerMs: number;
};

/** Milliseconds that a program of ours has to answer: one that cannot start ends by itself long before, so only what hangs takes this long. */
export const START_MS_MAX = 60_000;

/** What there is time for while the client waits for so many seconds. */
export function waitsOf(clientSeconds: number): Waits {
  return {
    payloadMs: clientSeconds * 300,
    recordMs: clientSeconds * 500,
    judgeMs: clientSeconds * 700,
    answerMs: clientSeconds * 800,
  };
}

export const WAITS = waitsOf(CLIENT_WAITS_S);

/** The seconds that an entry in the client's settings names as its own; of what is none, those of an entry that names none. */
export function secondsNamed(value: string | undefined): number {
  return value !== undefined && /^[1-9]\d{0,2}$/.test(value) ? Number(value) : UNSAID_WAITS_S;
}
