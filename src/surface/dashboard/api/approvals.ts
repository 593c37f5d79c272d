// Endpoints of approvals by a second person: what waits, and the signed answer of whoever sits here.
import * as v from "valibot";
import {
  type ApprovalStatus,
  openApprovals,
  whyNotBy,
} from "../../services/approvals/approval-book.ts";
import { ownPublicKey, requestDigest } from "../../services/approvals/approver-key.ts";
import { answerApproval, endApproval } from "../../services/inbox/decisions.ts";
import type { DashboardParts } from "../context/parts.ts";
import { deskOf } from "./access.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, noteText } from "./fields.ts";

const NOTE_CHARS_MAX = 300;
const requestId = v.pipe(
  v.string(),
  v.regex(/^ap-[0-9a-f]{16}$/, "a request is named like ap-..."),
);

const item = v.object({
  id: v.string(),
  state: v.string(),
  tool: v.string(),
  root: v.string(),
  rules: v.array(v.string()),
  /** What the call would do, a line each. */
  what: v.array(v.string()),
  call: v.nullable(v.string()),
  requester: v.string(),
  people: v.number(),
  single: v.boolean(),
  approvers: v.array(v.object({ name: v.string(), approved: v.boolean() })),
  createdMs: v.number(),
  expiresMs: v.number(),
  digest: v.string(),
  /** Why whoever uses this installation's key cannot answer it; null where they can. */
  whyNotMine: v.nullable(v.string()),
});

function itemOf(
  { entry, state }: ApprovalStatus,
  ownKey: string | undefined,
): v.InferInput<typeof item> {
  const { request, approved } = entry;
  const { id, tool, root, rules, what, call, requester, approvers, people, single } = request;
  return {
    id,
    state,
    tool,
    root,
    people,
    single,
    call: call ?? null,
    rules: [...rules],
    what: [...what],
    requester: requester.user,
    approvers: approvers.map(({ name, key }) => ({
      name,
      approved: approved.some(({ answer }) => answer.key === key),
    })),
    createdMs: request.createdMs,
    expiresMs: request.expiresMs,
    digest: requestDigest(request),
    whyNotMine: whyNotBy({ entry, state }, ownKey),
  };
}

export const approvalEndpoints = [
  endpoint({
    method: "GET",
    path: "/approvals",
    about: "Calls that wait for a second person, and what became of earlier ones.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ state: v.optional(v.picklist(["waiting", "all"]), "waiting") }),
    answer: v.object({ command, items: v.array(item), damaged: v.number(), hasKey: v.boolean() }),
    async work({ directories, clock }, { input: { state } }) {
      const { all, damaged } = openApprovals(directories).all(clock.nowMs());
      const ownKey = ownPublicKey(directories);
      const shown = all.filter(
        (one) => state === "all" || one.state === "open" || one.state === "approved",
      );
      return {
        command: `sallyport approvals list${state === "all" ? " --all" : ""}`,
        items: shown.map((one) => itemOf(one, ownKey)),
        damaged: damaged.length,
        hasKey: ownKey !== undefined,
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/approvals/:id",
    about: "One request for approval.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ id: requestId }),
    answer: v.object({ command, item }),
    async work(parts, { input: { id } }) {
      return {
        command: `sallyport approvals show ${id}`,
        item: itemOf(found(parts, id), ownPublicKey(parts.directories)),
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/approvals/:id/answer",
    about: "Signs an answer with this person's approver key, and takes it in.",
    role: "approver",
    confirms: true,
    input: v.strictObject({
      id: requestId,
      /** The digest of what the person read: another request of this id is not answered. */
      digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      answer: v.picklist(["approve", "deny"]),
      note: v.optional(noteText(NOTE_CHARS_MAX), ""),
    }),
    answer: v.object({
      command,
      outcome: v.picklist(["approved", "denied"]),
      approved: v.number(),
      needed: v.number(),
    }),
    async work(parts, asked) {
      const { what, approved, needed } = await answerApproval(deskOf(parts, asked), asked.input);
      parts.live.publish({ event: "changed", data: { what: "approvals" } });
      const shown = `sallyport approvals show ${asked.input.id}`;
      return { command: shown, outcome: what, approved, needed };
    },
  }),
  endpoint({
    method: "POST",
    path: "/approvals/:id/end",
    about: "Ends a request, or an approval before it is used. It only ever takes something away.",
    role: "approver",
    input: v.strictObject({ id: requestId, how: v.picklist(["denied", "revoked"]) }),
    answer: v.object({ command, isKnown: v.boolean() }),
    async work(parts, asked) {
      const { id, how } = asked.input;
      const isKnown = await endApproval(deskOf(parts, asked), id, how);
      parts.live.publish({ event: "changed", data: { what: "approvals" } });
      const word = how === "denied" ? "deny" : "revoke";
      return { command: `sallyport approvals ${word} ${id}`, isKnown };
    },
  }),
];

function found({ directories, clock }: DashboardParts, id: string): ApprovalStatus {
  const status = openApprovals(directories).find(id, clock.nowMs());
  if (status === undefined) throw new ApiFault("not-found", "there is no such request");
  return status;
}
