// What calls did day by day: how many of each class, how they were judged, and how many had each kind of effect.
import { CALL_CLASSES, type CallClass } from "#guard/effects/call-class.ts";
import { EFFECT_KINDS, type EffectKind } from "#guard/vocabulary/effect.ts";
import { VERDICTS_BY_STRICTNESS, type Verdict } from "#guard/policy/decision.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** Days that are kept apart; what lies beyond is counted under `more`. */
const DAYS_MAX = 4_000;

/** Classes of calls, and `not-recorded` for decisions of versions that wrote none. */
export const COUNTED_CLASSES = [...CALL_CLASSES, "not-recorded"] as const;
export type CountedClass = CallClass | "not-recorded";

/** One day in UTC (`2026-11-20`), or `more`. Everything that did not happen is left out. */
export type DailyActivity = {
  readonly day: string;
  readonly calls: number;
  readonly classes: Readonly<
    Partial<Record<CountedClass, Readonly<Partial<Record<Verdict, number>>>>>
  >;
  /** Calls with at least one effect of the kind. */
  readonly effects: Readonly<Partial<Record<EffectKind, number>>>;
};

/** A count that goes on; `result` may be asked at any time, and gives the days in their order. */
export type DailyTally = {
  add(metadata: JsonObject, timeMs: number): void;
  result(): readonly DailyActivity[];
};

type Counts = {
  calls: number;
  readonly classes: Partial<Record<CountedClass, Partial<Record<Verdict, number>>>>;
  readonly effects: Partial<Record<EffectKind, number>>;
};

/** Begins to count judged calls. Probes of the guard itself are no calls of anybody. */
export function startDailyTally(): DailyTally {
  const days = new Map<string, Counts>();
  return {
    add(metadata, timeMs) {
      if (metadata["kind"] !== "decision" || metadata["canary"] === true) return;
      const verdict = VERDICTS_BY_STRICTNESS.find((one) => one === metadata["verdict"]);
      if (verdict === undefined) return;
      const wanted = dayOf(timeMs);
      const day = days.has(wanted) || days.size < DAYS_MAX ? wanted : "more";
      const counts = days.get(day) ?? { calls: 0, classes: {}, effects: {} };
      days.set(day, counts);
      counts.calls += 1;
      const name = COUNTED_CLASSES.find((one) => one === metadata["class"]) ?? "not-recorded";
      const verdicts = (counts.classes[name] ??= {});
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      for (const kind of kindsOf(metadata["effects"]))
        counts.effects[kind] = (counts.effects[kind] ?? 0) + 1;
    },
    result: () =>
      [...days]
        .map(([day, counts]) => ({ day, ...counts }))
        .toSorted((one, other) => (one.day < other.day ? -1 : 1)),
  };
}

function dayOf(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? "more" : time.toISOString().slice(0, 10);
}

/** Kinds among the names of a summary of effects: `read/project`, `execute/system-modelled`. */
function kindsOf(summary: unknown): readonly EffectKind[] {
  if (typeof summary !== "object" || summary === null) return [];
  const names = new Set(Object.keys(summary).map((name) => name.split("/")[0]));
  return EFFECT_KINDS.filter((kind) => names.has(kind));
}
