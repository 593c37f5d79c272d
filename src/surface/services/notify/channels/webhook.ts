// Any system that takes a signed webhook: JSON of a published schema, signed as Standard Webhooks does.
import { createHash } from "node:crypto";
import { plainText, noticeText } from "#detect/notice/notice-text.ts";
import type { Channel, Message } from "./channel.ts";
import { postJson } from "./post.ts";
import { isStrongSecret, signatureOf } from "./webhook-signature.ts";

export type WebhookSettings = {
  readonly url: string;
  /** A reference to the secret that both sides know. */
  readonly secret: string;
  /** A reference to the one before it, while the other side changes over. */
  readonly previousSecret: string | undefined;
  readonly link: string | undefined;
};

/** How a message is sent. The time of the signature is that of the try. */
export function webhookSender(settings: WebhookSettings): Channel["send"] {
  const { url, link, ...references } = settings;
  const named = [references.secret, references.previousSecret];
  return async (message, ports) => {
    const wanted = named.filter((one) => one !== undefined);
    const secrets = await Promise.all(wanted.map((one) => ports.secret(one)));
    if (!secrets.every(isStrongSecret))
      return { kind: "closed", reason: "its secret is too weak: 24 bytes at least" };
    const body = webhookBody(message, link);
    const timestamp = String(Math.floor(ports.nowMs() / 1_000));
    const id = headerId(message.id);
    const parts = { id, timestamp, body };
    return postJson(ports, url, body, {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": secrets.map((secret) => signatureOf(secret, parts)).join(" "),
    });
  };
}

/** The body, as `data/schema/notice.schema.json` says. */
export function webhookBody({ notice }: Message, link?: string): string {
  const { timeMs, untilMs, ...rest } = notice;
  const text = noticeText(notice, link);
  return JSON.stringify({
    type: `notice.${notice.kind}`,
    timestamp: new Date(timeMs).toISOString(),
    data: {
      ...rest,
      ...(untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }),
      text: plainText(text),
      ...(text.link === undefined ? {} : { link: text.link }),
    },
  });
}

/** The id as a header can hold it, the same for the same. */
function headerId(id: string): string {
  if (/^[\w.:-]{1,256}$/.test(id)) return id;
  return `sha256-${createHash("sha256").update(id).digest("hex")}`;
}
