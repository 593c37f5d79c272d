// Notices for tests: made of an alert, an incident and a request like those that the daemon makes.
import type { Alert } from "#detect/alert/alert.ts";
import type { Level } from "#detect/detection/detection.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { alertNotice, type Notice } from "#detect/notice/notice.ts";

export const NOON_MS = Date.UTC(2030, 0, 15, 12);

/** An alert; `number` makes it another one. */
export function sampleAlert(
  number: number,
  level: Level = "high",
  rule = "impact/mass-deletion",
): Alert {
  return {
    id: `al-${String(number).padStart(26, "0")}`,
    timeMs: NOON_MS,
    repeats: 0,
    rule,
    title: `Many files were deleted (${rule})`,
    level,
    tags: ["attack.impact"],
    events: [number],
    place: { session: "s-1", user: "u:abc", project: "shop", host: "h:1" },
  };
}

/** A notice of such an alert. */
export function sampleNotice(number: number, level: Level = "high", rule?: string): Notice {
  return alertNotice(sampleAlert(number, level, rule), "payments");
}

/** An incident with one alert. */
export function sampleIncident(state: Incident["state"], updatedMs = NOON_MS): Incident {
  return {
    id: "inc-00000000000000000000000001",
    openedMs: NOON_MS,
    updatedMs,
    level: "critical",
    state,
    title: "Data left the project",
    owner: undefined,
    alerts: [sampleAlert(1)],
    alertsOmitted: 0,
    actions: [],
  };
}
