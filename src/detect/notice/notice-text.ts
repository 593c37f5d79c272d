// A notice in words: a headline, a few facts, and where to look; the same for every channel.
import { counted } from "#base/counted.ts";
import type { Notice } from "./notice.ts";

/** `headline` fits a subject line; `facts` are pairs for a table; `details` are the lines of a summary. */
export type NoticeText = {
  readonly headline: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly details: readonly string[];
  /** Where to look, if the channel has an address for it. */
  readonly link: string | undefined;
};

/** What a link of a channel must hold: the id of what the notice is about stands in its place. */
export const LINK_ID = "{id}";

/** The words of a notice. `link` is the channel's address with `{id}` in it. */
export function noticeText(notice: Notice, link?: string): NoticeText {
  const { kind, level, title, subject, timeMs, rule, project, session, state, by } = notice;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Level", level],
    ["State", state],
    ["Rule", rule],
    ["Project", project],
    ["Session", session],
    ["Team", notice.team],
    [kind === "acknowledged" ? "Acknowledged by" : "Owner", by],
    ["Answer until", notice.untilMs === undefined ? undefined : timeOf(notice.untilMs)],
    ["Time", timeOf(timeMs)],
    ["Id", subject],
  ];
  const omitted =
    notice.detailsOmitted === 0 ? [] : [`and ${counted(notice.detailsOmitted, "more kind")}`];
  return {
    headline: `${opening(notice)}: ${title}`,
    facts: facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    details: [
      ...notice.details.map(
        (one) => `${one.count} of: ${one.title} (${one.level}, first ${one.subject})`,
      ),
      ...omitted,
    ],
    link: notice.link ?? link?.replaceAll(LINK_ID, encodeURIComponent(subject)),
  };
}

/** The notice as plain lines, for mail and logs. */
export function plainText(text: NoticeText): string {
  return [
    text.headline,
    "",
    ...text.details,
    ...(text.details.length === 0 ? [] : [""]),
    ...text.facts.map(([name, value]) => `${name}: ${value}`),
    ...(text.link === undefined ? [] : ["", text.link]),
    "",
  ].join("\n");
}

function opening({ kind, level }: Notice): string {
  switch (kind) {
    case "alert-opened":
      return `[${level}] Alert`;
    case "incident-opened":
      return `[${level}] Incident opened`;
    case "incident-changed":
      return `[${level}] Incident changed`;
    case "incident-closed":
      return `[${level}] Incident closed`;
    case "approval-asked":
      return `[${level}] Approval asked`;
    case "question-asked":
      return "Question";
    case "acknowledged":
      return "Acknowledged";
    case "escalated":
      return `[${level}] Nobody has acknowledged this yet`;
    case "summary":
      return `[${level}] Summary`;
    case "announcement":
      return `[${level}] Announcement`;
    case "test":
      return "Test";
    default:
      return kind satisfies never;
  }
}

function timeOf(timeMs: number): string {
  const isTime = Number.isFinite(timeMs) && Math.abs(timeMs) <= 8_640_000_000_000_000;
  return isTime ? new Date(timeMs).toISOString() : "unknown";
}
