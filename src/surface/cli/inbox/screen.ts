// One screen of `sallyport inbox`: drawn from what is known, for a terminal of any size. No clock and no disk.
import { clipped } from "#base/clipped.ts";
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import { OUTCOMES } from "#detect/incident/incident.ts";
import type { Inbox } from "../../services/inbox/inbox.ts";
import type { InboxItem } from "../../services/inbox/inbox-item.ts";
import { itemLines } from "./item-lines.ts";

export type InboxKnown = {
  readonly inbox: Pick<Inbox, "items" | "unread">;
  /** Place of the chosen item. */
  readonly place: number;
  /** What stands in place of the list: one item in full, or the choice of an outcome below it. */
  readonly open: { readonly lines: readonly string[]; readonly asksOutcome: boolean } | undefined;
  /** What became of the last key. */
  readonly said: string;
  /** What will be done, and can still be taken back. */
  readonly held: { readonly words: string; readonly leftMs: number } | undefined;
};

const LIST_KEYS =
  "j k next, previous   enter open   a allow   r refuse   e assign to you   x close";
const OPEN_KEYS = "a allow   r refuse   e assign to you   x close   any other key goes back";
const LINES_OF_ITEM = 3;
/** Head, foot and what was said. */
const OTHER_LINES = 5;

/** The lines of a screen, no longer and no more than fit. Every text of others is made visible. */
export function inboxScreen(
  { inbox, place, open, said, held }: InboxKnown,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  { nowMs, hasColour }: { readonly nowMs: number; readonly hasColour: boolean },
): readonly string[] {
  const cut = (text: string) => clipped(printable(text), columns);
  const bold = (text: string) => (hasColour ? `\u001B[1m${text}\u001B[0m` : text);
  const { items, unread } = inbox;
  const count = items.length;
  const head =
    count === 0
      ? `nothing ${unread.length === 0 ? "" : "else "}needs you`
      : `${counted(count, "thing")} ${count === 1 ? "needs" : "need"} you; ${place + 1} of ${count}`;
  const unknown = unread.map(({ kind, why }) => `not known: ${kind}: ${why}`);
  const top = [bold(cut(`sallyport inbox  ${head}`)), ...unknown.map(cut)];
  const foot = [
    cut(said),
    cut(
      held === undefined
        ? ""
        : `${held.words} in ${Math.ceil(held.leftMs / 1_000)} s; u takes it back, q does it at once`,
    ),
    cut(footKeys(open)),
  ];
  const room = Math.max(LINES_OF_ITEM, rows - top.length - OTHER_LINES + 1);
  const body =
    open === undefined ? windowOf(items, place, { room, nowMs, cut, bold }) : open.lines.map(cut);
  return [...top, "", ...body.slice(0, room), ...foot].slice(-Math.max(1, rows));
}

function footKeys(open: InboxKnown["open"]): string {
  if (open === undefined) return `${LIST_KEYS}   q end`;
  if (!open.asksOutcome) return OPEN_KEYS;
  return `how was it possible?  ${OUTCOMES.map((one, at) => `${at + 1} ${one}`).join("  ")}`;
}

type Drawing = {
  readonly room: number;
  readonly nowMs: number;
  readonly cut: (text: string) => string;
  readonly bold: (text: string) => string;
};

/** As many items as there is room for, the chosen one among them. */
function windowOf(
  items: readonly InboxItem[],
  place: number,
  { room, nowMs, cut, bold }: Drawing,
): readonly string[] {
  const fit = Math.max(1, Math.floor(room / LINES_OF_ITEM));
  const from = Math.max(0, Math.min(place - Math.floor(fit / 2), items.length - fit));
  return items.slice(from, from + fit).flatMap((one, at) => {
    const isChosen = from + at === place;
    const lines = itemLines(one, nowMs).map((line) => cut(`${isChosen ? ">" : " "} ${line}`));
    return isChosen ? lines.map(bold) : lines;
  });
}
