// Days that exist: what national numbers and labels give as somebody's birth.

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a month, 1 to 12, has that day in some year; the 29th of February counts, for many numbers give two digits of a year. */
export function isDay(day: number, month: number): boolean {
  return day >= 1 && day <= (DAYS[month - 1] ?? 0);
}

/** Whether four, six or eight digits from a place on are a day and a month that exist. */
export function isDayAt(digits: string, dayAt: number, monthAt: number): boolean {
  return isDay(Number(digits.slice(dayAt, dayAt + 2)), Number(digits.slice(monthAt, monthAt + 2)));
}

/** A year that somebody who lives today may be born in. WHY fixed: the guard has no clock. */
export function isBirthYear(year: number): boolean {
  return year >= 1900 && year <= 2035;
}
