// The log as it grows, held against the detections: entry by entry, in small turns between answers to hooks.
import { setImmediate as turn } from "node:timers/promises";
import { dropOldest } from "#base/drop-oldest.ts";
import { joinRules, type Ruleset } from "#detect/correlation/ruleset.ts";
import { openStream } from "#detect/correlation/stream.ts";
import { type AlertPlace, type Alert } from "#detect/alert/alert.ts";
import { createAlerting, placeOf } from "#detect/alert/alerting.ts";
import { LEVELS } from "#detect/detection/detection.ts";
import { withSealedFields } from "#detect/detection/fields.ts";
import type { ViewedEntry } from "#record/store/log-view.ts";
import type { RuleSource } from "../../foundation/product/shipped-data.ts";

/** How late an event may come and still be correlated: events of one machine come nearly in order. */
const LATENESS_MS = 1_000;
/** Milliseconds of one turn: so long may an answer to a hook wait behind it. */
const TURN_MS = 4;
/** Places of events that correlations may still name. */
const PLACES_MAX = 20_000;
/** Of them, those that the next events are likely to share. */
const SHARED_MAX = 256;

/** The mildest that is told while it happens; `log detect` finds milder ones. */
const TOLD_FROM = LEVELS.indexOf("medium");

/** Kinds that tell of what was found: a detection over them would find itself. */
const OWN_KINDS: ReadonlySet<unknown> = new Set(["alert", "incident"]);

export type AlertWatch = {
  /** Looks at entries in the order of the log. */
  take(entries: AsyncIterable<ViewedEntry>): Promise<readonly Alert[]>;
  /** What waits only for time to pass: nothing came since the last look. */
  passed(): readonly Alert[];
};

/** Compiles the detections of a site once. What lies before the entry `begin` is only remembered, for correlations. */
export function createAlertWatch(
  rules: readonly RuleSource[],
  { begin, nowMs }: { readonly begin: number; readonly nowMs: () => number },
): AlertWatch {
  const ruleset: Ruleset = joinRules(rules.map(({ rule }) => rule));
  const stream = openStream(ruleset, { latenessMs: LATENESS_MS });
  const alerting = createAlerting();
  const places = new Map<number, AlertPlace>();
  /** WHY: the events of a session lie in one place, and each would keep a copy of it. */
  const shared = new Map<string, AlertPlace>();
  const remember = (index: number, place: AlertPlace): void => {
    const key = JSON.stringify(place);
    const same = shared.get(key) ?? place;
    shared.delete(key);
    shared.set(key, same);
    dropOldest(shared, SHARED_MAX);
    places.set(index, same);
    places.delete(index - PLACES_MAX);
  };
  let isSettled = true;
  const stormNow = (): readonly Alert[] => {
    const storm = alerting.passed(nowMs());
    return storm === undefined ? [] : [storm];
  };
  const alertsOf = (found: ReturnType<typeof stream.take>): readonly Alert[] =>
    found.flatMap((one) => {
      if (one.index < begin || LEVELS.indexOf(one.rule.level) < TOLD_FROM) return [];
      return alerting.take(one, places.get(one.index) ?? {}, nowMs()) ?? [];
    });
  return {
    async take(entries) {
      const alerts: Alert[] = [];
      isSettled = false;
      let startedMs = performance.now();
      for await (const { index, leaf, sealed, isForged } of entries) {
        if (leaf.kind === "fault" || OWN_KINDS.has(leaf.metadata["kind"])) continue;
        remember(index, placeOf(leaf.metadata, sealed));
        const isOpened = leaf.sections.length === 0 || sealed !== undefined || isForged;
        const fields = isOpened
          ? withSealedFields(leaf.metadata, { sealed, isForged })
          : leaf.metadata;
        const { id, timeMs } = leaf;
        alerts.push(...alertsOf(stream.take({ index, id, timeMs, fields, isOpened })));
        if (performance.now() - startedMs < TURN_MS) continue;
        await turn();
        startedMs = performance.now();
      }
      return [...alerts, ...stormNow()];
    },
    passed() {
      const settled = isSettled ? [] : alertsOf(stream.end());
      isSettled = true;
      return [...settled, ...stormNow()];
    },
  };
}
