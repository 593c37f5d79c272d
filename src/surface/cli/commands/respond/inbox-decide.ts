// Deciding one thing that needs a person from a terminal: what is read before, whether a word is typed for it, and the decision itself.
import { Failure } from "#base/failure.ts";
import { OUTCOMES, type Outcome } from "#detect/incident/incident.ts";
import { openApprovals } from "../../../services/approvals/approval-book.ts";
import {
  answerApproval,
  answerQuestion,
  changeIncident,
  type DecisionDesk,
  endApproval,
  revokeException,
} from "../../../services/inbox/decisions.ts";
import type { InboxItem } from "../../../services/inbox/inbox-item.ts";
import { stillOpenHere } from "../../../services/incidents/still-open.ts";
import { sessionsOf } from "../../../services/incidents/incident-sessions.ts";
import { openIncidents } from "../../../services/incidents/incident-store.ts";
import type { Question } from "../../../services/questions/question-schema.ts";
import { requestLines } from "../approvals/request-lines.ts";
import { questionLines } from "../questions/question-lines.ts";

export type InboxAction = InboxItem["actions"][number];
export type Choice = {
  readonly action: InboxAction;
  readonly note: string;
  /** How what an incident is about was possible. */
  readonly outcome?: Outcome | undefined;
};

export type InboxDesk = DecisionDesk & { readonly questions: () => Promise<readonly Question[]> };

/** Throws a Failure `usage` where this cannot be done about it from anywhere, or something is missing. */
export function requireChoice(item: InboxItem, { action, outcome }: Choice): void {
  const { kind, id, actions, notHere, command } = item;
  if (!actions.includes(action)) {
    const why = notHere === null ? "" : ` (${notHere})`;
    const can = actions.length === 0 ? `\`${command}\`` : `\`--${actions.join("`, `--")}\``;
    throw new Failure("usage", `${kind} \`${id}\` takes no \`--${action}\`${why}; it takes ${can}`);
  }
  if (kind === "incident" && action === "close" && outcome === undefined)
    throw new Failure("usage", `\`--outcome\` is missing: one of ${OUTCOMES.join(", ")}`);
}

/** Whether a person types a word for it: for whatever lets a call run, and for an answer in their name. */
export function wantsWord({ kind, notHere }: InboxItem, { action }: Choice): boolean {
  return kind === "question" || (kind === "approval" && (action === "allow" || notHere === null));
}

/** What is to be read before it is decided. Foreign text: printed through `printable`. */
export async function groundLines(desk: InboxDesk, item: InboxItem): Promise<readonly string[]> {
  const { kind, id } = item;
  const nowMs = desk.nowMs();
  if (kind === "question") {
    const found = (await desk.questions()).find((one) => one.id === id);
    return found === undefined ? [] : questionLines(found, nowMs);
  }
  if (kind === "approval") {
    const found = openApprovals(desk.directories).find(id, nowMs);
    return found === undefined ? [] : requestLines(found.entry.request);
  }
  if (kind !== "incident") return [];
  const incident = openIncidents(desk.directories).named(id);
  const sessions = await sessionsOf(incident, desk.directories).catch(() => []);
  const open = stillOpenHere(incident, sessions, desk.directories);
  return [`${id} ${item.title}`, ...open.map((line) => `  still open: ${line}`)];
}

/** Decides it, and says what was done. Throws a Failure as `decisions.ts` says. */
export async function decide(
  desk: DecisionDesk,
  item: InboxItem,
  { action, note, outcome }: Choice,
): Promise<string> {
  const { kind, id, digest, seenMs, notHere } = item;
  const gone = () => new Failure("changed", "it was ended meanwhile: look at it again");
  if (kind === "question" && digest !== null) {
    const answer = action === "allow" ? "allow" : "deny";
    await answerQuestion(desk, { id, digest, note, answer });
    return `${answer === "allow" ? "allowed" : "refused"}: ${id}`;
  }
  if (kind === "approval" && digest !== null) {
    if (action === "refuse" && notHere !== null) {
      if (await endApproval(desk, id, "denied")) return `refused: ${id}`;
      throw gone();
    }
    const answer = action === "allow" ? "approve" : "deny";
    const { what, approved, needed } = await answerApproval(desk, { id, digest, note, answer });
    return what === "denied" ? `refused: ${id}` : `approved by ${approved} of ${needed}: ${id}`;
  }
  if (kind === "incident" && seenMs !== null) {
    const what = action === "assign" ? "take" : "close";
    const { state } = await changeIncident(desk, {
      id,
      seenMs,
      what,
      ...(note === "" ? {} : { note }),
      ...(outcome === undefined ? {} : { outcome }),
    });
    return what === "take" ? `you have it: ${id}, ${state}` : `closed as ${outcome}: ${id}`;
  }
  if (!(await revokeException(desk, id))) throw gone();
  return `revoked: ${id}`;
}
