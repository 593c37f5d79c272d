// Which part of a period the log covers: when it begins and ends, when nothing was recorded, what was removed or cannot be read.
import { counted } from "#base/counted.ts";
import { boundedGaps, type Gap, momentText, spanText } from "../gap.ts";
import { type Collecting, endOf, type EvidencePeriod } from "../collector.ts";

/** A weekend and a day: a longer time without any entry is said to be a gap. */
export const SILENCE_MS = 3 * 86_400_000;
/** A log that begins later than this after the period's start covers less than was asked for. */
const LATE_START_MS = 86_400_000;
/** A clock that was set back by more than this is a gap; a smaller step is what keeping time does. */
const SET_BACK_MS_MAX = 60_000;
/** Stretches without entries that are remembered. */
const STRETCHES_MAX = 1_000;
const ENTRIES_MAX = 8;

type Stretch = { readonly fromMs: number; readonly untilMs: number; readonly entry: number };

/** `firstEntry`: entries before it were removed on record. */
export function followCoverage(period: EvidencePeriod, firstEntry: number): Collecting {
  const endMs = endOf(period);
  const stretches: Stretch[] = [];
  const unreadable: number[] = [];
  const clock: number[] = [];
  const setBack = { count: 0, mostMs: 0, entries: [] as number[] };
  const sums = { entries: 0, unreadable: 0, clockSteps: 0, stretches: 0 };
  let [beginMs, lastMs, lastEntry] = [undefined as number | undefined, 0, -1];
  let [firstMs, latestMs] = [undefined as number | undefined, undefined as number | undefined];
  const silent = (untilMs: number): void => {
    const fromMs = Math.max(lastMs, period.sinceMs);
    // Time before the first entry of all is said with the log's beginning.
    if (lastEntry < 0 || untilMs - fromMs <= SILENCE_MS) return;
    sums.stretches += 1;
    if (stretches.length < STRETCHES_MAX) stretches.push({ fromMs, untilMs, entry: lastEntry });
  };
  return {
    add({ index, timeMs, metadata, isMeant }) {
      if (metadata === undefined) {
        sums.unreadable += 1;
        if (unreadable.length < ENTRIES_MAX) unreadable.push(index);
        return;
      }
      beginMs ??= timeMs;
      if (isMeant) {
        sums.entries += 1;
        firstMs ??= timeMs;
        latestMs = Math.max(latestMs ?? 0, timeMs);
        if (metadata["kind"] === "clock") {
          sums.clockSteps += 1;
          if (clock.length < ENTRIES_MAX) clock.push(index);
          const jumpMs = Number(metadata["jumpMs"]) || 0;
          // WHY only back: a machine that slept shows as a clock that went ahead, and a long time without entries is a gap of its own.
          if (metadata["went"] === "back" && jumpMs > SET_BACK_MS_MAX) {
            setBack.count += 1;
            setBack.mostMs = Math.max(setBack.mostMs, jumpMs);
            if (setBack.entries.length < ENTRIES_MAX) setBack.entries.push(index);
          }
        }
      }
      // WHY the latest time so far: ids of entries after a clock that was set back are older than those before.
      if (timeMs <= lastMs) return;
      silent(Math.min(timeMs, endMs));
      [lastMs, lastEntry] = [timeMs, index];
    },
    result() {
      silent(endMs);
      const gaps: Gap[] = stretches.map(({ fromMs, untilMs, entry }) => ({
        kind: "silence",
        reason: `no entry for ${spanText(untilMs - fromMs)}, from ${momentText(fromMs)} to ${momentText(untilMs)}: that nothing happened is not shown`,
        count: 1,
        entries: [entry],
      }));
      if (sums.stretches > stretches.length)
        gaps.push({
          kind: "silence",
          reason: `and ${sums.stretches - stretches.length} more stretches without an entry`,
          count: sums.stretches - stretches.length,
          entries: [],
        });
      const alone = (kind: Gap["kind"], reason: string, count = 1, entries: number[] = []) =>
        gaps.push({ kind, reason, count, entries });
      if (beginMs === undefined)
        alone("late-start", "the log has no entry that can be read up to the end of the period");
      else if (firstEntry > 0 && beginMs > period.sinceMs)
        alone(
          "removed",
          `the ${firstEntry} entries before ${momentText(beginMs)} were removed on record: nothing is shown of that time`,
          firstEntry,
        );
      else if (beginMs - period.sinceMs > LATE_START_MS)
        alone(
          "late-start",
          `the log begins at ${momentText(beginMs)}, ${spanText(beginMs - period.sinceMs)} after the period`,
        );
      if (period.nowMs < period.untilMs)
        alone(
          "period-open",
          `the period ends at ${momentText(period.untilMs)}, after this was collected`,
        );
      if (setBack.count > 0)
        alone(
          "clock-set-back",
          `the clock was set back ${counted(setBack.count, "time")}, by up to ${spanText(setBack.mostMs)}: times of entries around it are not in the order in which they came`,
          setBack.count,
          setBack.entries,
        );
      if (sums.unreadable > 0)
        alone(
          "unreadable",
          `${sums.unreadable} entries of the log cannot be read by this version: what they say is not counted`,
          sums.unreadable,
          unreadable,
        );
      return {
        id: "coverage",
        title: "what part of the period the log covers",
        facts: {
          ...sums,
          removedBefore: firstEntry,
          silenceHours: SILENCE_MS / 3_600_000,
          logBegins: beginMs === undefined ? null : momentText(beginMs),
          firstInPeriod: firstMs === undefined ? null : momentText(firstMs),
          lastInPeriod: latestMs === undefined ? null : momentText(latestMs),
          clockEntries: clock,
        },
        gaps: boundedGaps(gaps),
      };
    },
  };
}
