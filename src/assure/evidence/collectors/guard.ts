// Times in which the guard answered nothing: switched off by the operator, or a project that is only observed; failures of the guard.
import { stringOrEmpty } from "#base/json.ts";
import { type Collecting, endOf, type EvidencePeriod } from "../collector.ts";
import { boundedGaps, GAP_ENTRIES_MAX, type Gap, momentText, spanText } from "../gap.ts";

/** The guard may be off for so long without that being a gap; each time is said. */
export const OFF_MS_MAX = 3_600_000;
const TIMES_MAX = 1_000;

type Off = { fromMs: number; untilMs: number | undefined; entry: number; scope: string };

export function followGuard(period: EvidencePeriod): Collecting {
  const offs = new Map<string, Off>();
  const sums = { decisions: 0, enforced: 0, off: 0, observed: 0, failures: 0, lockdowns: 0 };
  const observed: number[] = [];
  return {
    kinds: ["off", "failure", "lockdown", "decision"],
    add({ index, timeMs, metadata, isMeant }) {
      const kind = metadata?.["kind"];
      if (metadata === undefined || metadata["canary"] === true) return;
      if (kind === "off") return note(offs, { index, timeMs }, metadata);
      if (!isMeant) return;
      if (kind === "failure") sums.failures += 1;
      if (kind === "lockdown" && metadata["phase"] === "start") sums.lockdowns += 1;
      if (kind !== "decision") return;
      sums.decisions += 1;
      if (metadata["enforced"] !== false) sums.enforced += 1;
      else if (metadata["observed"] === true) {
        sums.observed += 1;
        if (observed.length < GAP_ENTRIES_MAX) observed.push(index);
      } else sums.off += 1;
    },
    result() {
      const endMs = endOf(period);
      const times = [...offs.values()]
        .map((one) => ({ ...one, toMs: Math.min(one.untilMs ?? endMs, endMs) }))
        .filter(({ fromMs, toMs }) => toMs > period.sinceMs && fromMs < endMs);
      const gaps: Gap[] = times
        .filter(({ fromMs, toMs }) => toMs - fromMs > OFF_MS_MAX)
        .map(({ fromMs, toMs, untilMs, entry, scope }) => ({
          kind: "guard-off",
          reason: `the guard was off for ${spanText(toMs - fromMs)}, from ${momentText(fromMs)} to ${momentText(toMs)}${untilMs === undefined ? ", and was not switched on again by then" : ""} (${scope === "all" ? "everywhere" : "in one project"})`,
          count: 1,
          entries: [entry],
        }));
      if (sums.observed > 0)
        gaps.push({
          kind: "only-observed",
          reason: `${sums.observed} verdicts were recorded and not answered, because a project was only observed`,
          count: sums.observed,
          entries: observed,
        });
      return {
        id: "guard",
        title: "whether the guard answered",
        facts: {
          ...sums,
          offMinutesWithoutGap: OFF_MS_MAX / 60_000,
          timesOff: times.slice(0, TIMES_MAX).map(({ fromMs, toMs, scope }) => ({
            from: momentText(fromMs),
            to: momentText(toMs),
            scope,
          })),
        },
        gaps: boundedGaps(gaps),
      };
    },
  };
}

function note(
  offs: Map<string, Off>,
  { index, timeMs }: { readonly index: number; readonly timeMs: number },
  metadata: Readonly<Record<string, unknown>>,
): void {
  const id = stringOrEmpty(metadata["off"]);
  const phase = metadata["phase"];
  const known = offs.get(id);
  if (known !== undefined) {
    if (phase === "end" || phase === "expire") known.untilMs = timeMs;
    return;
  }
  if (phase === "end" || phase === "expire" || offs.size >= TIMES_MAX) return;
  offs.set(id, {
    fromMs: timeMs,
    untilMs: undefined,
    entry: index,
    scope: stringOrEmpty(metadata["scope"]),
  });
}
