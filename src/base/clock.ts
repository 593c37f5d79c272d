// Time as an argument: whoever needs it is given a Clock, so that tests decide what time it is.

/** `nowMs` is wall time in milliseconds since 1970; `monotonicMs` never goes backwards and has no fixed origin. */
export type Clock = { nowMs(): number; monotonicMs(): number };
