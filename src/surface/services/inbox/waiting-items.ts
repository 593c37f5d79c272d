// What a session or a person waits for an answer to: questions, approvals by a second person, open incidents.
import { ownPublicKey, requestDigest } from "../approvals/approver-key.ts";
import { openApprovals, whyNotBy } from "../approvals/approval-book.ts";
import { openIncidents } from "../incidents/incident-store.ts";
import type { InboxItem } from "./inbox-item.ts";
import type { InboxPlaces } from "./inbox-places.ts";

export async function questionItems({ questions }: InboxPlaces): Promise<readonly InboxItem[]> {
  const all = await questions();
  return all
    .filter(({ state }) => state === "waiting")
    .map((one) => {
      const { id, tool, text, what, why, project, onlyThere, digest, askedMs, expiresMs } = one;
      const command = onlyThere === null ? `sallyport questions answer ${id} --allow` : "";
      return {
        kind: "question",
        id,
        urgency: "now",
        level: "high",
        title: `${tool}: ${text ?? what}`,
        place: project,
        who: null,
        sinceMs: askedMs,
        untilMs: expiresMs,
        lost: `a session stands still; then the person at its terminal is asked. ${why}`.trim(),
        actions: onlyThere === null ? (["allow", "refuse"] as const).slice() : [],
        notHere: onlyThere,
        digest,
        seenMs: null,
        command: command === "" ? "sallyport questions list" : command,
        page: "/approvals",
      };
    });
}

export function approvalItems({ directories, nowMs }: InboxPlaces): readonly InboxItem[] {
  const key = ownPublicKey(directories);
  return openApprovals(directories)
    .all(nowMs)
    .all.filter(({ state }) => state === "open")
    .map((status) => {
      const { request } = status.entry;
      const { id, what, tool, root, requester, createdMs, expiresMs } = request;
      const notHere = whyNotBy(status, key);
      return {
        kind: "approval",
        id,
        urgency: "now",
        level: "high",
        title: what[0] ?? `a call of ${tool}`,
        place: root,
        who: requester.user,
        sinceMs: createdMs,
        untilMs: expiresMs,
        lost: "the call stays refused, and the request ends",
        actions: notHere === null ? ["allow", "refuse"] : ["refuse"],
        notHere,
        digest: requestDigest(request),
        seenMs: null,
        command: `sallyport approvals show ${id}`,
        page: `/approvals/${id}`,
      };
    });
}

export function incidentItems({ directories }: InboxPlaces): readonly InboxItem[] {
  return openIncidents(directories)
    .all()
    .incidents.filter(({ state, drill }) => state !== "closed" && drill !== true)
    .map(({ id, level, title, owner, state, openedMs, updatedMs, alerts, alertsOmitted }) => {
      const count = alerts.length + alertsOmitted;
      return {
        kind: "incident",
        id,
        level,
        title,
        place: null,
        urgency: state === "contained" ? "later" : "soon",
        who: owner ?? null,
        sinceMs: openedMs,
        untilMs: null,
        lost:
          state === "contained"
            ? "nothing goes on; it is not closed yet"
            : `it may go on (${count} ${count === 1 ? "alert" : "alerts"}); ${owner === undefined ? "nobody has it" : "it is worked on"}`,
        actions: owner === undefined ? ["assign", "close"] : ["close"],
        notHere: null,
        digest: null,
        seenMs: updatedMs,
        command: `sallyport incident show ${id}`,
        page: `/incidents/${id}`,
      };
    });
}
