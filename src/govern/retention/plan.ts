// What may leave the log here and when: the entries whose time is over, from the oldest on, up to the first that must stay.
import type { Hold } from "./hold.ts";
import { holdsOver } from "./hold.ts";
import type { KeptClass } from "./periods.ts";

const DAY_MS = 86_400_000;
/**
 * How much longer entries stay for a system that they are to be delivered to and that has not got them: long enough to
 * repair it, and no reason to keep somebody's data for ever.
 */
export const EXPORT_WAIT_DAYS = 30;

/** One entry as retention sees it. `sealed` says that somebody's name or session in it cannot be opened here. */
export type AgedEntry = {
  readonly index: number;
  /** Undefined for an entry that this version cannot read. */
  readonly timeMs: number | undefined;
  readonly kind: string;
  /** The client's id of its session, and the name of its user, where they are known. */
  readonly session: string | undefined;
  readonly user: string | undefined;
  readonly isSealed: boolean;
  /** The id of the hold that this event sets; undefined for all others. */
  readonly sets: string | undefined;
};

/** Entries of one class that leave, when they are from, and until when the archive has to keep them. */
export type Leaving = {
  readonly id: string;
  readonly entries: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly archivedUntilMs: number;
};

/** Why the next entry stays. */
export type Stop =
  | { readonly why: "age"; readonly index: number; readonly atMs: number }
  | { readonly why: "hold"; readonly index: number; readonly hold: string }
  | { readonly why: "unread"; readonly index: number }
  | {
      readonly why: "export";
      readonly index: number;
      readonly target: string;
      readonly untilMs: number;
    };

/** A target of an export that has not got the entries from `next` on. */
export type AwaitedEntries = { readonly target: string; readonly next: number };

export type RetentionPlan = {
  /** Entries below may leave; not rounded to bundles. */
  readonly end: number;
  readonly leaving: readonly Leaving[];
  readonly stop: Stop | undefined;
};

/** Follows the entries of a log from the first one on; ended by the first that stays. */
export type RetentionPlanner = {
  /** Whether the entry leaves; false ends the plan. */
  add(entry: AgedEntry): boolean;
  plan(): RetentionPlan;
};

/**
 * Begins a plan. An entry leaves when it is older than `hereDays` and no hold is over it. WHY one number and not its class's:
 * entries leave from the oldest on, in whole bundles, and what has to be kept longer is kept by the archive, without which
 * nothing leaves. A hold that is in force holds the event that set it. What a target of an export has not got stays
 * `EXPORT_WAIT_DAYS` longer.
 */
export function startPlan(
  first: number,
  given: {
    readonly nowMs: number;
    readonly hereDays: number;
    readonly classes: readonly KeptClass[];
    readonly holds: readonly Hold[];
    readonly awaited: readonly AwaitedEntries[];
  },
): RetentionPlanner {
  const { nowMs, hereDays, classes, holds, awaited } = given;
  const sums = new Map<
    string,
    { entries: number; fromMs: number; untilMs: number; days: number }
  >();
  let end = first;
  let stop: Stop | undefined;
  return {
    add(entry) {
      stop = stopAt(entry, { nowMs, hereDays, holds, awaited });
      if (stop !== undefined || entry.timeMs === undefined) return false;
      const { timeMs, kind } = entry;
      const longest = Math.max(...classes.map(({ days }) => days));
      const { id, days } = classes.find(({ kinds }) => kinds.includes(kind)) ?? {
        id: "other",
        days: longest,
      };
      const sum = sums.get(id) ?? { entries: 0, fromMs: timeMs, untilMs: timeMs, days };
      sums.set(id, {
        entries: sum.entries + 1,
        days,
        fromMs: Math.min(sum.fromMs, timeMs),
        untilMs: Math.max(sum.untilMs, timeMs),
      });
      end = entry.index + 1;
      return true;
    },
    plan: () => ({
      end,
      stop,
      leaving: [...sums]
        .map(([id, { days, ...sum }]) => ({
          id,
          ...sum,
          archivedUntilMs: sum.untilMs + days * DAY_MS,
        }))
        .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    }),
  };
}

function stopAt(
  entry: AgedEntry,
  given: {
    readonly nowMs: number;
    readonly hereDays: number;
    readonly holds: readonly Hold[];
    readonly awaited: readonly AwaitedEntries[];
  },
): Stop | undefined {
  const { index, timeMs, session, user, isSealed, sets } = entry;
  if (timeMs === undefined) return { why: "unread", index };
  const atMs = timeMs + given.hereDays * DAY_MS;
  if (atMs > given.nowMs) return { why: "age", index, atMs };
  const [hold] = holdsOver(given.holds, {
    period: { fromMs: timeMs, untilMs: timeMs },
    sessions: isSealed ? undefined : session === undefined ? [] : [session],
    subjects: isSealed ? undefined : user === undefined ? [] : [user],
  });
  const own = given.holds.find(({ id }) => id === sets);
  const held = hold ?? own;
  if (held !== undefined) return { why: "hold", index, hold: held.id };
  const untilMs = atMs + EXPORT_WAIT_DAYS * DAY_MS;
  const waiting = given.awaited.find(({ next }) => next <= index);
  if (waiting === undefined || untilMs <= given.nowMs) return undefined;
  return { why: "export", index, target: waiting.target, untilMs };
}
