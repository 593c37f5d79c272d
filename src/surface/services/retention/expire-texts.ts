// Texts over their time: their keys are destroyed, the index is made anew without them, and then it is said that they are gone.
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { syncFolderOf, writePrivateFile } from "#platform/private-file.ts";
import { heldTexts, type KeptTexts, overMs } from "#govern/retention/text-plan.ts";
import { afterSlice } from "#record/delivery/slices.ts";
import type { retentionEvent } from "#record/event/retention-events.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import type { Range } from "#record/store/index/index-ranges.ts";
import { finderIn, listSubjects } from "#record/store/keys.ts";
import { firstEntry, openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openLeaf } from "#record/store/opened-leaf.ts";
import {
  destroyTextKey,
  listTextKeys,
  noteGone,
  openTextKeys,
  type TextKeyPlace,
  textsFolder,
} from "#record/store/text-keys.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { openHolds } from "../exceptions/holds.ts";
import { removeIndexCopies } from "../log/checked-index.ts";
import { requireHoldsOfLog } from "./retain.ts";

const DAY_MS = 86_400_000;
/** Keys of one work: its file stays small, and the index is made anew once for all of them. */
const ITEMS_MAX = 20_000;

/** The texts of a person and day in the log: `first` to before `end` holds all of them, and others too. */
export type DatedTexts = KeptTexts & Range;

/** What is to be done with texts now, and when there is more. */
export type TextOutlook = {
  /** Keys whose texts are over their time and go. */
  readonly due: readonly DatedTexts[];
  readonly held: readonly (DatedTexts & { readonly hold: string })[];
  /** Keys that are not over yet, and when the first of them is; undefined where there is none. */
  readonly kept: number;
  readonly nextMs: number | undefined;
  /** Keys of a work that a crash cut short: gone from the key store, and not yet from the index. */
  readonly unfinished: number;
  /** The holds that were looked at. */
  readonly holds: string;
};

/** What was done. */
export type ExpiredTexts = { readonly keys: number; readonly events: number };

/** What carrying it out needs. */
export type TextPorts = {
  /** Has the index hold nothing of these events but what can be opened now. */
  readonly remakeIndex: (events: readonly Range[]) => Promise<void>;
  /** Puts it on record, durably. */
  readonly record: (input: TextsRecord) => Promise<void>;
  /** Hears of each step that is behind us on disk. */
  readonly reached?: (point: string) => void;
};
type TextsRecord = Extract<Parameters<typeof retentionEvent>[1], { what: "texts" }>;

/**
 * Looks up which texts are over their time; changes nothing. Without `textDays` none is. Throws a Failure `holds` where the list of
 * holds was altered, or lacks one that the log says was set and never released.
 */
export async function lookAtTexts(
  directories: Directories,
  textDays: number | undefined,
  nowMs: number,
): Promise<TextOutlook> {
  const places = listTextKeys(directories.keys).filter(({ isWhole }) => isWhole);
  const texts = openTextKeys(directories.keys);
  const subjects = new Map((await listSubjects(directories.keys)).map((one) => [one.id, one]));
  const isGone = ({ subject, day }: TextKeyPlace): boolean => {
    const owner = subjects.get(subject);
    return owner !== undefined && texts.goneMs(owner, day) !== undefined;
  };
  const isOver = (place: TextKeyPlace): boolean =>
    // A key that was put back after it was said to be gone goes again.
    (textDays !== undefined && overMs(place.day, textDays) <= nowMs) || isGone(place);
  const over = new Set(places.filter(isOver));
  const kept = places.filter((place) => !over.has(place));
  const unfinished = unfinishedItems(directories).length;
  const [next] = kept;
  const rest = {
    kept: kept.length,
    unfinished,
    nextMs: next === undefined || textDays === undefined ? undefined : overMs(next.day, textDays),
  };
  if (over.size === 0) return { due: [], held: [], ...rest, holds: "" };
  const holds = await requiredHolds(directories);
  const split = heldTexts(await eventsUnder(directories, [...over]), holds);
  return { ...split, ...rest, holds: JSON.stringify(holds) };
}

/** The holds in force, where the list of them has all that the log knows. */
async function requiredHolds(directories: Directories) {
  const store = openHolds(directories);
  const ids = store.all().map((one) => (one.kind === "released" ? one.id : one.receipt.hold.id));
  const view = await viewLog(directories.log, directories.keys);
  await requireHoldsOfLog(view, await view.size(), new Set(ids));
  return store.inForce();
}

type Found = {
  first: number;
  end: number;
  events: number;
  fromMs: number;
  untilMs: number;
  isOpen: boolean;
  readonly sessions: Set<string>;
  readonly users: Set<string>;
};

/** Finds the events whose texts are under these keys by their locators: nothing of others is opened. */
async function eventsUnder(
  { log, keys }: Directories,
  places: readonly TextKeyPlace[],
): Promise<readonly DatedTexts[]> {
  const list = await listSubjects(keys);
  const owners = new Map(list.map((subject) => [subject.id, subject]));
  const texts = openTextKeys(keys);
  const found = new Map<string, Found>();
  const under = new Map<string, Found>();
  const own = places.flatMap(({ subject, day }) => {
    const key = owners.get(subject);
    const made = key === undefined ? undefined : texts.find(key, day);
    if (made === undefined) return [];
    const one: Found = {
      first: 0,
      end: 0,
      events: 0,
      fromMs: Infinity,
      untilMs: 0,
      isOpen: true,
      sessions: new Set<string>(),
      users: new Set<string>(),
    };
    found.set(`${subject} ${day}`, one);
    under.set(made.id, one);
    return [made];
  });
  const textOf = finderIn(own);
  const sectionKeys = { subjects: finderIn(list), texts };
  const files = openLogFiles(log);
  const size = await (await viewLog(log, keys)).size();
  for await (const { index, bytes } of readEntries(files, size, await firstEntry(files), size)) {
    await afterSlice(index + 1);
    const leaf = decodeLeaf(bytes);
    if (leaf.kind === "fault" || leaf.sections.length < 2) continue;
    const text = leaf.sections
      .slice(1)
      .flatMap(({ locator }) => textOf(locator, leaf.timeMs) ?? []);
    const one = under.get(text[0]?.id ?? "");
    if (one === undefined) continue;
    const { sealed } = openLeaf(leaf, sectionKeys);
    const { sessionId, user } = sealed ?? {};
    if (one.events === 0) one.first = index;
    one.end = index + 1;
    one.events += 1;
    one.fromMs = Math.min(one.fromMs, leaf.timeMs);
    one.untilMs = Math.max(one.untilMs, leaf.timeMs);
    one.isOpen &&= sealed !== undefined;
    if (typeof sessionId === "string") one.sessions.add(sessionId);
    if (typeof user === "string") one.users.add(user);
  }
  return places.map(({ subject, day }) => {
    const one = found.get(`${subject} ${day}`);
    if (one === undefined || one.events === 0)
      return { subject, day, first: 0, end: 0, events: 0, ...UNKNOWN };
    const { first, end, events, fromMs, untilMs, isOpen, sessions, users } = one;
    return {
      subject,
      day,
      first,
      end,
      events,
      period: { fromMs, untilMs },
      sessions: isOpen ? [...sessions] : undefined,
      users: isOpen ? [...users] : undefined,
    };
  });
}

const UNKNOWN = { period: undefined, sessions: undefined, users: undefined };

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const itemSchema = v.strictObject({
  subject: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  day: v.pipe(whole, v.maxValue(9_999_999)),
  first: whole,
  end: whole,
  events: whole,
});
type Item = v.InferOutput<typeof itemSchema>;

/** What is under way, on disk from before the first key goes until all of it is done and on record. */
const workSchema = v.strictObject({
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/)),
  items: v.pipe(v.array(itemSchema), v.maxLength(ITEMS_MAX)),
});
type Work = v.InferOutput<typeof workSchema>;

function workFile({ keys }: Directories): string {
  return join(textsFolder(keys), "expiring.json");
}

function readWork(directories: Directories): Work | undefined {
  const path = workFile(directories);
  const text = readPrivateFile(path, { secret: false });
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), workSchema), text);
  if (parsed.success) return parsed.output;
  throw new Failure(
    "retention",
    `\`${path}\` is not what this program wrote, so no text goes: look who wrote it, remove it, and remove the index, which is made anew`,
  );
}

/** Items whose key is gone. WHY only these: whether a key that is still here goes is asked anew, with the holds of now. */
function unfinishedItems(directories: Directories, work = readWork(directories)): readonly Item[] {
  if (work === undefined) return [];
  const whole = new Set(
    listTextKeys(directories.keys).flatMap(({ subject, day, isWhole }) =>
      isWhole ? [`${subject} ${day}`] : [],
    ),
  );
  return work.items.filter(({ subject, day }) => !whole.has(`${subject} ${day}`));
}

/**
 * Destroys the keys of texts that are over their time, and ends what a crash left of that before. Undefined where there was nothing to
 * do. Throws a Failure `hold` where a hold was set or released since it was looked up what is due: then nothing more goes.
 */
export async function expireTexts(
  directories: Directories,
  outlook: Pick<TextOutlook, "due" | "holds">,
  ports: TextPorts & { readonly nowMs: number },
): Promise<ExpiredTexts | undefined> {
  const before = readWork(directories);
  const unfinished = unfinishedItems(directories, before);
  const works: Work[] = [];
  if (before !== undefined && unfinished.length > 0)
    works.push({ version: 1, id: before.id, items: [...unfinished] });
  for (let from = 0; from < outlook.due.length; from += ITEMS_MAX) {
    const items = outlook.due
      .slice(from, from + ITEMS_MAX)
      .map(({ subject, day, first, end, events }) => ({ subject, day, first, end, events }));
    works.push({ version: 1, id: randomUUID(), items });
  }
  if (works.length === 0) {
    if (before !== undefined) removeWork(workFile(directories));
    return undefined;
  }
  const done = { keys: 0, events: 0 };
  for (const work of works) {
    await carryOut(directories, work, { ...ports, ...outlook, isResumed: work.id === before?.id });
    done.keys += work.items.length;
    done.events += eventsOf(work);
  }
  return done;
}

function eventsOf({ items }: Work): number {
  return items.reduce((sum, { events }) => sum + events, 0);
}

/**
 * INVARIANT: a text is said to be gone (`noteGone`, the event) only after its key is destroyed and the index holds nothing of it. Each
 * step is durable before the next, and every one of them can be repeated.
 */
async function carryOut(
  directories: Directories,
  work: Work,
  {
    nowMs,
    remakeIndex,
    record,
    reached = () => undefined,
    holds,
    isResumed,
  }: TextPorts & {
    readonly nowMs: number;
    readonly holds: string;
    readonly isResumed: boolean;
  },
): Promise<void> {
  const { id, items } = work;
  const file = workFile(directories);
  writePrivateFile(file, JSON.stringify(work));
  reached("work");
  for (const { subject, day } of items) {
    if (!isResumed && JSON.stringify(openHolds(directories).inForce()) !== holds)
      throw new Failure(
        "hold",
        "a legal hold was set or released meanwhile: the next pass looks up again what is held",
      );
    destroyTextKey(directories.keys, subject, day);
    reached("key");
  }
  await remakeIndex(items.flatMap(({ first, end }) => (end > first ? [{ first, end }] : [])));
  await removeIndexCopies(directories);
  reached("index");
  for (const [subject, days] of bySubject(items)) {
    noteGone(directories.keys, subject, days, nowMs);
    reached("gone");
  }
  if (!isResumed || !(await isTold(directories, id))) {
    const days = items.map(({ day }) => day);
    await record({
      what: "texts",
      work: id,
      keys: items.length,
      events: eventsOf(work),
      fromMs: days.reduce((one, other) => Math.min(one, other)) * DAY_MS,
      untilMs: (days.reduce((one, other) => Math.max(one, other)) + 1) * DAY_MS - 1,
    });
    reached("event");
  }
  removeWork(file);
  reached("end");
}

function removeWork(file: string): void {
  rmSync(file, { force: true });
  syncFolderOf(file);
}

function bySubject(items: readonly Item[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { subject, day } of items) found.set(subject, [...(found.get(subject) ?? []), day]);
  return found;
}

async function isTold({ log, keys }: Directories, work: string): Promise<boolean> {
  const view = await viewLog(log, keys);
  for await (const { index, leaf } of view.leaves(0, await view.size())) {
    await afterSlice(index + 1);
    if (leaf.kind === "leaf" && leaf.metadata["work"] === work && leaf.metadata["what"] === "texts")
      return true;
  }
  return false;
}
