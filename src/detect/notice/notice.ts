// A notice: one thing that people or other systems are told of, made of an alert, an incident or a question.
import { clipped } from "#base/clipped.ts";
import { printable } from "#base/printable.ts";
import type { Alert } from "../alert/alert.ts";
import type { Incident } from "../incident/incident.ts";
import { type Level, LEVELS } from "../detection/detection.ts";

export const NOTICE_KINDS = [
  "alert-opened",
  "incident-opened",
  "incident-changed",
  "incident-closed",
  "approval-asked",
  "question-asked",
  "acknowledged",
  "escalated",
  "summary",
  "announcement",
  "test",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export const NOTICE_SOURCES = ["detection", "chain", "incident", "approval", "sallyport"] as const;
export type NoticeSource = (typeof NOTICE_SOURCES)[number];

/** Characters of a title; most titles of detections have less than 100. */
export const TITLE_CHARS_MAX = 200;
/** Characters of an id, a key, a team, a part of a place. */
export const NAME_CHARS_MAX = 200;
/** Characters of an address that a notice brings along. */
export const LINK_CHARS_MAX = 400;
/** Lines of what lies behind a summary; the rest is counted. */
export const DETAILS_MAX = 12;

/** One line of a summary: what, how often, how grave, and the id of the first. */
export type NoticeDetail = {
  readonly title: string;
  readonly level: Level;
  readonly count: number;
  readonly subject: string;
};

/** Never holds a word of a call: titles are those of rules, places are pseudonyms. */
export type Notice = {
  /** The same for the same event however often it is made, so that nobody hears of it twice. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly timeMs: number;
  readonly level: Level;
  /** What counts as the same within a channel's window. */
  readonly key: string;
  /** What it is about over time, from opened to closed: the `dedup_key` of a pager. */
  readonly matter: string;
  /** The id of the alert, incident or request, for links. */
  readonly subject: string;
  readonly title: string;
  readonly source: NoticeSource;
  readonly rule?: string;
  readonly team?: string;
  readonly project?: string;
  readonly session?: string;
  readonly user?: string;
  readonly host?: string;
  /** The state of an incident. */
  readonly state?: string;
  /** Who acknowledged or owns it. */
  readonly by?: string;
  /** Until when an answer is of use, for `approval-asked` and `question-asked`. */
  readonly untilMs?: number;
  /** The one address where it is answered; it stands in place of the channel's. */
  readonly link?: string;
  /** How many notices it stands for; 1 unless it is a summary. */
  readonly count: number;
  /** Of a summary, the most frequent first; `detailsOmitted` counts kinds that are not listed. */
  readonly details: readonly NoticeDetail[];
  readonly detailsOmitted: number;
};

type Parts = Omit<Notice, "count" | "details" | "detailsOmitted"> &
  Partial<Pick<Notice, "count" | "details" | "detailsOmitted">>;

/** Says that an alert was opened. `team` is who answers for its project. */
export function alertNotice(alert: Alert, team?: string): Notice {
  const { project, session, user, host } = alert.place;
  const matter = `alert:${alert.rule}:${session ?? project ?? host ?? ""}`;
  return made({
    id: `${alert.id}.opened`,
    kind: "alert-opened",
    timeMs: alert.timeMs,
    level: alert.level,
    key: matter,
    matter,
    subject: alert.id,
    title: alert.title,
    source: "detection",
    rule: alert.rule,
    ...named({ team, project, session, user, host }),
  });
}

/** Says that an incident was opened, changed or closed. Its state and level are part of what counts as the same. */
export function incidentNotice(
  incident: Incident,
  what: "opened" | "changed" | "closed",
  team?: string,
): Notice {
  const { id, level, state, updatedMs, title, owner } = incident;
  const place = incident.alerts.at(-1)?.place ?? {};
  const { project, session, user, host } = place;
  return made({
    id: `${id}.${what}.${updatedMs}`,
    kind: `incident-${what}`,
    timeMs: updatedMs,
    level,
    key: `incident:${id}:${what}:${state}:${level}`,
    matter: `incident:${id}`,
    subject: id,
    title,
    source: "incident",
    state,
    ...named({ team, project, session, user, host, by: owner }),
  });
}

/**
 * Asks whoever is away for an answer at `link`, which works once and until `untilMs`. WHY nobody watches it: in two minutes it is
 * over, and then the client asks at its terminal.
 */
export function questionNotice(question: {
  readonly id: string;
  readonly rule: string;
  readonly tool: string;
  readonly timeMs: number;
  readonly untilMs: number;
  readonly link: string;
}): Notice {
  const { id, rule, tool, timeMs, untilMs, link } = question;
  const matter = `question:${id}`;
  return made({
    id: `${id}.asked`,
    kind: "question-asked",
    timeMs,
    level: "high",
    key: matter,
    matter,
    subject: id,
    title: `a call of ${tool} waits for your answer`,
    source: "approval",
    untilMs,
    link,
    ...named({ rule }),
  });
}

/** A person's own announcement; `id` is fresh. */
export function announcement(said: {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly timeMs: number;
  readonly team?: string;
}): Notice {
  const { id, title, level, timeMs, team } = said;
  return made({
    id,
    kind: "announcement",
    timeMs,
    level,
    key: id,
    matter: id,
    subject: id,
    title,
    source: "sallyport",
    ...named({ team }),
  });
}

/** The test that `sallyport notify test` sends: it says of itself that it is none. */
export function testNotice(id: string, timeMs: number): Notice {
  return made({
    id,
    kind: "test",
    timeMs,
    level: "informational",
    key: id,
    matter: id,
    subject: id,
    title: "This is a test of sallyport. Nothing happened.",
    source: "sallyport",
  });
}

/** What follows from a notice that somebody acknowledged, for whoever was told of it. */
export function acknowledgedNotice(notice: Notice, by: string, timeMs: number): Notice {
  return made({ ...notice, id: `${notice.id}.acknowledged`, kind: "acknowledged", timeMs, by });
}

/** What goes to the next people where nobody acknowledged. `step` counts from 1. */
export function escalatedNotice(notice: Notice, step: number, timeMs: number): Notice {
  const id = `${notice.id}.escalated.${step}`;
  return made({ ...notice, id, kind: "escalated", key: `${notice.key}:escalated:${step}`, timeMs });
}

/** A notice with its texts within bounds and on one line each. */
export function made(parts: Parts): Notice {
  const { title, ...rest } = parts;
  const texts = ["id", "key", "matter", "subject", "rule", "team", "project"] as const;
  const more = ["session", "user", "host", "state", "by"] as const;
  const short = [...texts, ...more].flatMap((name) => {
    const text = rest[name];
    return text === undefined ? [] : [[name, oneLine(text, NAME_CHARS_MAX)] as const];
  });
  return {
    count: 1,
    details: [],
    detailsOmitted: 0,
    ...rest,
    ...Object.fromEntries(short),
    title: oneLine(title, TITLE_CHARS_MAX),
  };
}

/** The graver of two levels. */
export function graver(one: Level, other: Level): Level {
  return LEVELS.indexOf(one) >= LEVELS.indexOf(other) ? one : other;
}

/** Whether it says that something is over or taken care of: nobody is woken by that. */
export function isCalming({ kind }: Pick<Notice, "kind">): boolean {
  return kind === "incident-closed" || kind === "acknowledged";
}

/** Whether somebody is to acknowledge it. */
export function wantsAnswer({ kind }: Pick<Notice, "kind">): boolean {
  return (
    kind === "alert-opened" ||
    kind === "incident-opened" ||
    kind === "approval-asked" ||
    kind === "summary"
  );
}

function oneLine(text: string, charsMax: number): string {
  return clipped(printable(text), charsMax);
}

/** The parts that are there. */
function named<Name extends string>(
  parts: Readonly<Record<Name, string | undefined>>,
): Partial<Record<Name, string>> {
  const there = Object.entries(parts).filter(([, text]) => text !== undefined);
  return Object.fromEntries(there) as Partial<Record<Name, string>>;
}
