// What is put on record about an approval: who asked, who answered, what became of it; no word of the call.
import type { ApprovalRequest } from "#govern/approvals/request.ts";
import type { approvalEvent } from "#record/event/approval-events.ts";
import type { Submitter } from "#record/event/event.ts";
import { keyId, requestDigest } from "./approver-key.ts";

/** One step of a request, or of the list of approvers. `callId`: the call that waits, or that went on. */
export type ApprovalNews = {
  readonly what: Parameters<typeof approvalEvent>[1]["phase"];
  readonly by: Extract<Submitter, "hook" | "operator" | "daemon">;
  readonly request?: ApprovalRequest;
  readonly sessionId?: string;
  readonly callId?: string;
  readonly approver?: { readonly name: string; readonly key: string };
  readonly approved?: number;
  readonly note?: string | null;
  /** Why a receipt did not count. */
  readonly code?: string;
};

/** The same as the event takes it. */
export function approvalInput(news: ApprovalNews): Parameters<typeof approvalEvent>[1] {
  const { what: phase, request, sessionId, callId, approver, approved, code, note } = news;
  return {
    phase,
    ...(request === undefined
      ? {}
      : {
          request: {
            id: request.id,
            digest: requestDigest(request),
            policy: request.policy,
            rules: request.rules,
            people: request.people,
            root: request.root,
            minutes: Math.round((request.expiresMs - request.createdMs) / 60_000),
            user: request.requester.user,
          },
        }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(callId === undefined ? {} : { callId }),
    ...(approver === undefined ? {} : { approver: approver.name, key: keyId(approver.key) }),
    ...(approved === undefined ? {} : { approved }),
    ...(typeof note === "string" ? { note } : {}),
    ...(code === undefined ? {} : { code }),
  };
}
