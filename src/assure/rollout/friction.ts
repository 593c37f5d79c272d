// What a guard costs people and what it spares them: questions, answers, waiting, refusals; by tier, group and rule.
import type { DayNames } from "#record/fleet/day-sums.ts";
import type { SeenDay } from "#record/fleet/host-report.ts";

/** Sums of some days of some machines. */
export type FrictionSums = {
  readonly machines: number;
  readonly calls: number;
  readonly sessions: number;
  readonly asked: number;
  readonly allowed: number;
  readonly declined: number;
  readonly refused: number;
  readonly overrides: number;
  readonly failures: number;
  readonly waitedMs: number;
  /** Calls that ran unasked where the client alone would have asked; asked about where it would not have; and asked about by the client itself. */
  readonly spared: number;
  readonly added: number;
  readonly left: number;
};

/** A rule and what it cost: questions weigh as many as they were, and a refusal that people set aside as much as one. */
export type RuleCost = {
  readonly rule: string;
  readonly asked: number;
  /** Of the questions those answered with yes: the more, the less the rule is worth. */
  readonly allowed: number;
  readonly refused: number;
  /** Of its calls those that machines judged again without it, and of these what nothing else would have stopped. */
  readonly replayed: number;
  readonly freed: number;
  /** On the day on which they were most. */
  readonly machines: number;
};

/** What a rule of a policy stops: as records name it, and as its policy does. */
export type NamedRule = {
  readonly name: string;
  readonly id: string;
  readonly effects: readonly string[];
};

export type Friction = {
  readonly all: FrictionSums;
  readonly by: readonly { readonly key: string; readonly sums: FrictionSums }[];
  /** The most costly first. */
  readonly rules: readonly RuleCost[];
};

/** Counts days of machines; `keyOf` says what they are told apart by, undefined leaves a machine out. `rules` are those of the same days. */
export function countFriction(
  days: Iterable<SeenDay>,
  rules: DayNames["rules"],
  keyOf: (day: SeenDay) => string | undefined,
): Friction {
  const all = startSums();
  const groups = new Map<string, ReturnType<typeof startSums>>();
  for (const seen of days) {
    const key = keyOf(seen);
    if (key === undefined) continue;
    const group = groups.get(key) ?? startSums();
    groups.set(key, group);
    all.add(seen);
    group.add(seen);
  }
  return {
    all: all.sums(),
    by: [...groups]
      .map(([key, sums]) => ({ key, sums: sums.sums() }))
      .toSorted(
        (one, other) => other.sums.asked - one.sums.asked || (one.key < other.key ? -1 : 1),
      ),
    rules: rules
      .map(({ name: rule, ...counts }) => ({ rule, ...counts }))
      .toSorted((one, other) => other.asked - one.asked || other.refused - one.refused),
  };
}

function startSums() {
  const machines = new Set<string>();
  const sums = {
    calls: 0,
    sessions: 0,
    asked: 0,
    allowed: 0,
    declined: 0,
    refused: 0,
    overrides: 0,
    failures: 0,
    waitedMs: 0,
    spared: 0,
    added: 0,
    left: 0,
  };
  return {
    add({ machine, day }: SeenDay): void {
      machines.add(machine);
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += day[key];
    },
    sums: (): FrictionSums => ({ machines: machines.size, ...sums }),
  };
}

/** Of a hundred calls so many; undefined where there was no call. */
export function perHundred(
  count: number,
  { calls }: Pick<FrictionSums, "calls">,
): number | undefined {
  return calls === 0 ? undefined : (100 * count) / calls;
}

/** Rules that are shown. */
const DEAR_RULES = 10;

export type DearRule = RuleCost & { readonly advice: string };

/** The rules that cost most, each with what changing it would have done to what is on record. */
export function dearRules({ all, rules }: Friction): readonly DearRule[] {
  return rules.slice(0, DEAR_RULES).map((rule) => ({ ...rule, advice: adviceOn(rule, all) }));
}

/** Calls of a rule that have to be judged again before they stand for the rest, where it is not half of them. */
const REPLAYED_MIN = 10;

const shown = (count: number): string => count.toLocaleString("en");
const callsOf = (count: number): string => `${shown(count)} call${count === 1 ? "" : "s"}`;

function adviceOn(rule: RuleCost, all: FrictionSums): string {
  const { asked, allowed, refused, replayed, freed } = rule;
  const calls = asked + refused;
  const isTold = replayed >= Math.min(REPLAYED_MIN, calls / 2) && replayed > 0;
  const told = isTold
    ? `Judged again without it: of ${callsOf(replayed)} ${shown(replayed - freed)} ${replayed - freed === 1 ? "is" : "are"} stopped by other rules`
    : `Too few of its calls could be judged again (${shown(replayed)} of ${shown(calls)}), so each counts`;
  const free = isTold ? Math.round(calls * Math.min(1, freed / replayed)) : calls;
  const share = (count: number): string => ((100 * count) / Math.max(1, all.calls)).toFixed(2);
  if (free === 0) return `${told}. Changing it changes nothing`;
  if (asked === 0) return `${told}. As a question: ${share(free)} more questions per hundred calls`;
  if (allowed === 0)
    return `${told}. As a refusal: nobody is asked, and nothing more is stopped, because nobody ever said yes`;
  const fewer = Math.min(asked, free);
  const unwanted = Math.round(Math.max(0, asked - allowed) * (fewer / asked));
  return `${told}. Without the question: ${share(fewer)} fewer questions per hundred calls, and ${callsOf(unwanted)} would have run that nobody allowed. As a refusal: ${callsOf(allowed)} that people wanted would have been stopped`;
}

/** Refusals by what they kept from happening, the most frequent first. Rules that the policies do not have count as `other`. */
export function refusedHarm(
  rules: readonly RuleCost[],
  known: readonly NamedRule[],
): readonly { readonly kind: string; readonly refused: number }[] {
  const effects = new Map(known.map((rule) => [rule.name, rule.effects]));
  const sums = new Map<string, number>();
  for (const { rule, refused } of rules) {
    if (refused === 0) continue;
    const kind = rule.startsWith("guard/") ? "guard" : (effects.get(rule)?.join("+") ?? "other");
    sums.set(kind, (sums.get(kind) ?? 0) + refused);
  }
  return [...sums]
    .map(([kind, refused]) => ({ kind, refused }))
    .toSorted((one, other) => other.refused - one.refused || (one.kind < other.kind ? -1 : 1));
}

/** Rules that ask or refuse and were met on no machine, in none of the policies that have them. */
export function unmetRules(
  rules: readonly RuleCost[],
  known: readonly NamedRule[],
): readonly string[] {
  const names = new Set(rules.map(({ rule }) => rule));
  const met = new Set(known.flatMap(({ name, id }) => (names.has(name) ? [id] : [])));
  return [...new Set(known.map(({ id }) => id))].filter((id) => !met.has(id)).toSorted();
}
