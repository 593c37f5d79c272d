// Sums of sessions put together by session, person, repository or day, whether they were counted now or kept.
import type { FailingLoop } from "./failing-loops.ts";
import {
  addSums,
  byCost,
  byKey,
  newSums,
  rowOf,
  type SpendingRow,
  type Sums,
} from "./spending-sums.ts";

export const SPENDING_KEYS = ["session", "user", "repository", "day"] as const;
export type SpendingKey = (typeof SPENDING_KEYS)[number];

export type Spending = {
  readonly all: SpendingRow;
  /** Most money first, then most tokens; days in their order. */
  readonly rows: readonly SpendingRow[];
  /** Most tokens first. */
  readonly loops: readonly FailingLoop[];
  /** Events of the client that came twice, and counted once. */
  readonly repeated: number;
  /** Failed calls whose command could not be opened: no loop of theirs is seen. */
  readonly unopened: number;
  /** Events beyond what is remembered at once: the figures are too low. */
  readonly omitted: number;
};

/** What one session spent, by day (UTC). Times are those of its first event and its last, Unix milliseconds. */
export type SessionSpending = {
  readonly id: string;
  readonly user: string | undefined;
  readonly repository: string | undefined;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of each day `sessions` is 1. */
  readonly days: ReadonlyMap<string, Sums>;
  readonly loops: readonly FailingLoop[];
  readonly repeated: number;
  readonly unopened: number;
};

/** Sums of many sessions that were put together before: by key, and of all of them. No session is in two of these. */
export type SpendingGroups = {
  readonly groups: readonly { readonly key: string | undefined; readonly sums: Sums }[];
  readonly all: Sums;
  readonly loops: readonly FailingLoop[];
  readonly repeated: number;
  readonly unopened: number;
};

export type GroupingSpending = {
  add(session: SessionSpending): void;
  addGroups(groups: SpendingGroups): void;
  /** What was put together so far; to be added to others. */
  groups(): SpendingGroups;
  result(omitted: number): Spending;
};

/** Begins to put sessions together. */
export function startSpendingGroups(by: SpendingKey): GroupingSpending {
  const all = newSums();
  const rows = new Map<string | undefined, Sums>();
  const loops: FailingLoop[] = [];
  const counts = { repeated: 0, unopened: 0 };
  const sumsOf = (key: string | undefined): Sums => {
    const sums = rows.get(key) ?? newSums();
    rows.set(key, sums);
    return sums;
  };
  const merge = (into: Sums, more: Sums): void => {
    addSums(into, more);
    into.sessions += more.sessions;
    into.told += more.told;
  };
  return {
    add(session) {
      let isTold = false;
      for (const [day, sums] of session.days) {
        addSums(all, sums);
        if (by === "day") merge(sumsOf(day), sums);
        else addSums(sumsOf(keyOf(session, by)), sums);
        isTold ||= sums.told > 0;
      }
      for (const sums of by === "day" ? [all] : [all, sumsOf(keyOf(session, by))]) {
        sums.sessions += 1;
        if (isTold) sums.told += 1;
      }
      for (const loop of session.loops) loops.push(loop);
      counts.repeated += session.repeated;
      counts.unopened += session.unopened;
    },
    addGroups(groups) {
      for (const { key, sums } of groups.groups) merge(sumsOf(key), sums);
      merge(all, groups.all);
      for (const loop of groups.loops) loops.push(loop);
      counts.repeated += groups.repeated;
      counts.unopened += groups.unopened;
    },
    groups: () => ({
      groups: [...rows].map(([key, sums]) => ({ key, sums })),
      all,
      loops,
      ...counts,
    }),
    result: (omitted) => ({
      all: rowOf(undefined, all),
      rows: [...rows]
        .map(([key, sums]) => rowOf(key, sums))
        .toSorted(by === "day" ? byKey : byCost),
      loops: loops.toSorted(byTokens),
      repeated: counts.repeated,
      omitted,
      unopened: counts.unopened,
    }),
  };
}

function keyOf(session: SessionSpending, by: Exclude<SpendingKey, "day">): string | undefined {
  switch (by) {
    case "session":
      return session.id;
    case "user":
      return session.user;
    case "repository":
      return session.repository;
    default:
      return by satisfies never;
  }
}

/** WHY to the session: which one comes first must not hang on the order in which they were counted. */
function byTokens(one: FailingLoop, other: FailingLoop): number {
  return (
    (other.tokens ?? 0) - (one.tokens ?? 0) ||
    other.failures - one.failures ||
    one.fromMs - other.fromMs ||
    (one.session < other.session ? -1 : Number(one.session > other.session)) ||
    (one.command < other.command ? -1 : 1)
  );
}
