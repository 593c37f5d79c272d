// A session's story in words: one screen for a terminal, and a page to hand over. All names and texts in it are foreign.
import { printable } from "#base/printable.ts";
import { timeText } from "#record/event/describe.ts";
import type { Stopped, Story, Turn } from "./session-story.ts";

const TEXT_CHARS = 140;
const NAMES_SHOWN = 6;
/** Turns of a terminal's screen; the page has all that the story holds. */
const TURNS_SHOWN = 12;
const STOPPED_SHOWN = 4;

/** The story as lines. `isWhole`: all turns and all refusals, however long that gets. */
export function storyLines(story: Story, isWhole: boolean): readonly string[] {
  const { turns, omitted } = story;
  const busy = turns.filter((turn) => turn.prompt !== undefined || turn.calls > 0);
  const shown = isWhole ? busy : lastAndStopped(busy);
  const left = busy.length - shown.length;
  return [
    ...headLines(story),
    ...(omitted === 0 ? [] : ["", `only the newest ${turns.length} requests are told`]),
    ...(left === 0
      ? []
      : ["", `${left} quiet ${left === 1 ? "request is" : "requests are"} not shown: \`--all\``]),
    ...shown.flatMap((turn) => ["", ...turnLines(turn, isWhole)]),
  ];
}

/** The newest turns, and before them those in which something was stopped. */
function lastAndStopped(turns: readonly Turn[]): readonly Turn[] {
  if (turns.length <= TURNS_SHOWN) return turns;
  const stopped = turns.filter(({ refused, asked }) => refused.length + asked.length > 0);
  const chosen = new Set([
    ...turns.slice(-3),
    ...stopped.slice(-(TURNS_SHOWN - 4)),
    ...turns.slice(0, 1),
  ]);
  return turns.filter((turn) => chosen.has(turn));
}

function headLines(story: Story): readonly string[] {
  const { sessionId, user, place, from, until, modes, erased, tokens, costUsd, forged } = story;
  const { calls, refused, asked, ran, failed } = story;
  const minutes = Math.round((until - from) / 60_000);
  return [
    `Session ${shown(sessionId ?? "(its id is sealed)")}${user === undefined ? "" : ` of ${shown(user)}`}${place === undefined ? "" : ` in ${shown(place)}`}`,
    `${timeOf(from)}, ${minutes < 1 ? "less than a minute" : `${minutes} minutes`}; mode ${modes.map((mode) => shown(mode)).join(", ") || "unknown"}`,
    `${calls} calls: ${refused} refused, ${asked} asked about (${ran} of them ran), ${calls - refused - asked} without a question; ${failed} failed`,
    ...(tokens === 0 ? [] : [`${tokens} tokens, ${costUsd.toFixed(2)} USD`]),
    ...(forged === 0
      ? []
      : [
          `${forged} events are FORGED: what they have sealed was not written with the key that they name`,
        ]),
    ...(erased === 0
      ? []
      : [`${erased} of ${story.events} events cannot be opened: their key is gone or not here`]),
  ];
}

function turnLines(turn: Turn, isWhole: boolean): readonly string[] {
  const { names, commands, held, refused, asked, prompt } = turn;
  const listed = (verb: string, found: ReadonlyMap<string, number>): readonly string[] =>
    found.size === 0 ? [] : [`  ${verb}: ${listText(found)}`];
  return [
    `${timeOf(turn.timeMs).slice(11)}  ${prompt === undefined ? "(no request on record)" : `"${shown(prompt)}"`}`,
    ...listed("ran", commands),
    ...listed("read", names.reads),
    ...listed("changed", names.changes),
    ...listed("installed", names.packages),
    ...listed("contacted", names.hosts),
    ...listed("pushed to", names.branches),
    ...listed("asked servers", names.servers),
    ...listed("the sandbox refused", held),
    ...stoppedLines("REFUSED", refused, isWhole),
    ...stoppedLines("asked", asked, isWhole),
  ];
}

function stoppedLines(verb: string, list: readonly Stopped[], isWhole: boolean): readonly string[] {
  const first = isWhole ? list : list.slice(0, STOPPED_SHOWN);
  const lines = first.map(
    ({ index, call, rule, answer, next }) =>
      `  ${verb} ${shown(call)}  [${shown(rule)}] #${index}${answer === undefined ? "" : `: ${answer}`}${next === undefined ? "" : `; then: ${shown(next)}`}`,
  );
  const more = list.length - first.length;
  return more === 0 ? lines : [...lines, `  ${verb} ${more} more`];
}

function listText(found: ReadonlyMap<string, number>): string {
  const all = [...found].toSorted(([, one], [, other]) => other - one);
  const first = all
    .slice(0, NAMES_SHOWN)
    .map(([name, times]) => (times === 1 ? shown(name, 60) : `${shown(name, 60)} (${times})`));
  const more = all.length - first.length;
  return `${first.join("; ")}${more === 0 ? "" : `; and ${more} more`}`;
}

function shown(text: string, chars = TEXT_CHARS): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return printable(line.length > chars ? `${line.slice(0, chars)}...` : line);
}

/** `2026-03-01 08:00:00` in UTC. */
function timeOf(timeMs: number): string {
  return timeText(timeMs).slice(0, 19).replace("T", " ");
}
