// A filter means the same in the index and without it: generated filters over generated events, both ways.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Filter } from "#record/index/filter.ts";
import { type IndexedEvent, MARK_FIELDS, WORD_FIELDS } from "#record/index/indexed-event.ts";
import { startCount, startSearch } from "#record/index/log-answers.ts";
import { GROUP_FIELDS, type GroupField } from "#record/index/question.ts";
import { countIndex, searchIndex } from "#record/store/index-answers.ts";
import { type IndexFile, openIndexFile } from "#record/store/index-file.ts";
import { generatedIndex } from "../generated-index.ts";

let index: IndexFile;
let events: readonly IndexedEvent[];

beforeAll(async () => {
  index = await openIndexFile(undefined);
  events = generatedIndex(index, { seed: 5, count: 3_000, users: 4 });
});
afterAll(() => index.close());

/** Values that stand in the events, beginnings of them, and some that do not. */
const values = fc.oneof(
  fc.nat(2_999).map((place) => valueOf(events[place])),
  fc.constantFrom(
    "",
    "Bash",
    "deny",
    "read/",
    "egress/other",
    "builtin:team/",
    "x'; DROP TABLE event; --",
    "%",
    "\u{1F600}",
  ),
);

function valueOf(event: IndexedEvent | undefined): string {
  const words = WORD_FIELDS.flatMap((field) => event?.word[field] ?? []);
  const marks = event?.marks.map(({ value }) => value) ?? [];
  const all = [...words, ...marks];
  return all[(event?.index ?? 0) % Math.max(1, all.length)] ?? "";
}

const matches = fc.array(fc.record({ text: values, isOpen: fc.boolean() }), {
  minLength: 1,
  maxLength: 3,
});
const phrases = fc.array(
  fc.record({
    words: fc.array(fc.constantFrom("git", "push", "word", "rf", "rm", "status", "n"), {
      minLength: 1,
      maxLength: 3,
    }),
    isOpen: fc.boolean(),
  }),
  { minLength: 1, maxLength: 2 },
);
const compare = fc.constantFrom("=", "<", "<=", ">", ">=");
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ kind: fc.constant("word"), field: fc.constantFrom(...WORD_FIELDS), matches }),
  fc.record({ kind: fc.constant("mark"), field: fc.constantFrom(...MARK_FIELDS), matches }),
  fc.record({
    kind: fc.constant("present"),
    field: fc.constantFrom(...WORD_FIELDS, ...MARK_FIELDS, "duration", "findings"),
  }),
  fc.record({
    kind: fc.constant("number"),
    field: fc.constantFrom("duration", "size", "findings", "index"),
    compare,
    value: fc.nat(900),
  }),
  fc.record({ kind: fc.constant("time"), fromMs: timeAt(), untilMs: timeAt() }),
  fc.record({
    kind: fc.constant("flag"),
    field: fc.constantFrom("enforced", "canary"),
    value: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("text"), phrases }),
) as fc.Arbitrary<Filter>;

function timeAt() {
  // Some on the hour, so that the hourly counts are used as well.
  return fc.oneof(
    fc.nat(200).map((hour) => 1_772_323_200_000 + hour * 3_600_000),
    fc.nat(700_000_000).map((ms) => 1_772_323_200_000 + ms),
  );
}

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom("all", "any"),
      parts: fc.array(tie("filter"), { maxLength: 3 }),
    }) as fc.Arbitrary<Filter>,
    fc.record({ kind: fc.constant("not"), part: tie("filter") }) as fc.Arbitrary<Filter>,
  ),
}));

describe("a filter over generated events", () => {
  it("finds the same events, page by page", () => {
    fc.assert(
      fc.property(
        filter,
        fc.option(fc.nat(3_000)),
        fc.integer({ min: 1, max: 60 }),
        (one, before, limit) => {
          const slow = startSearch(one, { limit, before });
          for (const event of events) slow.add(event);
          expect(searchIndex(index, one, { limit, before, byRank: false })).toEqual(slow.result());
        },
      ),
      { numRuns: 300 },
    );
  });
  it("counts the same, by whatever fields", () => {
    const by = fc
      .uniqueArray(fc.constantFrom(...GROUP_FIELDS), { maxLength: 3 })
      .filter((fields) => fields.filter(isList).length <= 1);
    fc.assert(
      fc.property(
        filter,
        by,
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (one, fields, inOrder, limit) => {
          const slow = startCount(one, { by: fields, limit, inOrder });
          for (const event of events) slow.add(event);
          expect(countIndex(index, one, { by: fields, limit, inOrder })).toEqual(slow.result());
        },
      ),
      { numRuns: 300 },
    );
  });
});

function isList(field: GroupField): boolean {
  return (MARK_FIELDS as readonly string[]).includes(field);
}
