// Answering a named question: its events are found by the index, opened, joined with what came of them, and told as a table.
import type { StoryEvent } from "#assure/activity/session-story.ts";
import type {
  Asked,
  Follows,
  Given,
  NamedAnswer,
  NamedQuestion,
} from "#assure/query/answers/named-question.ts";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { QUERY_ROWS_MAX } from "#base/limits.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { TIME_MS_MAX } from "#record/index/filter-time.ts";
import type { LogView } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { type Form, printTable } from "../../foundation/terminal/answer-table.ts";
import { print } from "../../foundation/terminal/terminal.ts";
import { askLog } from "../../services/log/asked-log.ts";
import { allPlaces, entriesAt, OPENED_MAX } from "../../services/log/opened-places.ts";
import { loadPack, packNamed } from "../../services/policy/policy-source.ts";
import { answerLines, plainTime } from "./answer-lines.ts";
import type { Period } from "./period.ts";

/** Sessions in one question for what followed: their pseudonyms have 22 characters, a filter at most 4,096. */
const SESSIONS_AT_ONCE = 100;
/** Calls in one question, by pseudonyms of as many characters. */
const CALLS_AT_ONCE = 160;
/** Calls of a session, on average, from which on whole sessions are read: asking for each call by itself takes longer. */
const MANY_CALLS = 40;
/** Places in one statement, which has at most 16,384 characters: one of a log of ten million has eight. */
const PLACES_AT_ONCE = 1_400;
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

/** A question's values, and the time that it is about. */
type QuestionOver = { readonly given: Given; readonly period: Period };

/** The answer to a question over a period. `isCut`: the events were more than are opened, and the oldest are missing. */
export async function answerNamed(
  question: NamedQuestion,
  over: QuestionOver,
  record: AskedRecord,
): Promise<{ readonly answer: NamedAnswer; readonly isCut: boolean }> {
  const { asked, isCut } = await gatherAsked(question, over, record);
  return { answer: question.answer(asked), isCut };
}

/** What a question's answer is made of, for who tells it otherwise; `isCut` as for the answer. */
export async function gatherAsked(
  question: NamedQuestion,
  { given, period }: QuestionOver,
  record: AskedRecord,
): Promise<{ readonly asked: Asked; readonly isCut: boolean }> {
  const { sinceMs, untilMs } = period;
  const begins = question.begins(given);
  const times = question.isOfWhole === true ? "" : timesOf(sinceMs, untilMs);
  const first = await found(record, `(${begins})${times}`);
  const events = new Map<number, StoryEvent>();
  const { follows } = question;
  const ahead =
    follows?.of === "calls" && first.isIndexed
      ? await ofSameCalls(record, first.places, follows)
      : undefined;
  // WHY together where the index tells what followed: it lies in the same bundles, and each of these is read once.
  await open(record.view, [...new Set([...first.places, ...(ahead ?? [])])], events);
  const cutLater = ahead === undefined && (await follow(question, events, record));
  dropEarly(events, first.places);
  const inOrder = [...events.values()].toSorted((one, other) => one.index - other.index);
  const asked = { events: inOrder, given, sinceMs, untilMs, ruleWords: ruleWords() };
  return { asked, isCut: first.isCut || cutLater };
}

/** Places of events of the calls at `places`; undefined where these are too many for an answer. */
async function ofSameCalls(
  { directories }: AskedRecord,
  places: readonly number[],
  { kinds }: Follows,
): Promise<readonly number[] | undefined> {
  const wanted = kinds.map((kind) => `'${kind}'`).join(", ");
  const answers = chunked(places, PLACES_AT_ONCE).map(async (some) => {
    const sql = `select later.idx from event as first join event as later on later.call = first.call and later.call is not null where first.idx in (${some.join(",")}) and later.kind in (${wanted})`;
    const question = { ask: "select", sql, parameters: {}, limit: QUERY_ROWS_MAX } as const;
    // An index that is gone meanwhile: without one the log is read through.
    const asked = await askLog(directories, question).catch((cause: unknown) => {
      if (cause instanceof Failure && cause.code === "index") return undefined;
      throw cause;
    });
    const answer = asked?.answer;
    return answer?.kind === "table" && !answer.isCut
      ? answer.rows.map(([place]) => Number(place))
      : undefined;
  });
  const found = await Promise.all(answers);
  return found.some((some) => some === undefined) ? undefined : found.flatMap((some) => some ?? []);
}

/** Takes out what followed nothing: it lies more than a day before the first of the events that were found. */
function dropEarly(events: Map<number, StoryEvent>, found: readonly number[]): void {
  const isFound = new Set(found);
  const fromMs = earliest([...events.values()].filter(({ index }) => isFound.has(index)));
  for (const [place, { timeMs }] of events)
    if (timeMs < fromMs && !isFound.has(place)) events.delete(place);
}

/** A day before the first of events. */
function earliest(events: readonly StoryEvent[]): number {
  const firstMs = events.reduce((least, { timeMs }) => Math.min(least, timeMs), Infinity);
  return Math.max(0, firstMs - CALL_MS_MAX);
}

/** The newest session of the log, as its events name it. */
export async function newestSession(record: AskedRecord): Promise<string> {
  const question = { ask: "search", filter: "session:*", byRank: false, limit: 1 } as const;
  const { answer } = await askLog(record.directories, {
    ...question,
    nowMs: record.nowMs,
    before: null,
  });
  const [place] = answer.kind === "found" ? answer.places : [];
  if (place === undefined) throw new Failure("usage", "this log holds no session yet");
  for await (const { leaf } of record.view.leaves(place, place + 1))
    if (leaf.kind === "leaf" && typeof leaf.metadata["session"] === "string")
      return leaf.metadata["session"];
  throw new Failure("log", "the newest event of a session cannot be read");
}

/** Adds what followed in the calls or sessions that were found; whether something is missing. */
async function follow(
  { follows }: NamedQuestion,
  events: Map<number, StoryEvent>,
  record: AskedRecord,
): Promise<boolean> {
  if (follows === undefined || events.size === 0) return false;
  const all = [...events.values()];
  // WHY before the first: it may be the end of a call, whose beginning says what it was.
  const times = timesOf(earliest(all), TIME_MS_MAX);
  const places = new Set<number>();
  let isCut = false;
  for (const parts of chunked(partsOf(all, follows), QUESTIONS_AT_ONCE)) {
    const asked = parts.map((part) =>
      found(record, `kind:${follows.kinds.join(",")} ${part}${times}`),
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
  await print(answerLines(answer, shown).join("\n"));
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

// What a rule says of itself, by the name that the record has of it.

/**
 * Looks up why a rule is there by `<layer>:<policy>/<rule>`, as its pack says it now. Undefined for a rule of no pack that ships: the
 * record keeps names of rules, and a file may have said something else at that time.
 */
function ruleWords(): (rule: string) => string | undefined {
  const policies = new Map<string, Policy | undefined>();
  return (rule) => {
    const [, policyId, ruleId] = /^builtin:([^/]+)\/(.+)$/.exec(rule) ?? [];
    if (policyId === undefined) return undefined;
    if (!policies.has(policyId)) policies.set(policyId, packOf(policyId));
    return policies.get(policyId)?.rules.find(({ id }) => id === ruleId)?.reason;
  };
}

function packOf(id: string): Policy | undefined {
  const name = packNamed(id);
  if (name === undefined) return undefined;
  try {
    return loadPack(name);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return undefined;
  }
}
