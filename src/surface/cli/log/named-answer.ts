// Answering a named question: its events are found by the index, opened, joined with what came of them, and told as a table.
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { QUERY_ROWS_MAX } from "#base/limits.ts";
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
  const filter = `(${begins})${times}`;
  const { follows } = question;
  const first = await found(record, filter);
  const events = new Map<number, StoryEvent>();
  let owners: readonly Owner[] | undefined = [];
  if (follows !== undefined && first.places.length > 0) {
    // WHY asked for: what followed lies in the same bundles, and so each of these is read once.
    owners = first.isIndexed ? await ownersOf(record, filter) : undefined;
    if (owners === undefined) await open(record.view, first.places, events);
    owners ??= [...events.values()].map(({ metadata, timeMs }) => ownerOf(metadata, timeMs));
  }
  const more = await followed(follows, owners, record);
  const all = new Set([...first.places, ...more.places]);
  await open(
    record.view,
    [...all].filter((place) => !events.has(place)),
    events,
  );
  dropEarly(events, first.places);
  const inOrder = [...events.values()].toSorted((one, other) => one.index - other.index);
  const asked = { events: inOrder, given, sinceMs, untilMs, ruleWords: ruleWords() };
  return { answer: question.answer(asked), isCut: first.isCut || more.isCut };
}

/** Whose an event is, and about when it was. */
type Owner = { readonly session: unknown; readonly call: unknown; readonly timeMs: number };

function ownerOf({ session, call }: StoryEvent["metadata"], timeMs: number): Owner {
  return { session, call, timeMs };
}

/** Owners of the events that meet a filter, as the index knows them; undefined where these are too many for one answer. */
async function ownersOf(
  { directories, nowMs }: AskedRecord,
  filter: string,
): Promise<readonly Owner[] | undefined> {
  const by = ["session", "call", "hour"] as const;
  const question = { ask: "group", filter, nowMs, by, limit: QUERY_ROWS_MAX } as const;
  const { answer } = await askLog(directories, { ...question, inOrder: true });
  if (answer.kind !== "table" || answer.isCut) return undefined;
  return answer.rows.map(([session, call, hourMs]) => ({ session, call, timeMs: Number(hourMs) }));
}

/** Takes out what followed nothing: it lies more than a day before the first of the events that were found. */
function dropEarly(events: Map<number, StoryEvent>, found: readonly number[]): void {
  const times = found.flatMap((place) => events.get(place)?.timeMs ?? []);
  const fromMs = earliest(times) - CALL_MS_MAX;
  const isFound = new Set(found);
  for (const [place, { timeMs }] of events)
    if (timeMs < fromMs && !isFound.has(place)) events.delete(place);
}

function earliest(times: readonly number[]): number {
  return times.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
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

/** Places of what followed in the calls or sessions that were found; `isCut` when something is missing. */
async function followed(
  follows: Follows | undefined,
  owners: readonly Owner[],
  record: AskedRecord,
): Promise<{ readonly places: readonly number[]; readonly isCut: boolean }> {
  if (follows === undefined || owners.length === 0) return { places: [], isCut: false };
  // WHY before the first: it may be the end of a call, whose beginning says what it was.
  const fromMs = Math.max(0, earliest(owners.map(({ timeMs }) => timeMs)) - CALL_MS_MAX);
  const places: number[] = [];
  let isCut = false;
  for (const parts of chunked(partsOf(owners, follows), QUESTIONS_AT_ONCE)) {
    const asked = parts.map((part) =>
      found(record, `(${follows.filter}) ${part}${timesOf(fromMs, TIME_MS_MAX)}`),
    );
    for (const more of await Promise.all(asked)) {
      isCut ||= more.isCut;
      places.push(...more.places);
    }
  }
  return { places, isCut };
}

/** Filters for the calls of events, or for their sessions, each short enough for one question. */
function partsOf(owners: readonly Owner[], { of }: Follows): readonly string[] {
  const sessions = new Set<string>();
  const calls = new Set<string>();
  for (const { session, call } of owners) {
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

async function found(
  { directories, nowMs, tell }: AskedRecord,
  filter: string,
): Promise<Awaited<ReturnType<typeof allPlaces>> & { readonly isIndexed: boolean }> {
  let isIndexed = true;
  const places = await allPlaces(async (page) => {
    const question = { ask: "search", filter, nowMs, byRank: false, ...page } as const;
    const { answer, note } = await askLog(directories, question);
    tell(note);
    isIndexed &&= note === undefined;
    if (answer.kind !== "found") throw new Failure("daemon", "the daemon's answer makes no sense");
    return answer.places;
  });
  return { ...places, isIndexed };
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
  // WHY together: a row takes several lines, and each that is written by itself waits for the terminal.
  await print([...answerLines(answer, shown)].join("\n"));
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
