// Batches of entries between a daemon and its collector: JSON, checked to the last field where it comes in.
import * as v from "valibot";
import { FLEET_BATCH_ENTRIES_MAX } from "#base/limits.ts";
import { MARK_FIELDS, NUMBER_FIELDS, WORD_FIELDS } from "../index/indexed-event.ts";
import { type FleetBatch, PLACES_MAX } from "./fleet-row.ts";

/** Bounds of `indexedEvent`, which made what comes in; whoever goes beyond them is no daemon. */
const WORD_CHARS_MAX = 160;
const MARKS_MAX = 512;
const WORDS_MAX = 2_048;
const SEALED_BYTES_MAX = 4_096;

/** WHY: half of a surrogate pair is no character, and each database would make something else of it. */
const whole = (text: string): string =>
  /[\ud800-\udfff]/.test(text) ? Buffer.from(text, "utf8").toString("utf8") : text;
const word = v.pipe(
  v.string(),
  v.maxLength(WORD_CHARS_MAX),
  v.check((text) => !text.includes("\0"), "holds a NUL"),
  v.transform(whole),
);
const place = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(PLACES_MAX - 1));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const token = v.pipe(v.string(), v.regex(/^[a-z0-9]{1,65536}$/));
const amount = v.pipe(v.number(), v.finite());

const entriesOf = <Key extends string, Schema extends v.GenericSchema>(
  names: readonly Key[],
  schema: Schema,
) =>
  v.strictObject(
    Object.fromEntries(names.map((name) => [name, v.optional(schema)])) as Record<
      Key,
      v.OptionalSchema<Schema, undefined>
    >,
  );

const Entry = v.strictObject({
  hash,
  subject: v.optional(word),
  name: v.optional(
    v.strictObject({
      pseudonym: word,
      sealed: v.pipe(
        v.string(),
        v.maxLength(SEALED_BYTES_MAX),
        v.regex(/^[A-Za-z0-9+/]*={0,2}$/),
        v.transform((text): Uint8Array => Buffer.from(text, "base64")),
      ),
    }),
  ),
  event: v.strictObject({
    index: place,
    id: word,
    timeMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8_640_000_000_000_000)),
    word: entriesOf(WORD_FIELDS, word),
    number: entriesOf(NUMBER_FIELDS, amount),
    enforced: v.boolean(),
    canary: v.boolean(),
    marks: v.pipe(
      v.array(
        v.strictObject({
          field: v.picklist(MARK_FIELDS),
          value: word,
          count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9)),
        }),
      ),
      v.maxLength(MARKS_MAX),
    ),
    words: v.pipe(v.array(token), v.maxLength(WORDS_MAX)),
  }),
});
const Batch = v.strictObject({
  tree: v.pipe(v.string(), v.regex(/^[!-~]{1,200}$/)),
  first: place,
  previous: v.union([hash, v.literal("")]),
  entries: v.pipe(v.array(Entry), v.maxLength(FLEET_BATCH_ENTRIES_MAX)),
});

/** The batch that a text holds; undefined when it is none, or its entries do not follow one another. */
export function parseBatch(text: string): FleetBatch | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(Batch, json);
  if (!parsed.success) return undefined;
  const { entries } = parsed.output;
  const from = entries[0]?.event.index ?? 0;
  if (entries.some(({ event }, order) => event.index !== from + order)) return undefined;
  return {
    ...parsed.output,
    entries: entries.map(({ hash: leaf, event, subject, name }) => ({
      hash: leaf,
      row: { event: { ...event, word: { ...NO_WORDS, ...event.word } } as never, subject, name },
    })),
  };
}

const NO_WORDS = Object.fromEntries(WORD_FIELDS.map((field) => [field, undefined]));

/** One entry as it stands in the text of a batch. */
export function formatEntry({ row, hash: leaf }: FleetBatch["entries"][number]): string {
  const { event, subject, name } = row;
  return JSON.stringify({
    hash: leaf,
    subject,
    name: name && {
      pseudonym: name.pseudonym,
      sealed: Buffer.from(name.sealed).toString("base64"),
    },
    event,
  });
}

/** The text of a batch, from the texts of its entries. */
export function formatBatch(
  { tree, first, previous }: Omit<FleetBatch, "entries">,
  entries: readonly string[],
): string {
  const head = JSON.stringify({ tree, first, previous }).slice(0, -1);
  return `${head},"entries":[${entries.join()}]}`;
}
