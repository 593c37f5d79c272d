// Batches are read by hand as a schema would read them: the same batch, or none, for true ones and for ones that were changed.
import fc from "fast-check";
import * as v from "valibot";
import { expect, it } from "vitest";
import { FLEET_BATCH_ENTRIES_MAX } from "#base/limits.ts";
import { batchText, formatBatch, formatEntry, parseBatch } from "#record/fleet/batch-wire.ts";
import { PLACES_MAX } from "#record/fleet/fleet-row.ts";
import { MARK_FIELDS, NUMBER_FIELDS, WORD_FIELDS } from "#record/index/indexed-event.ts";
import { generatedBatches } from "../../surface/services/fleet/generated-batches.ts";

const word = v.pipe(
  v.string(),
  v.maxLength(160),
  v.check((text) => !text.includes("\0")),
  v.transform((text) => Buffer.from(text, "utf8").toString("utf8")),
);
const place = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(PLACES_MAX - 1));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const optionals = (names: readonly string[], schema: v.GenericSchema) =>
  v.strictObject(Object.fromEntries(names.map((name) => [name, v.optional(schema)])));
const Entry = v.strictObject({
  hash,
  subject: v.optional(word),
  name: v.optional(
    v.strictObject({
      pseudonym: word,
      sealed: v.pipe(
        v.string(),
        v.maxLength(4_096),
        v.regex(/^[A-Za-z0-9+/]*={0,2}$/),
        v.transform((text): Uint8Array => Buffer.from(text, "base64")),
      ),
    }),
  ),
  event: v.strictObject({
    index: place,
    id: word,
    enforced: v.boolean(),
    canary: v.boolean(),
    timeMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15)),
    word: optionals(WORD_FIELDS, word),
    number: optionals(NUMBER_FIELDS, v.pipe(v.number(), v.finite())),
    marks: v.pipe(
      v.array(
        v.strictObject({
          field: v.picklist(MARK_FIELDS),
          value: word,
          count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9)),
        }),
      ),
      v.maxLength(512),
    ),
    words: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9]{1,65536}$/))), v.maxLength(2_048)),
  }),
});
const Batch = v.strictObject({
  tree: v.pipe(v.string(), v.regex(/^[!-~]{1,200}$/)),
  first: place,
  previous: v.union([hash, v.literal("")]),
  entries: v.pipe(v.array(Entry), v.maxLength(FLEET_BATCH_ENTRIES_MAX)),
});

function bySchema(json: unknown): unknown {
  const parsed = v.safeParse(Batch, json);
  if (!parsed.success) return undefined;
  const { entries, ...head } = parsed.output;
  const from = entries[0]?.event.index ?? 0;
  if (entries.some(({ event }, order) => event.index !== from + order)) return undefined;
  return {
    ...head,
    entries: entries.map(({ hash: leaf, event, subject, name }) => ({
      hash: leaf,
      row: { event, subject, name },
    })),
  };
}

const [batch] = [...generatedBatches({ seed: 3, count: 12, users: 2 }, { size: 12 })];
if (batch === undefined) throw new Error("there is a batch");
const text = formatBatch(batch, batch.entries.map(formatEntry));

/** Every place in a value, as the keys that lead there. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]))];
}
const places = placesIn(JSON.parse(text)).filter((path) => path.length > 0);

/** WHY none that are empty: a schema takes them for objects without members, and we do not. */
const isNoEmptyList = (value: unknown): boolean => !Array.isArray(value) || value.length > 0;
const strange = fc
  .oneof(
    fc.constantFrom<unknown>(
      ...[
        null,
        undefined,
        true,
        "",
        "\0",
        "\ud800",
        "a\u{1f600}",
        "x".repeat(160),
        "x".repeat(161),
      ],
      ...[-1, 0, 1, 1.5, 1e9, 1e9 + 1, 2 ** 36, 2 ** 53, 8.64e15, 9e15, Number.POSITIVE_INFINITY],
      ...[{}, [1], { a: 1 }, "f".repeat(64), "F".repeat(64), "abc", "ab c", "QUJD", "QU=JD"],
      ...["effect", "rule", "deny"],
    ),
    fc.jsonValue(),
  )
  .filter(isNoEmptyList);

it("reads what was written, word for word", () => {
  expect(parseBatch(text)).toEqual(batch);
  expect(batchText(batch)).toBe(text);
  expect(bySchema(JSON.parse(text))).toEqual(batch);
  expect(parseBatch(text.replace('"marks":[]', '"marks":{}'))).toBeUndefined();
  expect(parseBatch(text.replace('"number":{}', '"number":[]'))).toBeUndefined();
  expect(text).toContain('"number":{}');
});

it("takes and refuses what a schema takes and refuses", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.constantFrom(...places), strange, fc.boolean(), (path, value, isNew) => {
      const json: unknown = JSON.parse(text);
      const key = path.at(-1) ?? "";
      let holder = json as Record<string, unknown>;
      for (const step of path.slice(0, -1)) holder = holder[step] as Record<string, unknown>;
      holder[isNew && !Array.isArray(holder) ? `${key}x` : key] = value;
      const changed = JSON.stringify(json);
      const expected = bySchema(JSON.parse(changed));
      expect(parseBatch(changed)).toEqual(expected);
      if (expected !== undefined) taken += 1;
    }),
    { numRuns: 1_500 },
  );
  expect(taken).toBeGreaterThan(50);
});
