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

/** Projects whose policies may judge a day's calls again. */
const PROJECTS_MAX = 64;

/** The projects of this machine, and the policy in force in one: it throws or rejects where none can be read. */
export type PoliciesHere<Project> = {
  readonly projects: () => readonly Project[];
  readonly policyOf: (project: Project) => Policy | Promise<Policy>;
};

/** Opens the log when it is asked. Calls are judged again by the policies that are in force then. */
export function createReplayRules<Project>(
  { log, keys }: Pick<Directories, "log" | "keys">,
  here: PoliciesHere<Project>,
): ReplayRules {
  return async (stopped) => {
    const places = stopped.flatMap((one) => one.places);
    if (places.length === 0) return stopped.map(() => ({ replayed: 0, freed: 0 }));
    const { digest } = await readEventKeys(keys);
    const replay = createReplayWithout(await policiesIn(here), {
      digest,
      shaper: createShaper(digest),
    });
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

async function policiesIn<Project>({
  projects,
  policyOf,
}: PoliciesHere<Project>): Promise<readonly Policy[]> {
  const found: Policy[] = [];
  for (const project of projects().slice(0, PROJECTS_MAX)) {
    const read = async (): Promise<Policy> => policyOf(project);
    // A policy that cannot be read now judges nothing again.
    const policy = await read().catch(() => undefined);
    if (policy !== undefined) found.push(policy);
  }
  return found;
}
