// One screen of `sallyport top`: drawn from what is known, for a terminal of any size. No clock and no disk.
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import type { FeedItem } from "../../services/daemon-process/feed.ts";

export type TopKnown = {
  /** The daemon answers now. */
  readonly isThere: boolean;
  readonly projects: number;
  readonly hour: {
    readonly allow: number;
    readonly ask: number;
    readonly deny: number;
    readonly other: number;
  };
  /** Refusals and questions of the hour by rule, most first. */
  readonly reasons: readonly { readonly rule: string; readonly count: number }[];
  readonly incidents: readonly {
    readonly id: string;
    readonly level: string;
    readonly title: string;
  }[];
  readonly approvals: number;
  /** What just happened, the newest first. */
  readonly items: readonly FeedItem[];
  readonly isPaused: boolean;
  /** What could not be asked, in words. */
  readonly problem: string | undefined;
};

export type ScreenSize = { readonly columns: number; readonly rows: number };
type Colour = "red" | "green" | "cyan" | "dim" | "bold";
const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, cyan: 36, dim: 2, bold: 1 };
const REASONS_MAX = 4;
const INCIDENTS_MAX = 4;
/** Rows that stay for what just happened, however much else there is. */
const ITEMS_MIN = 3;

/** The lines of a screen, no longer and no more than fit. Every text of others is made visible. */
export function topScreen(
  known: TopKnown,
  { columns, rows }: ScreenSize,
  { nowMs, hasColour }: { readonly nowMs: number; readonly hasColour: boolean },
): readonly string[] {
  const paint = (colour: Colour, text: string) =>
    hasColour ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text;
  const cut = (text: string) => cutTo(printable(text), columns);
  const { isThere, projects, hour, approvals, problem } = known;
  const guard = isThere
    ? `the guard answers; ${counted(projects, "project")} guarded`
    : "THE DAEMON DOES NOT ANSWER: guarded sessions are blocked; `sallyport daemon --ensure` starts it";
  const calls = hour.allow + hour.ask + hour.deny + hour.other;
  const per100 =
    calls === 0 ? "" : `, ${((100 * hour.ask) / calls).toFixed(1)} questions per 100 calls`;
  const head = [
    paint(isThere ? "bold" : "red", cut(`sallyport  ${clock(nowMs)}  ${guard}`)),
    cut(
      `last hour  ${counted(calls, "call")}: ${hour.allow} allowed, ${hour.ask} asked, ${hour.deny} refused${per100}`,
    ),
    ...(problem === undefined ? [] : [paint("red", cut(problem))]),
    ...(approvals === 0
      ? []
      : [
          paint(
            "cyan",
            cut(`${counted(approvals, "request")} for approval: \`sallyport approvals list\``),
          ),
        ]),
    ...known.incidents
      .slice(0, INCIDENTS_MAX)
      .map(({ id, level, title }) =>
        paint("red", cut(`incident  ${level.padEnd(8)}  ${id}  ${title}`)),
      ),
    ...(known.incidents.length > INCIDENTS_MAX
      ? [cut(`  and ${known.incidents.length - INCIDENTS_MAX} more: \`sallyport incident list\``)]
      : []),
    ...known.reasons
      .slice(0, REASONS_MAX)
      .map(({ rule, count }) => paint("dim", cut(`${String(count).padStart(9)}  ${rule}`))),
  ];
  const keys = known.isPaused ? "paused; space goes on, q ends" : "space pauses, q ends";
  const room = Math.max(ITEMS_MIN, rows - head.length - 2);
  const items =
    known.items.length === 0
      ? [paint("dim", cut("nothing has happened since this began"))]
      : known.items.slice(0, room).map((item) => itemLine(item, columns, paint));
  return [
    ...head.slice(0, Math.max(1, rows - ITEMS_MIN - 2)),
    "",
    ...items,
    paint("dim", cut(keys)),
  ].slice(0, Math.max(1, rows));
}

function itemLine(
  { timeMs, verdict, what, tool, summary, rule, project }: FeedItem,
  columns: number,
  paint: (colour: Colour, text: string) => string,
): string {
  const word = (verdict || what).padEnd(8).slice(0, 13);
  const colours: Readonly<Record<string, Colour>> = {
    deny: "red",
    blocked: "red",
    held: "red",
    ask: "cyan",
    allow: "green",
  };
  const place = project.split("/").at(-1) ?? "";
  const rest = printable(
    `${place}  ${tool.padEnd(6)}  ${summary}${rule === "" ? "" : `  [${rule}]`}`,
  );
  const time = clock(timeMs);
  const colour = Object.hasOwn(colours, verdict) ? colours[verdict] : undefined;
  const painted = colour === undefined ? word : paint(colour, word);
  return `${time}  ${painted}  ${cutTo(rest, columns - time.length - word.length - 4)}`;
}

const clock = (timeMs: number) => new Date(timeMs).toTimeString().slice(0, 8);

function cutTo(text: string, columns: number): string {
  const letters = [...text];
  return letters.length <= columns
    ? text
    : `${letters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}
