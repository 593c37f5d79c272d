// Errors with a code: bad configuration and failed I/O, told to a person or mapped to an answer by the surface.

/** A place in a file that a person can open. `line` and `column` count from 1. */
export type SourcePlace = {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
};

/**
 * A failure that was foreseen. `message` is lower case, names the input in backticks, says what to do next and never
 * holds a secret.
 */
export class Failure<Code extends string = string> extends Error {
  override readonly name = "Failure";
  readonly code: Code;
  readonly at: SourcePlace | undefined;

  constructor(code: Code, message: string, options: { cause?: unknown; at?: SourcePlace } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.at = options.at;
  }
}

/** Throws when an invariant of ours is broken; never used for input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
