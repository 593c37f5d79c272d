// Calls of a day that a rule stopped, out of the log of this machine and judged again without it.
import { setImmediate as breathe } from "node:timers/promises";
import { createReplayWithout, type ReplayedRule } from "#assure/backtest/without-rule.ts";
import { readRecordedCall, type RecordedCall } from "#assure/backtest/recorded-call.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { createShaper } from "#record/event/place-shape.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { bundlesAt } from "../log/opened-places.ts";

/** Places of calls in the log that a rule stopped. */
export type StoppedCalls = { readonly rule: string; readonly places: readonly number[] };

/** Judges them again, in the order of the rules. Rejects with a Failure where the log cannot be read. */
export type ReplayRules = (stopped: readonly StoppedCalls[]) => Promise<readonly ReplayedRule[]>;

/** Opens the log when it is asked. `policies` gives those by which calls of this machine may have been judged. */
export function createReplayRules(
  { log, keys }: Pick<Directories, "log" | "keys">,
  policies: () => Promise<readonly Policy[]>,
): ReplayRules {
  return async (stopped) => {
    const places = stopped.flatMap((one) => one.places);
    if (places.length === 0) return stopped.map(() => ({ replayed: 0, freed: 0 }));
    const { digest } = await readEventKeys(keys);
    const replay = createReplayWithout(await policies(), { digest, shaper: createShaper(digest) });
    const calls = new Map<number, RecordedCall>();
    for await (const bundle of bundlesAt(await viewLog(log, keys), places)) {
      for (const { index, leaf, sealed } of bundle) {
        if (leaf.kind === "fault") continue;
        const call = readRecordedCall(leaf.metadata, sealed);
        if (call !== undefined) calls.set(index, call);
      }
      // Answers to hooks go first.
      await breathe();
    }
    const replayed: ReplayedRule[] = [];
    for (const { rule, places: own } of stopped) {
      replayed.push(
        replay(
          rule,
          own.flatMap((place) => calls.get(place) ?? []),
        ),
      );
      await breathe();
    }
    return replayed;
  };
}
