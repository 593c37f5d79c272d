// Tasks as a file for calendars of people (RFC 5545): one event that comes back for each.
import type { Interval, Task } from "./task.ts";

/** A task with the day of its next time, in milliseconds. */
export type Entry = { readonly task: Task; readonly nextMs: number };

const RULES: Readonly<Record<Interval, string>> = {
  day: "FREQ=DAILY",
  week: "FREQ=WEEKLY",
  month: "FREQ=MONTHLY",
  quarter: "FREQ=MONTHLY;INTERVAL=3",
  year: "FREQ=YEARLY",
};
/** RFC 5545 section 3.1: a line has at most 75 octets without its end. */
const OCTETS_MAX = 75;
const LAST_DAY_EVERYWHERE = 28;

/**
 * The file. `of`: what the installation is called in ids: events keep theirs, so that a calendar that takes the file again changes
 * them and adds none.
 */
export function formatIcs(
  entries: readonly Entry[],
  { nowMs, of }: { readonly nowMs: number; readonly of: string },
): string {
  const lines = [
    ...[
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//sallyport//calendar//EN",
      "CALSCALE:GREGORIAN",
    ],
    ...entries.flatMap((entry) => eventLines(entry, { nowMs, of })),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

function eventLines(
  { task, nextMs }: Entry,
  { nowMs, of }: { readonly nowMs: number; readonly of: string },
): readonly string[] {
  const body = [task.description, `Owner: ${task.owner}`, ...task.commands].join("\n");
  return [
    "BEGIN:VEVENT",
    `UID:${task.id}.${of}@sallyport.invalid`,
    `DTSTAMP:${new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "")}`,
    `DTSTART;VALUE=DATE:${firstDay(task.every, nextMs)}`,
    `RRULE:${RULES[task.every]}`,
    `SUMMARY:${escaped(task.title)}`,
    `DESCRIPTION:${escaped(body)}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ];
}

/** WHY never the 29th to 31st: a rule that comes back on such a day leaves out the months that lack it (RFC 5545 section 3.3.10). */
function firstDay(every: Interval, timeMs: number): string {
  const day = new Date(timeMs);
  if (every !== "day" && every !== "week")
    day.setUTCDate(Math.min(day.getUTCDate(), LAST_DAY_EVERYWHERE));
  return day.toISOString().slice(0, 10).replaceAll("-", "");
}

/** Text as a value (RFC 5545 section 3.3.11). */
function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (character) => `\\${character}`).replace(/\r?\n/g, "\\n");
}

/** A long line goes on behind a line end and a blank. No character is cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    if (octets + more > OCTETS_MAX) {
      parts.push(part);
      part = "";
      // The blank counts too.
      octets = 1;
    }
    part += character;
    octets += more;
  }
  return [...parts, part].join("\r\n ");
}
