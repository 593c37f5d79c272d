// Calls that come again and again with the same outcome: an agent that makes no progress.
import { createHash } from "node:crypto";

/** Calls of one round that may come again: `edit, test, edit, test` is a round of two. */
const ROUND_MAX = 4;
/** Characters of an outcome that are compared, of its beginning and of its end. */
const OUTCOME_CHARS = 16_384;

/** How often a round came in a row, how many calls it has, and what was spent since its first. */
export type Repeated = { readonly times: number; readonly calls: number; readonly usd: number };

/** The calls of one agent in their order. */
export type Repeats = {
  /** A call ended. `usd`: what its session had spent by then. */
  ended(call: string, outcome: string, usd: number): void;
  /** What it would be to make a call now; undefined where it would not go on with a round that came at least twice. */
  before(call: string, usd: number): Repeated | undefined;
};

/** Begins with no call. */
export function createRepeats(): Repeats {
  const past: { readonly call: string; readonly outcome: string; readonly usd: number }[] = [];
  // For each length of a round: calls in a row that were as the one a round earlier, and what was spent before the first.
  const runs = Array.from({ length: ROUND_MAX + 1 }, () => ({ length: 0, usd: 0 }));
  return {
    ended(call, outcome, usd) {
      for (let calls = 1; calls <= ROUND_MAX; calls += 1) {
        const before = past.at(-calls);
        const run = runs[calls];
        if (run === undefined) continue;
        const isSame = before?.call === call && before.outcome === outcome;
        if (!isSame) run.length = 0;
        else if (run.length++ === 0) run.usd = before.usd;
      }
      past.push({ call, outcome, usd });
      if (past.length > ROUND_MAX) past.shift();
    },
    before(call, usd) {
      let most: Repeated | undefined;
      for (let calls = 1; calls <= ROUND_MAX; calls += 1) {
        const run = runs[calls];
        if (run === undefined || past.at(-calls)?.call !== call || run.length < calls) continue;
        const times = Math.floor(run.length / calls) + 1;
        if (most === undefined || times > most.times)
          most = { times, calls, usd: Math.max(0, usd - run.usd) };
      }
      return most;
    },
  };
}

/** What differs between two outcomes that are the same: times, durations, days, long numbers, names in temporary folders. */
const VOLATILE =
  /\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?|\d+(?:[.,]\d+)?\s?(?:ms|µs|us|ns|s|sec|secs|seconds?|min|minutes?)\b|\b\d{9,}\b|\/tmp\/[\w.-]{1,64}/g;

/** An outcome by which it is compared. Of a long one its beginning and its end. */
export function outcomeOf(said: string): string {
  const text =
    said.length <= 2 * OUTCOME_CHARS
      ? said
      : `${said.slice(0, OUTCOME_CHARS)}\n${said.length}\n${said.slice(-OUTCOME_CHARS)}`;
  return createHash("sha256").update(text.replace(VOLATILE, "~")).digest("base64url").slice(0, 22);
}
