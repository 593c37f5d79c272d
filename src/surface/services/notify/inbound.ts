// Signed answers from outside: who sent one, whether it is fresh and whole, and which action it is. Nothing is carried out here.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { memberOf, readJson, stringOrEmpty } from "#base/json.ts";
import { type Action, type ActionName, actionBodySchema, actionSchema } from "./action.ts";
import { SLACK_ACTION_PREFIX } from "./channels/slack.ts";
import { isSignedBy, isSignedBySlack, isStrongSecret } from "./channels/webhook-signature.ts";

/** Bytes of a body. Slack repeats the message that a button stands in: some 20 KB. */
export const INBOUND_BYTES_MAX = 64 * 1024;
/** How far the time of a signature may be from now, either way. */
export const TOLERANCE_MS = 5 * 60_000;
const ID = /^[\w.:-]{1,200}$/;

/** Somebody whose answers are taken: `keys` are the secret in force and, for a while, the one before it. */
export type InboundSecret = {
  readonly name: string;
  readonly from: "webhook" | "slack";
  readonly keys: readonly string[];
  readonly actions: readonly ActionName[];
  /** Users of Slack who may answer; ids. */
  readonly users: readonly string[];
};

/** `status` is that of the answer over HTTP. `reason` repeats nothing of what came. */
export type Inbound =
  | { readonly kind: "action"; readonly action: Action }
  | { readonly kind: "refused"; readonly status: 400 | 401 | 403 | 413; readonly reason: string };

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Reads a signed answer. Headers are those of node, in lower case; a header that comes twice counts as none. The signature is
 * looked at before anything in the body is read. Whether its id was here before is for a `ReplayStore` to say.
 */
export function verifyInbound(
  headers: Headers,
  body: Uint8Array,
  secrets: readonly InboundSecret[],
  nowMs: number,
): Inbound {
  if (body.length > INBOUND_BYTES_MAX) return refused(413, "the body is too large");
  const one = (name: string): string => stringOrEmpty(headers[name]);
  const isSlack = headers["x-slack-signature"] !== undefined;
  const timestamp = one(isSlack ? "x-slack-request-timestamp" : "webhook-timestamp");
  const signature = one(isSlack ? "x-slack-signature" : "webhook-signature");
  const id = isSlack ? `slack-${digestOf(signature)}` : one("webhook-id");
  if (!/^\d{1,12}$/.test(timestamp) || signature === "" || !ID.test(id))
    return refused(401, "it is not signed");
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > TOLERANCE_MS)
    return refused(401, "its time is more than five minutes away");
  const from = isSlack ? "slack" : "webhook";
  // INVARIANT: every key is tried, so that the time tells nothing about which fits.
  const signers = secrets.filter((secret) => {
    const tried = secret.keys.map((key) =>
      isSlack
        ? isSignedBySlack(key, signature, { timestamp, body })
        : isStrongSecret(key) && isSignedBy(key, signature, { id, timestamp, body }),
    );
    return secret.from === from && tried.includes(true);
  });
  const [sender] = signers;
  if (sender === undefined) return refused(401, "its signature is not one that is known here");
  const text = decoded(body);
  const read = text === undefined ? undefined : isSlack ? slackAction(text) : bodyAction(text);
  if (read === undefined) return refused(400, "its body is no action");
  if (isSlack && !sender.users.includes(read.by))
    return refused(403, "this person may not answer here");
  if (!sender.actions.includes(read.action))
    return refused(403, "this sender may not order that action");
  const action = { ...read, sender: sender.name, id: `${sender.name}.${id}`, atMs: nowMs };
  const whole = v.safeParse(actionSchema, action);
  return whole.success
    ? { kind: "action", action: whole.output }
    : refused(400, "its body is no action");
}

type Said = v.InferOutput<typeof actionBodySchema>["data"];

function bodyAction(text: string): Said | undefined {
  const read = v.safeParse(actionBodySchema, readJson(text));
  return read.success ? read.output.data : undefined;
}

/** The first button of a `block_actions` payload: <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>. */
function slackAction(text: string): Said | undefined {
  const payload = readJson(new URLSearchParams(text).get("payload") ?? "");
  const actions = memberOf(payload, "actions");
  const button: unknown = Array.isArray(actions) ? actions[0] : undefined;
  const name = stringOrEmpty(memberOf(button, "action_id"));
  if (memberOf(payload, "type") !== "block_actions" || !name.startsWith(SLACK_ACTION_PREFIX))
    return undefined;
  const read = v.safeParse(actionBodySchema.entries.data, {
    action: name.slice(SLACK_ACTION_PREFIX.length),
    subject: memberOf(button, "value"),
    by: memberOf(memberOf(payload, "user"), "id"),
  });
  return read.success ? read.output : undefined;
}

function decoded(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function refused(status: 400 | 401 | 403 | 413, reason: string): Inbound {
  return { kind: "refused", status, reason };
}
