// Slack: an incoming webhook, with Block Kit in plain text, so that nothing in a title can mention, link or format.
import { clipped } from "#base/clipped.ts";
import { wantsAnswer } from "#detect/notice/notice.ts";
import { noticeText } from "#detect/notice/notice-text.ts";
import type { Channel, Message } from "./channel.ts";
import { postJson, secretAddress } from "./post.ts";

/** Bounds of Block Kit: <https://docs.slack.dev/reference/block-kit/blocks>. */
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
const FIELD_CHARS_MAX = 2_000;
const FIELDS_MAX = 10;
const VALUE_CHARS_MAX = 2_000;

export type SlackSettings = {
  /** A reference to the webhook's address, which is a secret. */
  readonly url: string;
  readonly link: string | undefined;
  /** Whether a button lets people acknowledge; needs `inbound` of the same Slack app. */
  readonly hasButtons: boolean;
};

/** The prefix of the ids of our buttons; what follows is the action. */
export const SLACK_ACTION_PREFIX = "sallyport-";

/** How a message is sent. */
export function slackSender({ url, link, hasButtons }: SlackSettings): Channel["send"] {
  return async (message, ports) => {
    const address = await secretAddress(ports, url);
    if ("fault" in address) return address.fault;
    return postJson(ports, address.url, slackBody(message, { link, hasButtons }));
  };
}

/** The body of a message. */
export function slackBody(
  { notice }: Message,
  { link, hasButtons }: Pick<SlackSettings, "link" | "hasButtons">,
): string {
  const { headline, facts, details, link: address } = noticeText(notice, link);
  const fields = facts
    .slice(0, FIELDS_MAX)
    .map(([name, value]) => plain(`${name}: ${value}`, FIELD_CHARS_MAX));
  const open =
    address === undefined
      ? []
      : [{ type: "button", text: plain("Open", 75), url: clipped(address, 3_000) }];
  const answers =
    hasButtons && wantsAnswer(notice)
      ? [
          {
            type: "button",
            text: plain("Acknowledge", 75),
            action_id: `${SLACK_ACTION_PREFIX}acknowledge`,
            value: clipped(notice.subject, VALUE_CHARS_MAX),
          },
        ]
      : [];
  const elements = [...open, ...answers];
  return JSON.stringify({
    // WHY escaped: this one text, which phones show, is read as Slack's own markup.
    text: escaped(headline),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plain(headline, HEADER_CHARS_MAX) },
      ...(details.length === 0
        ? []
        : [{ type: "section", text: plain(details.join("\n"), SECTION_CHARS_MAX) }]),
      { type: "section", fields },
      ...(elements.length === 0 ? [] : [{ type: "actions", elements }]),
    ],
  });
}

function plain(text: string, charsMax: number) {
  return { type: "plain_text", text: clipped(text, charsMax), emoji: false };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
