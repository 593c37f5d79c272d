// Sums by day and project: a clock that is set back gives nothing back, and one that is set forth and back again takes nothing away for good.
import { addSums, allOf, noSums, type Sums, valueOf } from "./sums.ts";

/** Days that are kept: two months and a little. */
const DAYS_MAX = 70;
const PROJECTS_MAX = 256;
/** Where sums of further projects go. */
const OTHERS = "others";

/** Sums of days by project. `day` is the one that is counted now. */
export type DayBook = {
  day: string;
  readonly days: Record<string, Record<string, Sums>>;
  /** The clock was set back from `from`; `since` was spent after that. */
  back: { readonly from: string; readonly since: Record<string, Sums> } | undefined;
};

/** No day was counted yet. */
export function emptyDays(): DayBook {
  return { day: "", days: {}, back: undefined };
}

/** The day of a moment by the machine's own calendar: 2030-12-31. */
export function localDay(ms: number): string {
  const at = new Date(ms);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Has the book count on the day that the clock shows now. */
export function turnTo(book: DayBook, day: string): void {
  if (day === book.day) return;
  const { day: before, back } = book;
  book.day = day;
  if (before === "") return;
  if (day < before) {
    // What was spent on the later day was spent by now: it counts on this one too.
    addAll(book, day, book.days[before] ?? {});
    book.back = { from: back === undefined || before > back.from ? before : back.from, since: {} };
  } else if (back !== undefined && day >= back.from) {
    if (day === back.from) addAll(book, day, back.since);
    book.back = undefined;
  }
  for (const old of Object.keys(book.days).sort().slice(0, -DAYS_MAX)) delete book.days[old];
}

/** Adds what a project spent; `day` where it was on an earlier one. */
export function spend(book: DayBook, project: string, more: Partial<Sums>, day = book.day): void {
  const on = day < book.day ? day : book.day;
  addSums(sumsIn((book.days[on] ??= {}), project), more);
  if (on === book.day && book.back !== undefined) addSums(sumsIn(book.back.since, project), more);
}

/** What was spent in a day, or in the month of the day, by one project or by all. */
export function spentIn(book: DayBook, per: "day" | "month", project: string | undefined): Sums {
  const days =
    per === "day"
      ? [book.day]
      : Object.keys(book.days).filter((day) => day.startsWith(book.day.slice(0, 7)));
  return allOf(
    days.flatMap((day) => {
      const ofDay = book.days[day] ?? {};
      if (project === undefined) return Object.values(ofDay);
      return Object.hasOwn(ofDay, project) ? [ofDay[project] ?? noSums()] : [];
    }),
  );
}

function addAll(book: DayBook, day: string, sums: Readonly<Record<string, Sums>>): void {
  for (const [project, more] of Object.entries(sums))
    addSums(sumsIn((book.days[day] ??= {}), project), more);
}

function sumsIn(sums: Record<string, Sums>, project: string): Sums {
  const isRoom = Object.hasOwn(sums, project) || Object.keys(sums).length < PROJECTS_MAX;
  return valueOf(sums, isRoom ? project : OTHERS, noSums);
}
