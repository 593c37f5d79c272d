// Requests of people about their data: what was not answered in its time, or is overdue, is a gap.
import { stringOrEmpty } from "#base/json.ts";
import { type Collecting, endOf, type EvidencePeriod } from "../collector.ts";
import { boundedGaps, type Gap, momentText, spanText } from "../gap.ts";

const REQUESTS_MAX = 10_000;
const SHOWN_MAX = 500;

type Request = {
  readonly entry: number;
  readonly right: string;
  readonly receivedMs: number;
  dueMs: number;
  endedMs: number | undefined;
  readonly steps: string[];
};

export function followRequests(period: EvidencePeriod): Collecting {
  const requests = new Map<string, Request>();
  const steps: Record<string, number> = {};
  let omitted = 0;
  return {
    kinds: ["person-request"],
    add({ index, timeMs, metadata, isMeant }) {
      if (metadata?.["kind"] !== "person-request") return;
      const what = stringOrEmpty(metadata["what"]);
      const id = stringOrEmpty(metadata["request"]);
      if (isMeant) steps[what] = (steps[what] ?? 0) + 1;
      const dueMs = Number(metadata["dueMs"]) || 0;
      const known = requests.get(id);
      if (known === undefined && requests.size >= REQUESTS_MAX) {
        omitted += 1;
        return;
      }
      const one = known ?? {
        entry: index,
        right: stringOrEmpty(metadata["right"]),
        dueMs,
        endedMs: undefined,
        receivedMs: Number(metadata["receivedMs"]) || timeMs,
        steps: [],
      };
      if (known === undefined) requests.set(id, one);
      one.dueMs = dueMs;
      if (one.steps.length < 16) one.steps.push(what);
      if (what === "answered" || what === "refused") one.endedMs ??= timeMs;
    },
    result() {
      const endMs = endOf(period);
      const shown = [...requests].filter(
        ([, { endedMs }]) => endedMs === undefined || endedMs >= period.sinceMs,
      );
      const gaps = shown.flatMap(([id, { entry, right, dueMs, endedMs }]): readonly Gap[] => {
        const lateMs = (endedMs ?? endMs) - dueMs;
        if (lateMs <= 0) return [];
        const how =
          endedMs === undefined
            ? `is not answered, ${spanText(lateMs)} late by ${momentText(endMs)}`
            : `was answered ${spanText(lateMs)} late`;
        const reason = `the request ${id} (${right}) had to be answered by ${momentText(dueMs)} and ${how}`;
        return [{ kind: "request-overdue", reason, count: 1, entries: [entry] }];
      });
      return {
        id: "requests",
        title: "requests of people about their data",
        facts: {
          steps,
          requests: shown.slice(-SHOWN_MAX).map(([id, one]) => ({
            id,
            entry: one.entry,
            right: one.right,
            steps: [...one.steps],
            received: momentText(one.receivedMs),
            due: momentText(one.dueMs),
            ended: one.endedMs === undefined ? null : momentText(one.endedMs),
          })),
          requestsOmitted: Math.max(0, shown.length - SHOWN_MAX) + omitted,
        },
        gaps: boundedGaps(gaps),
      };
    },
  };
}
