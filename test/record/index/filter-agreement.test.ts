// A filter means the same in the index and without it: generated filters over generated events, both ways.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Filter } from "#record/index/filter.ts";
import { type IndexedEvent, MARK_FIELDS } from "#record/index/indexed-event.ts";
import { startCount, startSearch } from "#record/index/log-answers.ts";
import { GROUP_FIELDS, type GroupField } from "#record/index/question.ts";
import { countIndex, searchIndex } from "#record/store/index/index-answers.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
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
  it("finds the same events for several texts at once, wanted and unwanted, beside a session or a rule", () => {
    const texts = fc.array(textsOfSome, { minLength: 1, maxLength: 4 });
    const others = fc.array(partOfOneEvent, { maxLength: 2 });
    fc.assert(
      fc.property(texts, others, fc.option(fc.nat(3_000)), (found, beside, before) => {
        const parts = [...found, ...beside];
        const slow = startSearch({ kind: "all", parts }, { limit: 20, before });
        for (const event of events) slow.add(event);
        expect(
          searchIndex(index, { kind: "all", parts }, { limit: 20, before, byRank: false }),
        ).toEqual(slow.result());
      }),
      { numRuns: 150 },
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

it("counts the same where a time begins and ends within an hour", () => {
  const first = Math.min(...events.map(({ timeMs }) => timeMs));
  const last = Math.max(...events.map(({ timeMs }) => timeMs));
  const moment = fc.integer({ min: first - 3_600_000, max: last + 3_600_000 });
  const rest = fc.constantFrom<Filter>(
    { kind: "word", field: "verdict", matches: [{ text: "deny", isOpen: false }] },
    { kind: "word", field: "kind", matches: [{ text: "decision", isOpen: false }] },
    { kind: "flag", field: "canary", value: false },
  );
  const fields = [...GROUP_FIELDS.filter((field) => !isList(field)), "rule"] as const;
  const by = fc.uniqueArray(fc.constantFrom<GroupField>("verdict", "tool", "hour", "day", "kind"), {
    maxLength: 2,
  });
  const others = fc.uniqueArray(fc.constantFrom<GroupField>(...fields), { maxLength: 2 });
  const rules = by.map((more): GroupField[] => ["rule", ...more]);
  fc.assert(
    fc.property(
      fc.array(rest, { maxLength: 2 }),
      fc.array(fc.tuple(moment, moment), { minLength: 1, maxLength: 2 }),
      fc.oneof({ arbitrary: by, weight: 3 }, others, { arbitrary: rules, weight: 2 }),
      fc.boolean(),
      (parts, times, fieldsOf, inOrder) => {
        const one: Filter = {
          kind: "all",
          parts: [
            ...parts,
            ...times.map(
              ([fromMs, untilMs]) => ({ kind: "time", fromMs, untilMs }) satisfies Filter,
            ),
          ],
        };
        const slow = startCount(one, { by: fieldsOf, limit: 100, inOrder });
        for (const event of events) slow.add(event);
        expect(countIndex(index, one, { by: fieldsOf, limit: 100, inOrder })).toEqual(
          slow.result(),
        );
      },
    ),
    { numRuns: 300 },
  );
});

/** A text, any or all of two, or none of one: of the parts that full text search answers in one question. */
const textsOfSome: fc.Arbitrary<Filter> = (() => {
  const phrase = fc.record({
    words: fc.array(fc.constantFrom("git", "push", "word", "rm", "rf", "docker", "nowhere"), {
      minLength: 1,
      maxLength: 2,
    }),
    isOpen: fc.boolean(),
  });
  const text = fc.record({
    kind: fc.constant("text" as const),
    phrases: fc.array(phrase, { minLength: 1, maxLength: 2 }),
  });
  const several = fc.record({
    kind: fc.constantFrom("any" as const, "all" as const),
    parts: fc.array(text, { minLength: 0, maxLength: 2 }),
  });
  const wanted = fc.oneof(text, text, several);
  return fc.oneof(wanted, wanted, fc.record({ kind: fc.constant("not" as const), part: wanted }));
})();

/** What some event has: one of a session, a kind, a verdict, a list's member or an id. */
const partOfOneEvent: fc.Arbitrary<Filter> = fc
  .tuple(fc.nat(2_999), fc.constantFrom("session", "kind", "verdict", "mark", "id"))
  .map(([place, what]): Filter => {
    const event = events[place];
    const [mark] = event?.marks ?? [];
    if (what === "id") return { kind: "id", id: event?.id ?? "" };
    if (what === "mark")
      return {
        kind: "mark",
        field: mark?.field ?? "rule",
        matches: [{ text: mark?.value ?? "", isOpen: false }],
      };
    const field = what as "session" | "kind" | "verdict";
    return { kind: "word", field, matches: [{ text: event?.word[field] ?? "", isOpen: false }] };
  });

function isList(field: GroupField): boolean {
  return (MARK_FIELDS as readonly string[]).includes(field);
}
