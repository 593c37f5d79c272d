// What one channel has still to say: what goes at once, what is held back and counted, what waits to be sent; bounded, pure.
import { dropOldest } from "#base/drop-oldest.ts";
import { counted } from "#base/counted.ts";
import type { Level } from "../detection/detection.ts";
import { DETAILS_MAX, graver, isCalming, made, type Notice } from "./notice.ts";
import type { QuietClock } from "./quiet-hours.ts";

/** Messages that wait for one channel; past this notices are held back and counted. */
export const QUEUE_MAX = 256;
/** Kinds of notices that a summary can name; of others only the number is kept. */
const HELD_KINDS_MAX = 64;
/** Keys and ids that are remembered, the newest. */
const REMEMBERED_MAX = 1_024;
const MINUTE_MS = 60_000;

/** How much a channel takes. */
export type FlowLimits = {
  readonly quiet: QuietClock | undefined;
  /** Minutes within which the same key is only counted. */
  readonly windowMinutes: number;
  /** Messages within so many minutes; what is more goes as one summary. */
  readonly most: { readonly notices: number; readonly minutes: number };
  /** A system that keeps state: what says that something is over is never held back from it. */
  readonly isMachine: boolean;
};

/** A message that waits. `id` stays the same over all tries, so that the other side can tell them apart. */
export type Waiting = {
  readonly id: string;
  readonly notice: Notice;
  readonly madeMs: number;
  readonly tries: number;
};

type HeldKind = {
  readonly title: string;
  readonly level: Level;
  readonly count: number;
  readonly subject: string;
  readonly matter: string;
};

/** What is held back for one summary. */
export type Held = {
  readonly sinceMs: number;
  readonly dueMs: number;
  readonly total: number;
  readonly level: Level;
  readonly kinds: Readonly<Record<string, HeldKind>>;
  /** Notices of kinds that did not find room in `kinds`. */
  readonly others: number;
};

/** The state of a channel. It changes in place; `flowRecord` and `flowFrom` lead to disk and back. */
export type Flow = {
  readonly channel: string;
  queue: readonly Waiting[];
  held: Held | undefined;
  /** Until when a key is only counted, and at which level it was told. */
  readonly heard: Map<string, { readonly untilMs: number; readonly level: Level }>;
  readonly ids: Set<string>;
  /** When the last messages were let through, oldest first. */
  admittedMs: readonly number[];
  /** Notices that came, messages that the other side took, messages given up. */
  taken: number;
  delivered: number;
  dead: number;
  /** Why the channel takes nothing now; empty while all is well. */
  trouble: string;
  deliveredMs: number | undefined;
};

export type Admission = "queued" | "held" | "known";

/** A channel of which nothing was said yet. */
export function emptyFlow(channel: string): Flow {
  return {
    channel,
    queue: [],
    held: undefined,
    heard: new Map(),
    ids: new Set(),
    admittedMs: [],
    taken: 0,
    delivered: 0,
    dead: 0,
    trouble: "",
    deliveredMs: undefined,
  };
}

/** Takes a notice in: it waits to be sent, or it is held back and counted, or its id was here before. */
export function admit(flow: Flow, notice: Notice, limits: FlowLimits, nowMs: number): Admission {
  if (flow.ids.has(notice.id)) return "known";
  flow.ids.add(notice.id);
  dropOldest(flow.ids, REMEMBERED_MAX);
  flow.taken += 1;
  const dueMs = heldUntil(flow, notice, limits, nowMs);
  if (dueMs !== undefined) {
    flow.held = withHeld(flow.held, notice, dueMs, nowMs);
    return "held";
  }
  flow.heard.delete(notice.key);
  const untilMs = nowMs + limits.windowMinutes * MINUTE_MS;
  flow.heard.set(notice.key, { untilMs, level: notice.level });
  dropOldest(flow.heard, REMEMBERED_MAX);
  enqueue(flow, notice, limits, nowMs);
  return "queued";
}

/** Makes a summary of what was held back, once its time has come, and lets it wait to be sent. Gives it where there is one. */
export function summarise(flow: Flow, limits: FlowLimits, nowMs: number): Notice | undefined {
  const { held } = flow;
  if (held === undefined || nowMs < held.dueMs || flow.queue.length >= QUEUE_MAX) return undefined;
  const quietMs = quietFor(held.level, limits, nowMs);
  if (quietMs !== undefined) {
    flow.held = { ...held, dueMs: quietMs };
    return undefined;
  }
  flow.held = undefined;
  const notice = summaryOf(flow.channel, held, nowMs);
  enqueue(flow, notice, limits, nowMs);
  return notice;
}

/** Until when a notice is held back, or undefined where it may go. */
function heldUntil(
  flow: Flow,
  notice: Notice,
  limits: FlowLimits,
  nowMs: number,
): number | undefined {
  const { most, isMachine } = limits;
  const spanMs = most.minutes * MINUTE_MS;
  const isFull = flow.queue.length >= QUEUE_MAX;
  if (isMachine && isCalming(notice) && !isFull) return undefined;
  const quietMs = quietFor(notice.level, limits, nowMs);
  if (quietMs !== undefined) return quietMs;
  const before = flow.heard.get(notice.key);
  const isRepeat =
    before !== undefined &&
    nowMs < before.untilMs &&
    graver(before.level, notice.level) === before.level;
  if (isRepeat) return before.untilMs;
  flow.admittedMs = flow.admittedMs.filter((atMs) => atMs > nowMs - spanMs && atMs <= nowMs);
  const [oldestMs = nowMs] = flow.admittedMs;
  return isFull || flow.admittedMs.length >= most.notices ? oldestMs + spanMs : undefined;
}

function quietFor(level: Level, { quiet }: FlowLimits, nowMs: number): number | undefined {
  return level === "critical" ? undefined : quiet?.(nowMs);
}

function enqueue(flow: Flow, notice: Notice, { most }: FlowLimits, nowMs: number): void {
  const waiting = { id: `${notice.id}.${flow.channel}`, notice, madeMs: nowMs, tries: 0 };
  flow.queue = [...flow.queue, waiting];
  flow.admittedMs = [...flow.admittedMs, nowMs].slice(-most.notices);
}

function withHeld(held: Held | undefined, notice: Notice, dueMs: number, nowMs: number): Held {
  const { key, title, level, subject, matter, count } = notice;
  const known = held?.kinds[key];
  const kinds = held?.kinds ?? {};
  const hasRoom = known !== undefined || Object.keys(kinds).length < HELD_KINDS_MAX;
  const kind = {
    title,
    subject,
    matter,
    ...known,
    level: graver(known?.level ?? level, level),
    count: (known?.count ?? 0) + count,
  };
  return {
    sinceMs: held?.sinceMs ?? nowMs,
    dueMs: Math.min(held?.dueMs ?? dueMs, dueMs),
    total: (held?.total ?? 0) + count,
    level: graver(held?.level ?? level, level),
    kinds: hasRoom ? { ...kinds, [key]: kind } : kinds,
    others: (held?.others ?? 0) + (hasRoom ? 0 : count),
  };
}

function summaryOf(channel: string, held: Held, nowMs: number): Notice {
  const kinds = Object.values(held.kinds).toSorted((one, other) => other.count - one.count);
  const [first] = kinds;
  const isOne = kinds.length === 1 && held.others === 0 && first !== undefined;
  const id = `summary.${channel}.${held.sinceMs}`;
  const omitted = Math.max(0, kinds.length - DETAILS_MAX) + (held.others > 0 ? 1 : 0);
  return made({
    id,
    kind: "summary",
    timeMs: nowMs,
    level: held.level,
    source: "sallyport",
    key: id,
    // A pager that was told of the matter is told of more of the same.
    matter: isOne ? first.matter : `summary:${channel}`,
    subject: isOne ? first.subject : id,
    title: isOne
      ? `${held.total} more of the same: ${first.title}`
      : `${counted(held.total, "notice")} since ${new Date(held.sinceMs).toISOString()}`,
    count: held.total,
    details: kinds.slice(0, DETAILS_MAX).map(({ matter: _matter, ...kind }) => kind),
    detailsOmitted: omitted,
  });
}
