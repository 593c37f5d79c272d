// Times of the week as policies write them: `Mon-Fri 08:00-18:00`.
import type { Hours } from "#guard/policy/policy.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const FORM = /^(?:([a-z]{3})(?:-([a-z]{3}))?(?:\s+|$))?(?:(\d{2}):(\d{2})-(\d{2}):(\d{2}))?$/;
const DAY_MINUTES = 24 * 60;

/**
 * The hours that a text names: days, a time, or both; undefined when it is neither. A time that ends before it begins goes
 * past midnight, and days that end before they begin go past Sunday.
 */
export function parseHours(text: string): Hours | undefined {
  const match = FORM.exec(text.trim().toLowerCase());
  if (match === null || text.trim() === "") return undefined;
  const [, first, last, ...clock] = match;
  const days = daysBetween(first ?? "mon", last ?? first ?? "sun");
  if (days === undefined) return undefined;
  if (clock[0] === undefined) return { days, start: 0, end: DAY_MINUTES };
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = clock.map(Number);
  const start = startHour * 60 + startMinute;
  const end = endHour * 60 + endMinute;
  const isClock = startHour < 24 && startMinute < 60 && end <= DAY_MINUTES && endMinute < 60;
  return isClock && start !== end ? { days, start, end } : undefined;
}

function daysBetween(first: string, last: string): number[] | undefined {
  const from = DAYS.indexOf(first);
  const to = DAYS.indexOf(last);
  if (from === -1 || to === -1) return undefined;
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => ((from + index) % 7) + 1);
}
