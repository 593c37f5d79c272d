// Incidents and their answers: one that nobody took up in time is a gap. Drills are counted apart.
import { stringOrEmpty } from "#base/json.ts";
import { type Collecting, endOf, type EvidencePeriod } from "../collector.ts";
import { boundedGaps, type Gap, momentText, spanText } from "../gap.ts";

/** An incident that is still open after this long is unanswered. */
export const ANSWER_MS_MAX = 3 * 86_400_000;
const INCIDENTS_MAX = 10_000;
const SHOWN_MAX = 500;

type Followed = {
  readonly entry: number;
  readonly openedMs: number;
  level: string;
  state: string;
  answeredMs: number | undefined;
  closedMs: number | undefined;
  isMeant: boolean;
};

export function followIncidents(period: EvidencePeriod): Collecting {
  const incidents = new Map<string, Followed>();
  const sums = { alerts: 0, drills: 0, omitted: 0 };
  const drills = new Set<string>();
  return {
    kinds: ["alert", "incident"],
    add({ index, timeMs, metadata, isMeant }) {
      const kind = metadata?.["kind"];
      if (kind === "alert" && isMeant && metadata?.["drill"] !== true) sums.alerts += 1;
      if (kind !== "incident" || metadata === undefined) return;
      const id = stringOrEmpty(metadata["incident"]);
      if (metadata["drill"] === true) {
        if (isMeant && drills.size < INCIDENTS_MAX) drills.add(id);
        return;
      }
      // `none` stands for hosts and servers that were cut off apart from an incident.
      if (id === "" || id === "none") return;
      const state = stringOrEmpty(metadata["state"]);
      const known = incidents.get(id);
      if (known === undefined && incidents.size >= INCIDENTS_MAX) {
        sums.omitted += 1;
        return;
      }
      const one = known ?? {
        entry: index,
        openedMs: timeMs,
        level: "",
        state,
        isMeant: false,
        answeredMs: undefined,
        closedMs: undefined,
      };
      if (known === undefined) incidents.set(id, one);
      one.level = stringOrEmpty(metadata["level"]);
      one.state = state;
      one.isMeant ||= isMeant;
      if (state !== "open") one.answeredMs ??= timeMs;
      if (state === "closed") one.closedMs = timeMs;
    },
    result() {
      const endMs = endOf(period);
      const shown = [...incidents].filter(([, one]) => one.isMeant || one.state !== "closed");
      const gaps = shown.flatMap(([id, one]): readonly Gap[] => {
        const waitedMs = (one.answeredMs ?? endMs) - one.openedMs;
        if (waitedMs <= ANSWER_MS_MAX) return [];
        const late =
          one.answeredMs === undefined
            ? `nobody had taken it up by ${momentText(endMs)}`
            : `it was taken up after ${spanText(waitedMs)}`;
        const reason = `the incident ${id} (${one.level}) was opened at ${momentText(one.openedMs)}: ${late}`;
        return one.answeredMs !== undefined && one.answeredMs < period.sinceMs
          ? []
          : [{ kind: "incident-unanswered", reason, count: 1, entries: [one.entry] }];
      });
      const states: Record<string, number> = {};
      for (const [, { state }] of shown) states[state] = (states[state] ?? 0) + 1;
      return {
        id: "incidents",
        title: "incidents and what was done about them",
        facts: {
          alerts: sums.alerts,
          incidents: shown.length,
          states,
          drills: drills.size,
          answerHours: ANSWER_MS_MAX / 3_600_000,
          list: shown.slice(-SHOWN_MAX).map(([id, one]) => ({
            id,
            entry: one.entry,
            level: one.level,
            state: one.state,
            opened: momentText(one.openedMs),
            answered: one.answeredMs === undefined ? null : momentText(one.answeredMs),
            closed: one.closedMs === undefined ? null : momentText(one.closedMs),
          })),
          listOmitted: Math.max(0, shown.length - SHOWN_MAX) + sums.omitted,
        },
        gaps: boundedGaps(gaps),
      };
    },
  };
}
