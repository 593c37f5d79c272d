// Answering a named question: its events are found by the index, opened, joined with what came of them, and told as a table.
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import type {
  Follows,
  Given,
  NamedAnswer,
  NamedQuestion,
} from "#assure/query/answers/named-question.ts";
import { TIME_MS_MAX } from "#record/index/filter-time.ts";
import type { LogView } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { type Form, printTable } from "../../foundation/terminal/answer-table.ts";
import { print } from "../../foundation/terminal/terminal.ts";
import { askLog } from "../../services/log/asked-log.ts";
import { allPlaces, entriesAt, OPENED_MAX } from "../../services/log/opened-places.ts";
import { answerLines, plainTime } from "./answer-lines.ts";
import type { Period } from "./period.ts";
import { ruleWords } from "./rule-words.ts";

/** Sessions in one question for what followed: their pseudonyms have 22 characters, a filter at most 4,096. */
const SESSIONS_AT_ONCE = 100;
/** Calls in one question, by pseudonyms of as many characters. */
const CALLS_AT_ONCE = 160;
/** Calls of a session, on average, from which on whole sessions are read: asking for each call by itself takes longer. */
const MANY_CALLS = 40;
/** Questions that are under way at once: while the daemon looks for one, the next one makes its connection. */
const QUESTIONS_AT_ONCE = 4;

/** Between the beginning and the end of one call, with the wait for a person: what takes longer is told without its beginning. */
const CALL_MS_MAX = 86_400_000;

/** The log that is asked. */
export type AskedRecord = {
  readonly directories: Directories;
  readonly view: LogView;
  readonly nowMs: number;
  /** Hears once how answers were found, when not by the daemon's index. */
  readonly tell: (note: string | undefined) => void;
};

/** The answer to a question over a period. `isCut`: the events were more than are opened, and the oldest are missing. */
export async function answerNamed(
  question: NamedQuestion,
  { given, period }: { readonly given: Given; readonly period: Period },
  record: AskedRecord,
): Promise<{ readonly answer: NamedAnswer; readonly isCut: boolean }> {
  const { sinceMs, untilMs } = period;
  const begins = question.begins(given);
  const times = question.isOfWhole === true ? "" : timesOf(sinceMs, untilMs);
  const first = await found(record, `(${begins})${times}`);
  const events = new Map<number, StoryEvent>();
  await open(record.view, first.places, events);
  const followed = await follow(question, events, record);
  const inOrder = [...events.values()].toSorted((one, other) => one.index - other.index);
  const asked = { events: inOrder, given, sinceMs, untilMs, ruleWords: ruleWords() };
  return { answer: question.answer(asked), isCut: first.isCut || followed };
}

/** The newest session of the log, as its events name it. */
export async function newestSession(record: AskedRecord): Promise<string> {
  const question = { ask: "search", filter: "session:*", byRank: false, limit: 1 } as const;
  const { answer } = await askLog(record.directories, {
    ...question,
    ...{ nowMs: record.nowMs, before: null },
  });
  const [place] = answer.kind === "found" ? answer.places : [];
  if (place === undefined) throw new Failure("usage", "this log holds no session yet");
  for await (const { leaf } of record.view.leaves(place, place + 1))
    if (leaf.kind === "leaf" && typeof leaf.metadata["session"] === "string")
      return leaf.metadata["session"];
  throw new Failure("log", "the newest event of a session cannot be read");
}

/** Adds what followed in the sessions that were found; whether something is missing. */
async function follow(
  { follows }: NamedQuestion,
  events: Map<number, StoryEvent>,
  record: AskedRecord,
): Promise<boolean> {
  if (follows === undefined || events.size === 0) return false;
  const all = [...events.values()];
  const { filter } = follows;
  // WHY before the first: it may be the end of a call, whose beginning says what it was.
  const fromMs = Math.max(0, Math.min(...all.map(({ timeMs }) => timeMs)) - CALL_MS_MAX);
  const places = new Set<number>();
  let isCut = false;
  for (const parts of chunked(partsOf(all, follows), QUESTIONS_AT_ONCE)) {
    const asked = parts.map((part) =>
      found(record, `(${filter}) ${part}${timesOf(fromMs, TIME_MS_MAX)}`),
    );
    for (const more of await Promise.all(asked)) {
      isCut ||= more.isCut;
      for (const place of more.places) if (!events.has(place)) places.add(place);
    }
  }
  // WHY all together: the parts' events lie among one another, and no bundle of the log is to be read once for each part.
  await open(record.view, [...places], events);
  return isCut;
}

/** Filters for the calls of events, or for their sessions, each short enough for one question. */
function partsOf(events: readonly StoryEvent[], { of }: Follows): readonly string[] {
  const sessions = new Set<string>();
  const calls = new Set<string>();
  for (const { metadata } of events) {
    const { session, call } = metadata;
    if (!isPseudonym(session)) continue;
    sessions.add(session);
    if (isPseudonym(call)) calls.add(call);
  }
  if (of === "sessions" || calls.size > MANY_CALLS * sessions.size)
    return chunked([...sessions], SESSIONS_AT_ONCE).map((some) => `session:${some.join(",")}`);
  return chunked([...calls], CALLS_AT_ONCE).map((some) => `call:${some.join(",")}`);
}

function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

function isPseudonym(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value);
}

async function open(
  view: LogView,
  places: readonly number[],
  events: Map<number, StoryEvent>,
): Promise<void> {
  for await (const { index, leaf, sealed, isForged } of entriesAt(view, places))
    if (leaf.kind === "leaf")
      events.set(index, {
        index,
        timeMs: leaf.timeMs,
        metadata: leaf.metadata,
        sealed,
        isForged,
      });
}

function found(
  { directories, nowMs, tell }: AskedRecord,
  filter: string,
): ReturnType<typeof allPlaces> {
  return allPlaces(async (page) => {
    const question = { ask: "search", filter, nowMs, byRank: false, ...page } as const;
    const { answer, note } = await askLog(directories, question);
    tell(note);
    if (answer.kind !== "found") throw new Failure("daemon", "the daemon's answer makes no sense");
    return answer.places;
  });
}

function timesOf(sinceMs: number, untilMs: number): string {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return [
    ...(sinceMs > 0 ? [` time:>=${iso(sinceMs)}`] : []),
    ...(untilMs < TIME_MS_MAX ? [` time:<${iso(untilMs)}`] : []),
  ].join("");
}

/** Prints an answer: rows alone as JSON or CSV; for a person with what was asked, over which time, and what it does not cover. */
export async function printAnswer(
  { answer, isCut }: { readonly answer: NamedAnswer; readonly isCut: boolean },
  { form, limit, period }: { readonly form: Form; readonly limit: number; readonly period: Period },
): Promise<void> {
  const { columns, rows } = answer;
  const shown = rows.slice(0, limit);
  const missing = isCut ? `only the newest ${OPENED_MAX} events were read` : undefined;
  if (form === "json") {
    for (const row of shown) {
      const cells = columns.map(({ key }, place) => [key, row[place] ?? null] as const);
      await print(printableJson(Object.fromEntries(cells)));
    }
    return tellMissing(missing);
  }
  if (form === "csv") {
    const keys = columns.map(({ key }) => key);
    await printTable({ kind: "table", columns: keys, rows: shown, isCut: false }, form);
    return tellMissing(missing);
  }
  await print(`${printable(answer.title)}\n${periodText(period)}: ${printable(answer.summary)}`);
  for (const line of answerLines(answer, shown)) await print(line);
  const because = missing === undefined ? "" : `${missing}, so this is not all. Also `;
  await print(`\nNot covered: ${because}${printable(answer.notCovered)}`);
}

function tellMissing(missing: string | undefined): void {
  if (missing !== undefined)
    process.stderr.write(`sallyport: ${missing}: bound the time with --since\n`);
}

function periodText({ sinceMs, untilMs }: Period): string {
  const from = sinceMs > 0 ? `From ${plainTime(sinceMs)}` : "From the beginning of the record";
  const until = untilMs < TIME_MS_MAX ? plainTime(untilMs) : "now";
  return `${from} to ${until} (UTC)`;
}

/** How long a default period is, for the list. */
export function periodWords(defaultMs: number | undefined): string {
  return defaultMs === undefined
    ? "the whole record"
    : `the last ${counted(Math.round(defaultMs / 86_400_000), "day")}`;
}
