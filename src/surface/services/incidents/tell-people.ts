// What people outside are told of alerts and incidents, and what becomes of what they answer.
import { basename } from "node:path";
import { Failure } from "#base/failure.ts";
import type { Alert } from "#detect/alert/alert.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { alertNotice, incidentNotice, type Notice } from "#detect/notice/notice.ts";
import type { Action } from "../notify/action.ts";
import type { AlertNews, IncidentDesk, IncidentOrder } from "./incident-desk.ts";
import type { IncidentStore } from "./incident-store.ts";

/** The notice of a piece of news; undefined where an incident says it better. */
export function noticeOf({ what, alert, incident }: AlertNews): Notice | undefined {
  if (incident === undefined) return alert === undefined ? undefined : alertNotice(outward(alert));
  const told = { ...incident, alerts: incident.alerts.map(outward) };
  if (incident.state === "closed") return incidentNotice(told, "closed");
  return incidentNotice(told, what === "opened" ? "opened" : "changed");
}

/** WHY less: a chat is read by more people than the log, and its names lead to the log all the same. */
function outward(alert: Alert): Alert {
  const { pseudonym, project } = alert.place;
  return {
    ...alert,
    place: {
      ...(pseudonym === undefined ? {} : { pseudonym, session: pseudonym }),
      ...(project === undefined ? {} : { project: basename(project) }),
    },
  };
}

const ORDER_OF: Readonly<Partial<Record<Action["action"], IncidentOrder["what"]>>> = {
  acknowledge: "take",
  close: "close",
  quarantine: "quarantine",
};

/**
 * Carries out what somebody answered. Never rejects for what can never be done: that is said once. Approvals need the approver's own
 * signature, so a button cannot give them.
 */
export async function actOn(
  action: Action,
  parts: {
    readonly desk: Pick<IncidentDesk, "carryOut">;
    readonly incidents: Pick<IncidentStore, "all">;
    readonly say: (line: string) => void;
  },
): Promise<void> {
  const { desk, incidents, say } = parts;
  const what = ORDER_OF[action.action];
  const found = incidents
    .all()
    .incidents.find(
      ({ id, alerts }: Incident) =>
        id === action.subject || alerts.some((alert) => alert.id === action.subject),
    );
  if (what === undefined || found === undefined)
    return say(
      `an answer of \`${action.sender}\` was not carried out: ${what === undefined ? "approvals need a signed receipt" : "there is no such incident"}`,
    );
  const note = action.note === undefined ? {} : { note: action.note };
  try {
    await desk.carryOut({ id: found.id, what, by: action.by, ...note });
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "usage") throw cause;
    say(`an answer of \`${action.sender}\` was not carried out: ${cause.message}`);
  }
}
