// What a collector takes of a report: days that it can place, and counts under the policy that they passed under.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { restOf, seenIn } from "#record/fleet/host-days.ts";
import { hostReportSchema, isKeptReport, parseHostReport } from "#record/fleet/host-report.ts";
import { DAY, hostDay, hostReport } from "./host-reports.ts";

const NOW_MS = Date.parse(`${DAY}T10:00:00Z`);
const YEAR_MS = 365 * 86_400_000;

describe("a report", () => {
  it("is read as it was written, and nothing else is", () => {
    const text = JSON.stringify(hostReport());
    expect(parseHostReport(text)).toEqual(hostReport());
    for (const wrong of [
      "",
      "[]",
      text.slice(1),
      JSON.stringify({ ...hostReport(), user: "ada" }),
      JSON.stringify({ ...hostReport(), drift: -1 }),
      JSON.stringify({ ...hostReport(), atMs: 1.5 }),
      JSON.stringify({ ...hostReport(), repositories: ["a b"] }),
      JSON.stringify({ ...hostReport(), days: Array.from({ length: 4 }, () => hostDay()) }),
      JSON.stringify({ ...hostReport(), trouble: "x".repeat(70_000) }),
    ])
      expect(parseHostReport(wrong)).toBeUndefined();
  });
  it("is dated by the collector, and says how far the clock is off", () => {
    const ahead = { ...hostReport(), atMs: NOW_MS + YEAR_MS };
    expect(seenIn(ahead, "laptop", NOW_MS).host).toMatchObject({
      machine: "laptop",
      seenMs: NOW_MS,
      skewMs: YEAR_MS,
      report: { days: [] },
    });
  });
  it("loses days that nobody can place, and one that comes twice counts once", () => {
    const days = ["2025-11-26", "2026-11-23", "2026-11-24", "2026-11-28", "2026-11-29"];
    const report = { ...hostReport(), days: days.map((day) => hostDay({ day })) };
    const seen = seenIn(
      { ...report, days: [...report.days, hostDay({ day: "2026-11-28" })] },
      "a",
      NOW_MS,
    );
    expect(seen.days.map(({ day }) => day.day)).toEqual(["2026-11-24", "2026-11-28"]);
    expect(seen.days[0]).toMatchObject({ machine: "a", version: 7, stage: "ask" });
  });
});

describe("a day on which the policy changed", () => {
  it("counts under each what passed under it", () => {
    const morning = hostDay({ calls: 100, asked: 2, rules: [rule("a", 2, 0)] });
    const whole = hostDay({ calls: 150, asked: 12, rules: [rule("a", 2, 0), rule("b", 10, 1)] });
    expect(restOf(whole, [morning])).toMatchObject({
      calls: 50,
      asked: 10,
      rules: [rule("b", 10, 1)],
    });
    expect(restOf(whole, [])).toEqual(whole);
    expect(restOf(morning, [whole]).calls).toBe(0);
  });
});

function rule(name: string, asked: number, refused: number) {
  return { rule: name, asked, refused, allowed: 0, replayed: asked, freed: refused };
}

describe("a report that is kept", () => {
  const whole: Record<string, unknown> = { ...hostReport({ days: [] }) };
  const strange = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      "",
      "ask",
      -1,
      0.5,
      1e10,
      true,
      [],
      {},
      ["a b"],
      ["a.example/b"],
    ),
    fc.constantFrom<unknown>("x".repeat(41), "linux", "failed", { servers: 1 }, Number.NaN),
    fc.constantFrom<unknown>({ servers: 1, approved: 1 }, { servers: 1, approved: -1 }),
    fc.constantFrom<unknown>({ version: 1, content: "a".repeat(64), stage: "ask" }),
    fc.constantFrom<unknown>({ version: 0, content: "a".repeat(64), stage: "ask" }),
    fc.constantFrom<unknown>({ version: 1, content: "a".repeat(63), stage: "none", more: 1 }),
  );
  it("is taken and refused as its schema says", () => {
    const keys = [...Object.keys(whole), "more"];
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(fc.constantFrom(...keys), strange, fc.boolean(), (key, value, isLeft) => {
        const { [key]: _, ...rest } = whole;
        const changed = isLeft ? rest : { ...rest, [key]: value };
        const wanted = v.is(hostReportSchema, changed);
        expect(isKeptReport(changed)).toBe(wanted);
        if (wanted) taken += 1;
        else refused += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(isKeptReport(whole)).toBe(true);
    expect(Math.min(taken, refused)).toBeGreaterThan(50);
    expect(isKeptReport({ ...whole, days: [hostDay()] })).toBe(false);
  });
});
