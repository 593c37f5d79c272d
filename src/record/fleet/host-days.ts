// What a collector takes of a report: the machine by the collector's clock, and its days by the policy that they passed under.
import type {
  ExceptionDay,
  HostDay,
  HostReport,
  RuleDay,
  SeenDay,
  SeenHost,
} from "./host-report.ts";
import { HOST_DAY_COUNTS } from "./postgres-schema.ts";

const DAY_MS = 86_400_000;
/** Days before and after the collector's own that a machine may speak of: clocks and time zones differ by less. */
const DAYS_APART_MAX = 2;

/**
 * The machine and its days, with the days out of the machine's own report: those are kept apart. A clock that is off by more makes
 * days that nobody could place, which are left out; how far it is off stays.
 */
export function seenIn(
  report: HostReport,
  machine: string,
  nowMs: number,
): { readonly host: SeenHost; readonly days: readonly SeenDay[] } {
  const { bundle, atMs } = report;
  const host = { machine, seenMs: nowMs, skewMs: atMs - nowMs, report: { ...report, days: [] } };
  const isNear = ({ day }: HostDay): boolean =>
    Math.abs(Date.parse(day) - Math.floor(nowMs / DAY_MS) * DAY_MS) <= DAYS_APART_MAX * DAY_MS;
  const under = { machine, version: bundle?.version ?? null, stage: bundle?.stage ?? null };
  const days = new Map(report.days.filter(isNear).map((day) => [day.day, { ...under, day }]));
  return { host, days: [...days.values()] };
}

/** Whether two rows of days are about the same policy and stage. */
export function isUnder(one: Omit<SeenDay, "machine" | "day">, other: typeof one): boolean {
  return one.version === other.version && one.stage === other.stage;
}

/**
 * What of a day's counts passed under the policy that is in force now: all of them but those that passed under others. WHY so: a
 * machine counts its whole day, and a day on which the policy changed would be held against the wrong one.
 */
export function restOf(total: HostDay, others: readonly HostDay[]): HostDay {
  return others.reduce<HostDay>(less, total);
}

/** By what rows of the same day of the same machine are known. */
export const dayKey = ({ machine, day }: SeenDay): string => `${day.day} ${machine}`;

/**
 * The days without what of them passed under other policies, which `stored` has already: all rows that a store has of these days of
 * these machines. Those that say nothing new are left out.
 */
export function newIn(days: readonly SeenDay[], stored: readonly SeenDay[]): readonly SeenDay[] {
  const known = new Map<string, SeenDay[]>();
  for (const one of stored) known.set(dayKey(one), [...(known.get(dayKey(one)) ?? []), one]);
  return days.flatMap((seen) => {
    const rows = known.get(dayKey(seen)) ?? [];
    const others = rows.filter((one) => !isUnder(one, seen));
    const day = restOf(
      seen.day,
      others.map((one) => one.day),
    );
    const own = rows.find((one) => isUnder(one, seen));
    return own !== undefined && signOf(own.day) === signOf(day) ? [] : [{ ...seen, day }];
  });
}

/** What tells two days of a machine apart. WHY not their JSON: a server may have an order of its own. */
function signOf({ rules, exceptions, ...day }: HostDay): string {
  return [
    ...HOST_DAY_COUNTS.map(([, field]) => day[field]),
    ...rules.map((one) =>
      [one.rule, one.asked, one.refused, one.allowed, one.replayed, one.freed].join(" "),
    ),
    ...exceptions.map(({ exception, used }) => `${exception} ${used}`),
  ].join("\n");
}

function less(from: HostDay, taken: HostDay): HostDay {
  return {
    day: from.day,
    calls: minus(from.calls, taken.calls),
    // A session goes on under the next policy, and is counted under both.
    sessions: from.sessions,
    asked: minus(from.asked, taken.asked),
    refused: minus(from.refused, taken.refused),
    allowed: minus(from.allowed, taken.allowed),
    declined: minus(from.declined, taken.declined),
    waitedMs: minus(from.waitedMs, taken.waitedMs),
    overrides: minus(from.overrides, taken.overrides),
    failures: minus(from.failures, taken.failures),
    spared: minus(from.spared, taken.spared),
    added: minus(from.added, taken.added),
    left: minus(from.left, taken.left),
    rules: from.rules.flatMap((rule) => lessRule(rule, taken.rules)),
    exceptions: from.exceptions.flatMap((one) => lessException(one, taken.exceptions)),
  };
}

function lessRule(rule: RuleDay, taken: readonly RuleDay[]): readonly RuleDay[] {
  const before = taken.find((one) => one.rule === rule.rule);
  if (before === undefined) return [rule];
  const left = {
    rule: rule.rule,
    asked: minus(rule.asked, before.asked),
    refused: minus(rule.refused, before.refused),
    allowed: minus(rule.allowed, before.allowed),
    replayed: minus(rule.replayed, before.replayed),
    freed: minus(rule.freed, before.freed),
  };
  return left.asked + left.refused === 0 ? [] : [left];
}

function lessException(
  { exception, used }: ExceptionDay,
  taken: readonly ExceptionDay[],
): readonly ExceptionDay[] {
  const before = taken.find((one) => one.exception === exception)?.used ?? 0;
  return used <= before ? [] : [{ exception, used: used - before }];
}

function minus(one: number, other: number): number {
  return Math.max(0, one - other);
}
