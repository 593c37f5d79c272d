// Every detection that ships: at least ten examples trip it and nothing else, and ordinary days trip none.
import { describe, expect, it } from "vitest";
import { FIRING } from "./firing.ts";
import { openMaker } from "./maker.ts";
import { KINDS_OF_ORDINARY, ordinaryDay } from "./ordinary.ts";
import { firedBy, shippedRules } from "./running.ts";

const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);
const rules = shippedRules();

it("has examples for each detection past `experimental`, and for no other", () => {
  const names = rules.rules.filter(({ status }) => status !== "experimental");
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(Object.keys(FIRING).sort()).toEqual(names.map(({ name }) => name));
});

describe("examples", () => {
  it.each(Object.entries(FIRING))(
    "%s fires, and only what rightly does",
    (name, { make, also = [] }) => {
      for (const seed of SEEDS) {
        const maker = openMaker(seed * 7_919);
        make(maker);
        const fired = firedBy(rules, maker.made);
        expect(fired, `seed ${seed}`).toContain(name);
        expect(
          fired.filter((one) => one !== name && !also.includes(one)),
          `seed ${seed}`,
        ).toEqual([]);
      }
    },
  );
  it.each(Object.entries(FIRING))(
    "%s: what is said to fire as well does",
    (_, { make, also = [] }) => {
      const fired = SEEDS.flatMap((seed) => {
        const maker = openMaker(seed * 7_919);
        make(maker);
        return firedBy(rules, maker.made);
      });
      expect(also.filter((one) => !fired.includes(one))).toEqual([]);
    },
  );
});

describe("ordinary days", () => {
  const days = Array.from({ length: 60 }, (_, seed) => ordinaryDay(1_000 + seed));
  it("are many events of many kinds", () => {
    expect(days.length).toBeGreaterThanOrEqual(50);
    expect(days.flat().length).toBeGreaterThan(10_000);
    expect(KINDS_OF_ORDINARY).toBeGreaterThanOrEqual(70);
  });
  it("trip nothing", () => {
    expect(days.flatMap((day) => firedBy(rules, day))).toEqual([]);
  });
});
