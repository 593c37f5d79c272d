// Whether what is written as a date is a day on which somebody may have been born who lives.
import { isBirthYear, isDay } from "./calendar.ts";

/** Whether a date is a day that exists, whatever the order of day and month. */
export function isBirthDate(text: string): boolean {
  if (text.startsWith("1900-01-01")) return false;
  if (/^-?[0-9]{9,13}$/.test(text) && !/^(?:19|20)[0-9]{10}$/.test(text)) return isMoment(text);
  const numbers = text.replace(/[T ][0-9]{2}:.*$/, "").match(/[0-9]+/g) ?? [];
  if (numbers.length !== 3) {
    const [only = ""] = numbers;
    if (numbers.length === 1 && only.length > 8)
      return (
        isBirthYear(Number(only.slice(0, 4))) &&
        isDay(Number(only.slice(6, 8)), Number(only.slice(4, 6)))
      );
    if (numbers.length === 1 && text.length === 8 && only.length === 8)
      return (
        isDay(Number(only.slice(6)), Number(only.slice(4, 6))) ||
        isDay(Number(only.slice(0, 2)), Number(only.slice(2, 4))) ||
        isDay(Number(only.slice(2, 4)), Number(only.slice(0, 2)))
      );
    return isDay(Number(numbers.find((number) => number.length <= 2)), 1);
  }
  const [first = "", second = "", third = ""] = numbers;
  if (first.length === 4) return isBirthYear(Number(first)) && isDay(Number(third), Number(second));
  const isYear = third.length === 2 || isBirthYear(Number(third));
  return isYear && (isDay(Number(first), Number(second)) || isDay(Number(second), Number(first)));
}

/** Milliseconds of a day, and days around 1970 between which people are born who live. */
const DAY_MS = 86_400_000;
const FIRST_DAY = -25_000;
const LAST_DAY = 22_000;

/** Whether a number is a whole day in milliseconds or seconds since 1970, as a day without an hour is kept. */
function isMoment(text: string): boolean {
  const number = Number(text);
  const ms = Math.abs(number) > 10_000_000_000 ? number : number * 1_000;
  const days = ms / DAY_MS;
  return Number.isInteger(days) && days > FIRST_DAY && days < LAST_DAY;
}
