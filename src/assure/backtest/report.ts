// What a new policy makes of calls that another one judged: counts of changes, the rules behind them, and events as examples.
import type { Verdict } from "#guard/policy/decision.ts";
import type { RecordedCall } from "./recorded-call.ts";
import type { Rejudgement, Why } from "./rejudge.ts";

/** Calls whose verdict changes from one to another. */
export type VerdictChange = {
  readonly from: Verdict;
  readonly to: Verdict;
  readonly count: number;
  /** How many of them each rule made; a call that several rules made counts for each. */
  readonly rules: Readonly<Record<string, number>>;
  /** The first such calls: ids of events, or places and texts of a corpus. */
  readonly examples: readonly string[];
};

/** Calls of which nothing can be told for one reason. */
export type UndecidableCalls = {
  readonly why: Why | "sealed";
  readonly count: number;
  readonly rules: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
};

/** What is not decidable for each reason, in words. */
export const UNDECIDABLE_WORDS: Readonly<Record<UndecidableCalls["why"], string>> = {
  "no-shapes": "recorded by a version that kept no shapes of places",
  omitted: "more effects than a record holds",
  place: "a rule speaks of places that the record does not tell apart",
  command: "a rule speaks of command lines, which are not recorded",
  situation: "a rule speaks of a situation that is not recorded",
  sealed: "the sealed part cannot be opened or read",
};

type VerdictCounts = Readonly<Record<Verdict, number>>;

/** The whole of a backtest. `decisions` is the sum of `same`, all changes and all that is not decidable. */
export type BacktestReport = {
  readonly decisions: number;
  readonly same: number;
  /** Of the decidable calls, how many got each verdict, and how many would get it. */
  readonly verdicts: { readonly before: VerdictCounts; readonly after: VerdictCounts };
  readonly changes: readonly VerdictChange[];
  readonly undecidable: readonly UndecidableCalls[];
};

/** Takes calls one by one, each by the name that it has as an example. */
export type Tally = {
  /** `id` undefined: it is counted and never an example. */
  add(id: string | undefined, call: Pick<RecordedCall, "verdict">, outcome: Rejudgement): void;
  /** A decision whose sealed part cannot be opened or read. */
  addSealed(id: string): void;
  report(): BacktestReport;
};

const RULES_MAX = 200;

/** An empty tally that keeps `examplesMax` examples of each kind. */
export function createTally(examplesMax: number): Tally {
  const groups = new Map<string, Group>();
  let [decisions, same] = [0, 0];
  const verdicts = { before: noVerdicts(), after: noVerdicts() };
  const note = (key: string, id: string | undefined, rules: readonly string[]): void => {
    const group: Group = groups.get(key) ?? { count: 0, rules: new Map(), examples: [] };
    groups.set(key, group);
    group.count += 1;
    if (id !== undefined && group.examples.length < examplesMax) group.examples.push(id);
    for (const rule of rules) {
      if (group.rules.has(rule) || group.rules.size < RULES_MAX)
        group.rules.set(rule, (group.rules.get(rule) ?? 0) + 1);
    }
  };
  return {
    add(id, { verdict }, outcome) {
      decisions += 1;
      if (outcome.kind === "undecidable") {
        note(`undecidable ${outcome.why}`, id, outcome.rules);
        return;
      }
      verdicts.before[verdict] += 1;
      verdicts.after[outcome.verdict] += 1;
      if (outcome.verdict === verdict) same += 1;
      else note(`${verdict} ${outcome.verdict}`, id, outcome.rules);
    },
    addSealed(id) {
      decisions += 1;
      note("undecidable sealed", id, []);
    },
    report() {
      const changes: VerdictChange[] = [];
      const undecidable: UndecidableCalls[] = [];
      const sorted = [...groups].sort(([, first], [, second]) => second.count - first.count);
      for (const [key, { count, rules, examples }] of sorted) {
        const byCount = [...rules].sort(([, first], [, second]) => second - first);
        const shown = { count, rules: Object.fromEntries(byCount), examples };
        const [from, to] = key.split(" ");
        // WHY the casts: `note` made these words from typed ones.
        if (from === "undecidable")
          undecidable.push({ why: to as UndecidableCalls["why"], ...shown });
        else changes.push({ from: from as Verdict, to: to as Verdict, ...shown });
      }
      return { decisions, same, verdicts, changes, undecidable };
    },
  };
}

const noVerdicts = () => ({ allow: 0, ask: 0, deny: 0, abstain: 0 });

type Group = { count: number; readonly rules: Map<string, number>; readonly examples: string[] };
