// Days of machines in columns: read back as they were written, added up between cuts as their rows would be, and refused when they are damaged.
import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, createNames, createSpans, parseColumns } from "#record/fleet/day-sums.ts";
import type { SeenDay } from "#record/fleet/host-report.ts";
import { hostDay } from "./host-reports.ts";

const DAYS = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"];
const STAGES = [null, "observe", "ask", "enforce"] as const;
const rows = fc.array(
  fc.record({
    machine: fc.constantFrom("one", "two", "three"),
    version: fc.constantFrom(null, 1, 2),
    stage: fc.constantFrom(...STAGES),
    on: fc.constantFrom(...DAYS),
    calls: fc.nat(1_000),
    asked: fc.nat(50),
    rule: fc.constantFrom("a", "b"),
  }),
  { maxLength: 40 },
);
const seen = ({
  on,
  calls,
  asked,
  rule,
  ...who
}: {
  readonly machine: string;
  readonly version: number | null;
  readonly stage: SeenDay["stage"];
  readonly on: string;
  readonly calls: number;
  readonly asked: number;
  readonly rule: string;
}): SeenDay => ({
  ...who,
  day: hostDay({
    day: on,
    calls,
    asked,
    rules: [{ rule, asked, refused: 0, allowed: 0, replayed: asked, freed: 0 }],
  }),
});

test("columns are read back as they were written, and add up to what their rows do", () => {
  fc.assert(
    fc.property(rows, fc.subarray(DAYS), (given, cuts) => {
      const all = given.map(seen);
      const spans = createSpans(cuts);
      const names = createNames();
      for (const day of DAYS) {
        const own = all.filter((one) => one.day.day === day);
        const columns = columnsOf(own);
        expect(parseColumns(JSON.stringify(columns))).toEqual(columns);
        spans.addColumns(day, columns);
        names.addNames(columns);
      }
      for (const cut of cuts) {
        const next = cuts[cuts.indexOf(cut) + 1] ?? "9";
        for (const machine of ["one", "two", "three"])
          for (const version of [null, 1, 2])
            for (const stage of STAGES) {
              const isOwn = (one: SeenDay) =>
                one.machine === machine && one.version === version && one.stage === stage;
              const wanted = all.filter(
                (one) => isOwn(one) && one.day.day >= cut && one.day.day < next,
              );
              const found = spans.rows().filter((one) => isOwn(one) && one.day.day === cut);
              expect(found).toHaveLength(wanted.length === 0 ? 0 : 1);
              const sum = (of: readonly SeenDay[]) =>
                of.reduce((calls, one) => calls + one.day.calls + one.day.asked, 0);
              expect(sum(found)).toBe(sum(wanted));
            }
      }
      const asked = names.all().rules.reduce((sum, one) => sum + one.asked, 0);
      expect(asked).toBe(all.reduce((sum, { day }) => sum + day.asked, 0));
    }),
    { numRuns: 60 },
  );
});

test("machines of a rule are those of the day on which they were most, each once", () => {
  const row = (machine: string, version: number): SeenDay => ({
    machine,
    version,
    stage: "ask",
    day: hostDay(),
  });
  const names = createNames();
  names.addNames(columnsOf([row("one", 1), row("one", 2), row("two", 2)]));
  names.addNames(columnsOf([row("three", 2)]));
  expect(names.all().rules).toMatchObject([{ name: "builtin:team/secrets", machines: 2 }]);
  expect(names.all().exceptions).toMatchObject([{ name: "payments-2026", asked: 8, machines: 2 }]);
});

test("columns that nobody wrote are none", () => {
  const whole = columnsOf([{ machine: "one", version: 1, stage: "ask", day: hostDay() }]);
  for (const wrong of [
    "",
    "[]",
    "null",
    JSON.stringify({ ...whole, machines: [] }),
    JSON.stringify({ ...whole, machines: ["x".repeat(129)] }),
    JSON.stringify({ ...whole, versions: [-1] }),
    JSON.stringify({ ...whole, stages: [4] }),
    JSON.stringify({ ...whole, counts: { ...whole.counts, calls: undefined } }),
    JSON.stringify({ ...whole, counts: { ...whole.counts, calls: ["1"] } }),
    JSON.stringify({ ...whole, rules: [{ name: "a" }] }),
    JSON.stringify({ ...whole, exceptions: undefined }),
  ])
    expect(parseColumns(wrong)).toBeUndefined();
  expect(parseColumns(JSON.stringify(whole))).toEqual(whole);
});
