// Microsoft Teams: the webhook of a workflow, with an Adaptive Card in text runs, which are never read as Markdown.
import { noticeText } from "#detect/notice/notice-text.ts";
import type { Channel, Message } from "./channel.ts";
import { postJson, secretAddress } from "./post.ts";

export type TeamsSettings = {
  /** A reference to the workflow's address, which holds its signature. */
  readonly url: string;
  readonly link: string | undefined;
};

/** How a message is sent. */
export function teamsSender({ url, link }: TeamsSettings): Channel["send"] {
  return async (message, ports) => {
    const address = await secretAddress(ports, url);
    if ("fault" in address) return address.fault;
    return postJson(ports, address.url, teamsBody(message, link));
  };
}

/** The body of a message: <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>. */
export function teamsBody({ notice }: Message, link?: string): string {
  const { headline, facts, details, link: address } = noticeText(notice, link);
  const lines = facts.map(([name, value]) => run(`${name}: ${value}`));
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      { type: "RichTextBlock", inlines: [{ ...textRun(headline), weight: "Bolder" }] },
      ...details.map(run),
      ...lines,
    ],
    actions: address === undefined ? [] : [{ type: "Action.OpenUrl", title: "Open", url: address }],
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return JSON.stringify({
    type: "message",
    attachments: [{ contentType, contentUrl: null, content: card }],
  });
}

function run(text: string) {
  return { type: "RichTextBlock", spacing: "Small", inlines: [textRun(text)] };
}

function textRun(text: string) {
  return { type: "TextRun", text };
}
