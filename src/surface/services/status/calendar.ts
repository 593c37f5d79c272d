// What `sallyport status` says of tasks that come back: those that are overdue, once somebody has recorded one here.
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { Finding } from "../../foundation/terminal/finding.ts";
import { calendarOf } from "../calendar/calendar.ts";

/** The finding; undefined where nobody uses the calendar. */
export function checkCalendar({
  directories,
  nowMs,
  ours,
}: {
  readonly directories: Directories;
  readonly nowMs: number;
  ours(words: string): string;
}): Finding | undefined {
  try {
    const rows = calendarOf(directories, nowMs).filter(({ state }) => state !== "unused");
    if (rows.length === 0) return undefined;
    const late = rows.filter(({ state }) => state === "overdue");
    if (late.length === 0) return { level: "ok", text: `${rows.length} tasks, none overdue` };
    const names = late.map(({ task, dueMs }) => `${task.id} (due ${dayOf(dueMs ?? nowMs)})`);
    const text = `${late.length} of ${rows.length} tasks overdue: ${names.join(", ")}`;
    return { level: "found", text, repair: ours("calendar list") };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return { level: "found", text: printable(cause.message), repair: ours("calendar list") };
  }
}
