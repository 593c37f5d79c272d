// Batches of entries between a daemon and its collector: JSON, checked to the last field where it comes in.
import { FLEET_BATCH_ENTRIES_MAX } from "#base/limits.ts";
import {
  type IndexedEvent,
  type Mark,
  MARK_FIELDS,
  NUMBER_FIELDS,
  WORD_FIELDS,
  type WordField,
} from "../index/indexed-event.ts";
import { type FleetBatch, type FleetRow, PLACES_MAX } from "./fleet-row.ts";

/** Bounds of `indexedEvent`, which made what comes in; whoever goes beyond them is no daemon. */
const WORD_CHARS_MAX = 160;
const MARKS_MAX = 512;
const WORDS_MAX = 2_048;
const SEALED_BYTES_MAX = 4_096;

/**
 * The batch that a text holds; undefined when it is none, or its entries do not follow one another. WHY by hand: every event of a
 * fleet passes here twice, and a schema took as long as all the rest of it. test/record/fleet/batch-wire.test.ts holds it to one.
 */
export function parseBatch(text: string): FleetBatch | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const batch = fieldsOf(json, BATCH_FIELDS);
  if (batch === undefined) return undefined;
  const { tree, first, previous, entries: list } = batch;
  const isHeaded = typeof tree === "string" && /^[!-~]{1,200}$/.test(tree) && isPlace(first);
  if (!isHeaded || !(previous === "" || isHash(previous)) || !Array.isArray(list)) return undefined;
  if (list.length > FLEET_BATCH_ENTRIES_MAX) return undefined;
  const entries: FleetBatch["entries"][number][] = [];
  for (const one of list) {
    const entry = readEntry(one);
    if (entry === undefined) return undefined;
    if (
      entry.row.event.index !==
      (entries[0]?.row.event.index ?? entry.row.event.index) + entries.length
    )
      return undefined;
    entries.push(entry);
  }
  return { tree, first, previous, entries };
}

const BATCH_FIELDS = ["tree", "first", "previous", "entries"] as const;
const ENTRY_FIELDS = ["hash", "subject", "name", "event"] as const;
const NAME_FIELDS = ["pseudonym", "sealed"] as const;
const MARK_KEYS = ["field", "value", "count"] as const;
const EVENT_FIELDS = [
  ...["index", "id", "timeMs", "word", "number", "enforced", "canary", "marks", "words"],
] as const;
const TIME_MS_MAX = 8_640_000_000_000_000;
const COUNT_MAX = 1e9;

/** An object with no other members than these; undefined for anything else. */
function fieldsOf<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Readonly<Partial<Record<Name, unknown>>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  for (const name in value) if (!(names as readonly string[]).includes(name)) return undefined;
  return value as Readonly<Partial<Record<Name, unknown>>>;
}

function readEntry(value: unknown): FleetBatch["entries"][number] | undefined {
  const entry = fieldsOf(value, ENTRY_FIELDS);
  if (entry === undefined || !isHash(entry.hash)) return undefined;
  const event = readEvent(entry.event);
  const subject = entry.subject === undefined ? undefined : readWord(entry.subject);
  const name = entry.name === undefined ? undefined : readName(entry.name);
  if (event === undefined) return undefined;
  if ((subject === undefined) !== (entry.subject === undefined)) return undefined;
  if ((name === undefined) !== (entry.name === undefined)) return undefined;
  return { hash: entry.hash, row: { event, subject, name } };
}

function readName(value: unknown): FleetRow["name"] {
  const name = fieldsOf(value, NAME_FIELDS);
  const pseudonym = readWord(name?.pseudonym);
  const sealed = name?.sealed;
  if (pseudonym === undefined || typeof sealed !== "string") return undefined;
  if (sealed.length > SEALED_BYTES_MAX || !/^[A-Za-z0-9+/]*={0,2}$/.test(sealed)) return undefined;
  return { pseudonym, sealed: Buffer.from(sealed, "base64") };
}

function readEvent(value: unknown): IndexedEvent | undefined {
  const event = fieldsOf(value, EVENT_FIELDS);
  if (event === undefined) return undefined;
  const { index, timeMs, enforced, canary } = event;
  if (!isPlace(index) || !isWhole(timeMs, 0, TIME_MS_MAX)) return undefined;
  if (typeof enforced !== "boolean" || typeof canary !== "boolean") return undefined;
  const id = readWord(event.id);
  const word = readWords(event.word);
  const number = readNumbers(event.number);
  const marks = readList(event.marks, MARKS_MAX, readMark);
  const words = readList(event.words, WORDS_MAX, readToken);
  if (id === undefined || word === undefined || number === undefined) return undefined;
  if (marks === undefined || words === undefined) return undefined;
  return { index, id, timeMs, word, number, enforced, canary, marks, words };
}

function readWords(value: unknown): IndexedEvent["word"] | undefined {
  const given = fieldsOf(value, WORD_FIELDS);
  if (given === undefined) return undefined;
  const word: Record<WordField, string | undefined> = { ...NO_WORDS };
  for (const field of WORD_FIELDS) {
    if (given[field] === undefined) continue;
    word[field] = readWord(given[field]);
    if (word[field] === undefined) return undefined;
  }
  return word;
}

function readNumbers(value: unknown): IndexedEvent["number"] | undefined {
  const given = fieldsOf(value, NUMBER_FIELDS);
  if (given === undefined) return undefined;
  for (const field of NUMBER_FIELDS)
    if (given[field] !== undefined && !Number.isFinite(given[field])) return undefined;
  return given as IndexedEvent["number"];
}

function readMark(value: unknown): Mark | undefined {
  const given = fieldsOf(value, MARK_KEYS);
  if (given === undefined) return undefined;
  const { field, count } = given;
  const found = MARK_FIELDS.find((known) => known === field);
  const word = readWord(given.value);
  if (found === undefined || word === undefined || !isWhole(count, 1, COUNT_MAX)) return undefined;
  return { field: found, value: word, count };
}

function readToken(value: unknown): string | undefined {
  return typeof value === "string" && /^[a-z0-9]{1,65536}$/.test(value) ? value : undefined;
}

function readList<Item>(
  value: unknown,
  most: number,
  read: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const items: Item[] = [];
  for (const one of value as readonly unknown[]) {
    const item = read(one);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

/** WHY made whole: half of a surrogate pair is no character, and each database would make something else of it. */
function readWord(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > WORD_CHARS_MAX || value.includes("\0"))
    return undefined;
  return /[\ud800-\udfff]/.test(value) ? Buffer.from(value, "utf8").toString("utf8") : value;
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isPlace(value: unknown): value is number {
  return isWhole(value, 0, PLACES_MAX - 1);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

const NO_WORDS = Object.fromEntries(WORD_FIELDS.map((field) => [field, undefined])) as Record<
  WordField,
  undefined
>;

/** One entry as it stands in the text of a batch. */
export function formatEntry(entry: FleetBatch["entries"][number]): string {
  return JSON.stringify(plainEntry(entry));
}

function plainEntry({ row, hash }: FleetBatch["entries"][number]) {
  const { event, subject, name } = row;
  const sealed = name && Buffer.from(name.sealed).toString("base64");
  return { hash, subject, name: name && { pseudonym: name.pseudonym, sealed }, event };
}

/** The text of a whole batch: what `formatBatch` makes of the texts of its entries, in two thirds of the time. */
export function batchText({ tree, first, previous, entries }: FleetBatch): string {
  return JSON.stringify({ tree, first, previous, entries: entries.map(plainEntry) });
}

/** The text of a batch, from the texts of its entries. */
export function formatBatch(
  { tree, first, previous }: Omit<FleetBatch, "entries">,
  entries: readonly string[],
): string {
  const head = JSON.stringify({ tree, first, previous }).slice(0, -1);
  return `${head},"entries":[${entries.join()}]}`;
}
