// One thing that needs a person, in lines for a terminal.
import { clipped } from "#base/clipped.ts";
import type { InboxItem } from "../../services/inbox/inbox-item.ts";

const TITLE_CHARS_MAX = 160;

/** What it is, what is lost by waiting, and the command that does it. Foreign text: printed through `printable`. */
export function itemLines(one: InboxItem, nowMs: number): readonly [string, string, string] {
  const { kind, level, title, place, who, lost, untilMs, notHere, command } = one;
  const [first = ""] = title.split("\n");
  const about = [
    ...(place === null ? [] : [`in ${place}`]),
    ...(who === null ? [] : [`of ${who}`]),
    ...(untilMs === null ? [] : [endInWords(untilMs, nowMs)]),
  ];
  return [
    `${level.padEnd(8)}  ${kind.padEnd(11)}  ${clipped(first, TITLE_CHARS_MAX)}${about.length === 0 ? "" : ` (${about.join(", ")})`}`,
    `          ${lost}${notHere === null ? "" : `; not here: ${notHere}`}`,
    `          ${command}`,
  ];
}

function endInWords(untilMs: number, nowMs: number): string {
  const seconds = Math.round((untilMs - nowMs) / 1_000);
  if (seconds <= 0) return "over";
  if (seconds < 600) return `${seconds} s left`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min left`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3_600)} h left`
    : `${Math.round(seconds / 86_400)} days left`;
}
