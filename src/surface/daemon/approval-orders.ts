// Orders about approvals of other people, carried out by the desk, which puts each on record.
import type { ApprovalNews } from "../services/approvals/approval-news.ts";
import type { Recorder } from "../services/hooks/recorder.ts";
import type { ApprovalDesk } from "../services/approvals/approval-desk.ts";
import type { OperatorAnswer, OperatorOrder } from "../services/daemon-process/operator-orders.ts";

/** An order about an approval or an approver. */
type ApprovalOrder = OperatorOrder & { order: `approval-${string}` | `approver-${string}` };

/** Carries one out. */
export async function carryOutApproval(
  order: ApprovalOrder,
  desk: ApprovalDesk | undefined,
): Promise<OperatorAnswer> {
  if (desk === undefined) return { kind: "refused", why: "this daemon takes no approvals" };
  switch (order.order) {
    case "approval-receipt": {
      const { kind, ...taken } = await desk.acceptReceipt(Buffer.from(order.receipt, "utf8"));
      if ("fault" in taken) return { kind: "approval-refused", fault: taken.fault };
      return { kind: "approval-taken", what: kind === "denied" ? kind : "approved", ...taken };
    }
    case "approval-end":
      return { kind: "approval-ended", isKnown: await desk.end(order.id, order.how) };
    case "approver-add":
      await desk.list(order.listing);
      return { kind: "approver-listed" };
    case "approver-remove":
      return { kind: "approver-removed", isKnown: await desk.unlist(order.key) };
    default:
      return order satisfies never;
  }
}

/** Where the desk puts on record what it does. */
export function approvalRecord({ record }: Pick<Recorder, "record">) {
  return {
    tell: (news: ApprovalNews) => record({ kind: "approval", news }, { durable: true }),
    tellAltered: () =>
      record(
        {
          kind: "failure",
          submitter: undefined,
          eventName: undefined,
          code: "approvals-altered",
          where: "approvals",
        },
        { durable: true },
      ),
  };
}
