// Generated filters over generated events: every kind of term, with values that stand in the events and some that do not.
import fc from "fast-check";
import type { Filter } from "#record/index/filter.ts";
import { type IndexedEvent, MARK_FIELDS, WORD_FIELDS } from "#record/index/indexed-event.ts";

/** Filters whose values are taken from the first 3,000 of `events`. */
export function generatedFilters(events: () => readonly IndexedEvent[]): fc.Arbitrary<Filter> {
  /** Values that stand in the events, beginnings of them, and some that do not. */
  const values = fc.oneof(
    fc.nat(2_999).map((place) => valueOf(events()[place])),
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

  const ends = values.map((text) => ({ text: text.slice(-5), isOpen: false, isEnd: true }));
  const plain = fc.record({ text: values, isOpen: fc.boolean() });
  const matches = fc.array(fc.oneof({ arbitrary: plain, weight: 3 }, ends), {
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
    fc.record({
      kind: fc.constant("id"),
      id: fc.nat(3_100).map((place) => events()[place]?.id ?? "no-id"),
    }),
  ) as fc.Arbitrary<Filter>;

  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({
        kind: fc.constantFrom("all", "any"),
        parts: fc.array(tie("filter"), { maxLength: 3 }),
      }) as fc.Arbitrary<Filter>,
      fc.record({ kind: fc.constant("not"), part: tie("filter") }) as fc.Arbitrary<Filter>,
    ),
  })).filter;
}

function valueOf(event: IndexedEvent | undefined): string {
  const words = WORD_FIELDS.flatMap((field) => event?.word[field] ?? []);
  const marks = event?.marks.map(({ value }) => value) ?? [];
  const all = [...words, ...marks];
  return all[(event?.index ?? 0) % Math.max(1, all.length)] ?? "";
}

function timeAt() {
  // Some on the hour, so that the hourly counts are used as well.
  return fc.oneof(
    fc.nat(200).map((hour) => 1_772_323_200_000 + hour * 3_600_000),
    fc.nat(700_000_000).map((ms) => 1_772_323_200_000 + ms),
  );
}
