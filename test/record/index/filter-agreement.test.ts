// A filter means the same in the index and without it: generated filters over generated events, both ways.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IndexedEvent, MARK_FIELDS } from "#record/index/indexed-event.ts";
import { startCount, startSearch } from "#record/index/log-answers.ts";
import { GROUP_FIELDS, type GroupField } from "#record/index/question.ts";
import { countIndex, searchIndex } from "#record/store/index-answers.ts";
import { type IndexFile, openIndexFile } from "#record/store/index-file.ts";
import { generatedFilters } from "../generated-filters.ts";
import { generatedIndex } from "../generated-index.ts";

let index: IndexFile;
let events: readonly IndexedEvent[];

beforeAll(async () => {
  index = await openIndexFile(undefined);
  events = generatedIndex(index, { seed: 5, count: 3_000, users: 4 });
});
afterAll(() => index.close());

const filter = generatedFilters(() => events);

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
