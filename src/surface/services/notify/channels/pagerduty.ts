// PagerDuty: Events API v2, where one matter is one incident: triggered, acknowledged, resolved by the same key.
import { createHash } from "node:crypto";
import { clipped } from "#base/clipped.ts";
import type { Level } from "#detect/detection/detection.ts";
import type { Notice } from "#detect/notice/notice.ts";
import { noticeText } from "#detect/notice/notice-text.ts";
import type { Channel, Message } from "./channel.ts";
import { postJson } from "./post.ts";

/** <https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>. */
const KEY_CHARS_MAX = 255;
const SUMMARY_CHARS_MAX = 1_024;
const SEVERITIES: Readonly<Record<Level, string>> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
  informational: "info",
};

export type PagerDutySettings = {
  readonly url: string;
  /** A reference to the integration key. */
  readonly routingKey: string;
  readonly link: string | undefined;
};
type EventAction = "trigger" | "acknowledge" | "resolve";

/** How a message is sent. A test is resolved as soon as it was taken. */
export function pagerDutySender(settings: PagerDutySettings): Channel["send"] {
  const { url, routingKey, link } = settings;
  return async (message, ports) => {
    const key = (await ports.secret(routingKey)).trim();
    const send = (action: EventAction) =>
      postJson(ports, url, pagerDutyBody(message, { key, action, link }));
    const outcome = await send(actionOf(message.notice));
    return message.notice.kind === "test" && outcome.kind === "delivered"
      ? send("resolve")
      : outcome;
  };
}

/** The body of an event. */
export function pagerDutyBody(
  { notice }: Message,
  { key, action, link }: { key: string; action: EventAction; link: string | undefined },
): string {
  const { headline, facts, details, link: address } = noticeText(notice, link);
  const event = { routing_key: key, event_action: action, dedup_key: keyOf(notice.matter) };
  if (action !== "trigger") return JSON.stringify(event);
  return JSON.stringify({
    ...event,
    payload: {
      summary: clipped(headline, SUMMARY_CHARS_MAX),
      source: notice.host ?? notice.project ?? "sallyport",
      severity: SEVERITIES[notice.level],
      timestamp: new Date(notice.timeMs).toISOString(),
      component: "sallyport",
      group: notice.team ?? notice.project ?? "sallyport",
      class: notice.rule ?? notice.kind,
      custom_details: { ...Object.fromEntries(facts), ...(details.length > 0 ? { details } : {}) },
    },
    ...(address === undefined ? {} : { links: [{ href: address, text: "Open in sallyport" }] }),
  });
}

function actionOf({ kind, state }: Notice): EventAction {
  if (kind === "incident-closed") return "resolve";
  if (kind === "acknowledged") return "acknowledge";
  return kind === "incident-changed" && state !== "open" ? "acknowledge" : "trigger";
}

/** WHY a digest of what is too long: cut keys of two matters could be one. */
function keyOf(matter: string): string {
  if (matter.length <= KEY_CHARS_MAX) return matter;
  return `sha256:${createHash("sha256").update(matter).digest("hex")}`;
}
