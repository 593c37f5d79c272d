// What a person decides of what needs them, wherever they look: each is bound to the state that was read, and an order to the daemon.
import { Failure } from "#base/failure.ts";
import { openApprovals, whyNotBy } from "../approvals/approval-book.ts";
import { ownPublicKey, requestDigest, signAnswer } from "../approvals/approver-key.ts";
import type { OperatorAnswer, OperatorOrder } from "../daemon-process/operator-orders.ts";
import { openIncidents } from "../incidents/incident-store.ts";
import type { IncidentOrder } from "../incidents/incident-desk.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/**
 * Who decides, where, and how the daemon is told. Every decision throws a Failure: `changed` where its ground is no longer so,
 * `not-theirs` where somebody else has to decide, `refused` with the daemon's words.
 */
export type DecisionDesk = {
  readonly directories: Directories;
  readonly nowMs: () => number;
  readonly order: (order: OperatorOrder) => Promise<OperatorAnswer>;
  readonly by: string;
  /** The place that a record names. */
  readonly from: string;
};

/** Something that is decided as it was read. */
type Read = { readonly id: string; readonly digest: string; readonly note: string };

/** Answers a question that waits. */
export async function answerQuestion(
  { order, by, from }: DecisionDesk,
  { id, digest, note, answer }: Read & { readonly answer: "allow" | "deny" },
): Promise<void> {
  const told = await order({
    order: "question-answer",
    id,
    digest,
    answer,
    note: noteOrNull(note),
    by,
    from,
  });
  if (told.kind === "question-refused") throw new Failure("changed", told.why);
  if (told.kind !== "question-answered") throw notDone(told);
}

/** Signs an answer to another person's request by the key of whoever sits here, and takes it in. */
export async function answerApproval(
  { directories, nowMs, order }: DecisionDesk,
  { id, digest, note, answer }: Read & { readonly answer: "approve" | "deny" },
) {
  const status = openApprovals(directories).find(id, nowMs());
  if (status === undefined) throw new Failure("not-found", "there is no such request");
  if (requestDigest(status.entry.request) !== digest || status.state !== "open")
    throw new Failure("changed", "it was answered or ended meanwhile: look at it again");
  const why = whyNotBy(status, ownPublicKey(directories));
  if (why !== null) throw new Failure("not-theirs", why);
  const receipt = signAnswer(directories, {
    request: id,
    digest,
    answer,
    note: noteOrNull(note),
    atMs: nowMs(),
  });
  const taken = await order({ order: "approval-receipt", receipt: JSON.stringify(receipt) });
  if (taken.kind === "approval-refused")
    throw new Failure("changed", `it does not count (${taken.fault}): look at it again`);
  if (taken.kind !== "approval-taken") throw notDone(taken);
  return taken;
}

/** Ends a request, or an approval before it is used; false where there is none. It only ever takes something away. */
export async function endApproval(
  { order }: DecisionDesk,
  id: string,
  how: "denied" | "revoked",
): Promise<boolean> {
  const ended = await order({ order: "approval-end", id, how });
  if (ended.kind !== "approval-ended") throw notDone(ended);
  return ended.isKnown;
}

/** Changes an incident that is still as it was seen. */
export async function changeIncident(
  { directories, order, by }: DecisionDesk,
  { seenMs, ...change }: Omit<IncidentOrder, "by"> & { readonly seenMs: number },
): Promise<{ readonly id: string; readonly state: string }> {
  const { updatedMs } = openIncidents(directories).named(change.id);
  if (updatedMs !== seenMs)
    throw new Failure("changed", "somebody changed it meanwhile: look at it again");
  const answer = await order({ order: "incident", by, ...change });
  if (answer.kind !== "incident") throw notDone(answer);
  return { id: answer.id, state: answer.state };
}

/** Ends an exception at once; false where there is none. */
export async function revokeException({ order }: DecisionDesk, id: string): Promise<boolean> {
  const answer = await order({ order: "revoke", id });
  if (answer.kind !== "revoked") throw notDone(answer);
  return answer.isKnown;
}

const noteOrNull = (note: string) => (note === "" ? null : note);

function notDone(told: OperatorAnswer): Failure {
  return told.kind === "refused"
    ? new Failure("refused", told.why)
    : new Failure("no-sense", "the answer makes no sense");
}
