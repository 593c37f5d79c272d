// Whether the calls of a period are paired with their ends, as `log completeness` counts them; each thing that speaks against it is a gap.
import { FINDING_KINDS, startCompleteness } from "../../completeness/completeness.ts";
import type { Collecting } from "../collector.ts";
import { GAP_ENTRIES_MAX, type Gap, momentText, spanText } from "../gap.ts";

const PAUSES_MAX = 50;

/** `firstEntry`: entries before it were removed on record, so that the first calls may lack their beginning. */
export function followCompleteness(firstEntry: number): Collecting {
  const count = startCompleteness({ isCut: firstEntry > 0 });
  return {
    add: (entry) => {
      count.add(entry);
    },
    result() {
      const report = count.result();
      // What cannot be read is a gap of the coverage.
      const gaps = FINDING_KINDS.filter((kind) => kind !== "cannot be read").flatMap(
        (kind): readonly Gap[] => {
          const found = report.findings[kind];
          if (found === undefined) return [];
          const entries = found.entries.slice(0, GAP_ENTRIES_MAX);
          return [
            { kind: "incomplete", reason: `${kind}: ${found.count}`, count: found.count, entries },
          ];
        },
      );
      const { calls, paired, sessions, classes, open, pauses, isWhole } = report;
      if (!isWhole)
        gaps.push({
          kind: "incomplete",
          reason:
            "there are more calls than are followed at once, so pairs were looked at for the newest alone: collect a shorter period",
          count: 1,
          entries: [],
        });
      return {
        id: "completeness",
        title: "whether calls are on record with their ends",
        facts: {
          calls,
          paired,
          sessions,
          classes,
          open,
          daemonPauses: pauses.length,
          pauses: pauses
            .slice(0, PAUSES_MAX)
            .map(
              ({ fromMs, untilMs }) =>
                `${momentText(fromMs)} to ${momentText(untilMs)} (${spanText(untilMs - fromMs)})`,
            ),
        },
        gaps,
      };
    },
  };
}
