// What a change of one rule would have made of recorded calls that it stopped: without the rule, or with an exception to it.
import { createRejudge, type Rejudgement } from "#assure/backtest/rejudge.ts";
import { readRecordedCall } from "#assure/backtest/recorded-call.ts";
import { type BacktestReport, createTally } from "#assure/backtest/report.ts";
import { type Policy, type PolicyException, ruleName } from "#guard/policy/policy.ts";
import { createShaper } from "#record/event/place-shape.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { askLog } from "./asked-log.ts";
import { allPlaces, entriesAt } from "./opened-places.ts";

/** Events that are judged again: the newest. */
const EVENTS_MAX = 5_000;

/** What is tried. `lift` undefined: the rules are left out altogether. */
export type RuleTrial = {
  readonly policy: Policy;
  /** As reasons name them. */
  readonly rules: readonly string[];
  readonly lift: PolicyException | undefined;
  /** The one project whose calls are meant; null for all. */
  readonly root: string | null;
  readonly days: number;
  readonly examplesMax: number;
};

/** What became of the calls that the rules refused or asked about; each call counts once. */
export type TriedRule = BacktestReport & {
  readonly days: number;
  /** Calls that nothing would refuse or ask about any more. */
  readonly freed: number;
  /** There are more than were judged again. */
  readonly isCut: boolean;
};

/** Judges them again. Rejects with a Failure where the log cannot be read. */
export async function tryRule(directories: Directories, trial: RuleTrial): Promise<TriedRule> {
  const { policy, rules, lift, root, days, examplesMax } = trial;
  const { digest } = await readEventKeys(directories.keys);
  const wording = { digest, shaper: createShaper(digest) };
  const rest = policy.rules.filter((one) => !rules.includes(ruleName(one, policy)));
  const changed = lift === undefined ? { ...policy, rules: rest } : policy;
  const rejudge = createRejudge(changed, wording, [policy], lift);
  const tally = createTally(examplesMax);
  const meant = root === null ? undefined : wording.shaper.path(root);
  const { places, isCut } = await stoppedBy(directories, rules, days);
  const seen = new Set<string>();
  const view = await viewLog(directories.log, directories.keys);
  for await (const { leaf, sealed } of entriesAt(view, places)) {
    if (leaf.kind === "fault") continue;
    const call = readRecordedCall(leaf.metadata, sealed);
    // Whose project it was nobody can tell: it is told as not decidable.
    if (call === undefined) tally.addSealed(leaf.id);
    else if (meant === undefined || call.roots === undefined || call.roots.project === meant) {
      const id = sealed?.["toolUseId"];
      // One call may be judged twice: before it, and when the client asks.
      if (typeof id === "string" && seen.has(id)) continue;
      if (typeof id === "string") seen.add(id);
      tally.add(leaf.id, call, stoppedOrNot(rejudge(call)));
    }
  }
  const report = tally.report();
  const freed = report.changes
    .filter(({ to }) => to === "allow" || to === "abstain")
    .reduce((sum, { count }) => sum + count, 0);
  return { ...report, days, freed, isCut };
}

/**
 * Whether a command would have been allowed outright or left to the client, its record may not tell: neither stops it, so the
 * stricter of both is told.
 */
function stoppedOrNot(told: Rejudgement): Rejudgement {
  if (told.kind === "decided" || told.atMost !== "abstain") return told;
  return { kind: "decided", verdict: told.atMost, rules: told.rules };
}

/** Places of decisions in which one of the rules refused or asked, the newest first. */
async function stoppedBy(directories: Directories, rules: readonly string[], days: number) {
  const named = rules.map((rule) => `rule:${JSON.stringify(rule)}`).join(" OR ");
  const filter = `kind:decision verdict:deny,ask canary:false time:${days}d (${named})`;
  const nowMs = Date.now();
  return allPlaces(async (page) => {
    const question = { ask: "search", filter, nowMs, byRank: false, ...page } as const;
    const { answer } = await askLog(directories, question);
    return answer.kind === "found" ? answer.places : [];
  }, EVENTS_MAX);
}
