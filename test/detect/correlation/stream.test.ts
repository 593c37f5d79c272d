// The stream: sliding windows against a brute-force evaluation, what is told once, what comes late, and every bound on what is remembered.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HELD_MAX } from "#detect/correlation/correlation.ts";
import { parseRule } from "#detect/correlation/rule-file.ts";
import { joinRules } from "#detect/correlation/ruleset.ts";
import { type Found, openStream, type StreamOptions } from "#detect/correlation/stream.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { tellAll } from "./brute-force.ts";
import { correlationFile } from "./sample-rules.ts";

const ruleOf = (correlation: string, rules?: readonly string[]) =>
  parseRule(correlationFile(correlation, rules), "x.yml", "impact/x");
type Sample = { readonly timeMs: number; readonly fields: JsonObject };
const run = (
  correlation: string,
  events: readonly Sample[],
  { rules, ...options }: StreamOptions & { readonly rules?: readonly string[] } = {},
) => {
  const stream = openStream(joinRules([ruleOf(correlation, rules)]), options);
  const found: Found[] = [];
  for (const [index, { timeMs, fields }] of events.entries())
    found.push(...stream.take({ index, id: `e${index}`, timeMs, fields, isOpened: false }));
  found.push(...stream.end());
  return { found, told: found.map(({ index }) => index), status: stream.status() };
};
const call = (timeMs: number, fields: JsonObject = {}): Sample => ({
  timeMs,
  fields: { kind: "decision", tool: "A", session: "s", ...fields },
});
const COUNT = "type: event_count, rules: [a], group-by: [session], timespan: 10s";

describe("a condition is told once, and again after it was false", () => {
  it.each<readonly [string, string, readonly number[], readonly number[]]>([
    ["the third of three", `${COUNT}, condition: { gte: 3 }`, [0, 1, 2], [2]],
    ["not the fourth", `${COUNT}, condition: { gte: 3 }`, [0, 1, 2, 3, 4], [2]],
    ["both ends of the timespan", `${COUNT}, condition: { gte: 2 }`, [0, 10], [1]],
    ["not beyond", `${COUNT}, condition: { gte: 2 }`, [0, 10.001], []],
    ["over the edge of a bucket", `${COUNT}, condition: { gte: 3 }`, [8, 9, 11], [2]],
    ["again when enough had left", `${COUNT}, condition: { gte: 2 }`, [0, 1, 12, 13], [1, 3]],
    ["not when it stayed true", `${COUNT}, condition: { gte: 2 }`, [0, 5, 10, 15, 20], [1]],
    ["again when it was false in silence", `${COUNT}, condition: { gte: 1 }`, [0, 100], [0, 1]],
    ["more than", `${COUNT}, condition: { gt: 2 }`, [0, 1, 2, 3], [2]],
    ["exactly", `${COUNT}, condition: { eq: 2 }`, [0, 1, 2, 3, 11.5], [1]],
    [
      "exactly, again with the next event",
      `${COUNT}, condition: { eq: 2 }`,
      [0, 1, 2, 12, 12.5],
      [1, 3, 4],
    ],
    ["fewer than, from the first event on", `${COUNT}, condition: { lt: 3 }`, [0, 1, 2, 3], [0]],
    ["a range", `${COUNT}, condition: { gt: 1, lte: 2 }`, [0, 1, 2, 3], [1]],
  ])("%s", (_, correlation, seconds, expected) => {
    const events = seconds.map((second) => call(Math.round(second * 1_000)));
    expect(run(correlation, events).told).toEqual(expected);
  });
  it("for each group by itself, and for none without the group's field", () => {
    const events = ["s", "t", "s", "t", "t"].map((session, at) => call(at, { session }));
    expect(run(`${COUNT}, condition: { gte: 3 }`, events).found).toMatchObject([
      { group: { session: "t" }, index: 4, value: 3, events: [1, 3, 4] },
    ]);
    const without = [0, 1, 2].map((at) => ({
      timeMs: at,
      fields: { kind: "decision", tool: "A" },
    }));
    expect(run(`${COUNT}, condition: { gte: 3 }`, without).told).toEqual([]);
  });
  it("in every combination where a field of the group has several values", () => {
    const events = [["x", "y"], ["y"], ["x"]].map((rules, at) => call(at, { rules }));
    const { found } = run(
      "type: event_count, rules: [a], group-by: [session, rules], timespan: 1m, condition: { gte: 2 }",
      events,
    );
    expect(found).toMatchObject([
      { group: { session: "s", rules: "y" }, index: 1 },
      { group: { session: "s", rules: "x" }, index: 2 },
    ]);
  });
});

describe("temporal", () => {
  const ORDERED = "type: temporal_ordered, rules: [a, b], group-by: [session], timespan: 10s";
  const ANY = "type: temporal, rules: [a, b], group-by: [session], timespan: 10s";
  const steps = (text: string) =>
    [...text]
      .map((tool, at) => call(at * 1_000, { tool }))
      .filter(({ fields }) => fields["tool"] !== ".");
  it.each<readonly [string, string, string, readonly number[]]>([
    ["in order", ORDERED, "AB", [1]],
    ["in the other order", ORDERED, "BA", []],
    ["in any order", ANY, "BA", [1]],
    ["too far apart", ORDERED, "A..........B", []],
    ["just within", ORDERED, "A.........B", [1]],
    ["with others between", ORDERED, "ACCB", [3]],
    ["once while it holds", ORDERED, "ABBAB", [1]],
    ["again after it left", ORDERED, "AB............AB", [1, 3]],
    ["the latest beginning counts", ORDERED, "A.......A.........B", [2]],
    ["one event is one step", ORDERED, "D", []],
    ["one event may be both without an order", ANY, "D", [0]],
    ["two events that are both", ORDERED, "DD", [1]],
  ])("%s", (_, correlation, text, expected) => {
    expect(run(correlation, steps(text)).told).toEqual(expected);
  });
  it("asks for a rule twice", () => {
    const twice = "type: temporal_ordered, rules: [a, a, b], timespan: 10s";
    expect(run(twice, steps("AB"), { rules: ["a", "b"] }).told).toEqual([]);
    expect(run(twice, steps("AAB"), { rules: ["a", "b"] }).found).toMatchObject([
      { events: [0, 1, 2] },
    ]);
  });
  it("asks for some of the rules", () => {
    const some = "type: temporal, rules: [a, b, c], timespan: 10s, condition: { gte: 2 }";
    expect(run(some, steps("AAC"), { rules: ["a", "b", "c"] }).told).toEqual([2]);
  });
});

const TYPES = [
  ["event_count", "{ %op: %n }"],
  ["value_count", "{ field: steps, %op: %n }"],
  ["value_sum", "{ field: steps, %op: %n }"],
  ["value_avg", "{ field: steps, %op: %n }"],
  ["temporal", "{ gte: %r }"],
  ["temporal_ordered", ""],
] as const;

describe("property: windows and the brute force tell the same", () => {
  const event = fc.record({
    // Gaps that end exactly where a window of two seconds does come often.
    gapMs: fc.oneof(
      fc.constantFrom(0, 500, 1_000, 2_000, 2_001),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 4_000 }),
    ),
    tool: fc.constantFrom("A", "B", "C", "D", "E"),
    session: fc.constantFrom("s", "t"),
    value: fc.integer({ min: 0, max: 6 }),
  });
  const INPUTS: Readonly<Record<string, readonly number[]>> = {
    A: [0],
    B: [1],
    C: [2],
    D: [0, 1],
    E: [],
  };
  it.each(TYPES)("%s", (type, condition) => {
    const isOrder = type.startsWith("temporal");
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.constantFrom("gt", "gte", "lt", "lte", "eq"),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        (list, operator, bound, some) => {
          const asked = condition
            .replace("%op", operator)
            .replace("%n", String(bound))
            .replace("%r", String(some));
          const rules = isOrder ? "a, b, c" : "a, b";
          const text = `type: ${type}, rules: [${rules}], group-by: [session], timespan: 2s${asked === "" ? "" : `, condition: ${asked}`}`;
          let timeMs = 1_000_000;
          const events = list.map(({ gapMs, tool, session, value }) => {
            timeMs += gapMs;
            return call(timeMs, { tool, session, steps: value });
          });
          const names = isOrder ? ["a", "b", "c"] : ["a", "b"];
          const { found } = run(text, events, { rules: names });
          const rule = ruleOf(text, names);
          if (rule.kind !== "correlation") throw new Error("no correlation");
          const plain = events.flatMap(({ timeMs: at, fields }, index) => {
            const inputs = (INPUTS[textOf(fields["tool"])] ?? []).filter(
              (one) => one < names.length,
            );
            const group = textOf(fields["session"]);
            const values = [Number(fields["steps"])];
            return inputs.length === 0 ? [] : [{ timeMs: at, index, inputs, group, values }];
          });
          const told = found.flatMap((one) =>
            one.kind === "correlation"
              ? [{ group: String(one.group["session"]), index: one.index, value: one.value }]
              : [],
          );
          expect(told).toEqual(tellAll(rule.correlation, plain));
        },
      ),
      { numRuns: 150 },
    );
  });
  it("in whatever order events come within the bound", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.integer(), (list, seed) => {
        let timeMs = 1_000_000;
        const events = list.map(({ gapMs, tool, session }) => {
          // Distinct times: between equal ones the place in the log decides, and that is what is changed here.
          timeMs += gapMs + 1;
          return call(timeMs, { tool, session });
        });
        const mixed = events.toSorted(
          (one, other) =>
            one.timeMs + jitter(one.timeMs, seed) - other.timeMs - jitter(other.timeMs, seed),
        );
        const told = (order: readonly Sample[]) =>
          run(`${COUNT}, condition: { gte: 3 }`, order, { latenessMs: 3_000 }).found.map((one) =>
            one.kind === "correlation" ? [one.timeMs, one.group["session"], one.value] : [],
          );
        expect(told(mixed)).toEqual(told(events));
      }),
      { numRuns: 100 },
    );
  });
});

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Up to three seconds, the same for the same event. */
function jitter(timeMs: number, seed: number): number {
  return Math.abs(Math.imul(timeMs ^ seed, 2_654_435_761) >> 8) % 3_000;
}

describe("late events", () => {
  it("beyond the bound are left out of correlations, and counted", () => {
    const events = [call(100_000), call(101_000), call(50_000), call(150_000)];
    const { told, status } = run(`${COUNT}, condition: { gte: 2 }`, events, { latenessMs: 5_000 });
    expect(told).toEqual([1]);
    expect(status).toMatchObject({ late: 1, restarts: 0 });
  });
  it("in a long row mean that the clock was wrong: nobody is blinded by one event of the future", () => {
    const future = call(9_000_000_000);
    const events = [call(0), future, ...Array.from({ length: 80 }, (_, at) => call(1_000 + at))];
    const { told, status } = run(`${COUNT}, condition: { gte: 70 }`, events);
    expect(status).toMatchObject({ late: 0, restarts: 1 });
    expect(told).toEqual([71]);
  });
  it("that wait are given on early where too many do, and nothing is lost", () => {
    const events = Array.from({ length: 50 }, (_, at) => call(at));
    const { told, status } = run(`${COUNT}, condition: { gte: 50 }`, events, { waitingMax: 4 });
    expect([told, status.late]).toEqual([[49], 0]);
  });
});

describe("what is remembered is bounded", () => {
  it("groups: the one that was silent longest is given up, and said", () => {
    const sessions = ["s", "t", "u", "s", "t"];
    const events = sessions.map((session, at) => call(at, { session }));
    const { told, status } = run(`${COUNT}, condition: { gte: 2 }`, events, { groupsMax: 2 });
    expect(told).toEqual([]);
    expect(status.groupsDropped).toBe(3);
  });
  it("groups whose timespan is over are no loss", () => {
    const events = ["s", "t", "u"].map((session, at) => call(at * 11_000, { session }));
    const { status } = run(`${COUNT}, condition: { gte: 2 }`, events, { groupsMax: 1 });
    expect(status.groupsDropped).toBe(0);
  });
  it("a count is exact beyond what is held", () => {
    const many = Array.from({ length: HELD_MAX + 1_000 }, (_, at) => call(at));
    const after = [call(10_000 + HELD_MAX), call(10_000 + HELD_MAX + 990), call(40_000)];
    const most = HELD_MAX - 1;
    const { told, status } = run(`${COUNT}, condition: { gte: ${most} }`, [...many, ...after], {});
    expect([told, status.leftOut]).toEqual([[most - 1], 0]);
  });
  it("a sum is over the newest, and says how many it left out", () => {
    const events = Array.from({ length: HELD_MAX + 5 }, (_, at) => call(at, { steps: 1 }));
    const sum = "type: value_sum, rules: [a], timespan: 1h, condition: { field: steps, gt: 4096 }";
    const { told, status } = run(sum, events);
    expect([told, status.leftOut]).toEqual([[], 5]);
  });
  it("groups of one event", () => {
    const rules = Array.from({ length: 100 }, (_, at) => `r${at}`);
    const { status } = run(
      "type: event_count, rules: [a], group-by: [rules], timespan: 1m, condition: { gte: 1 }",
      [call(0, { rules })],
    );
    expect(status.groupsOmitted).toBe(36);
  });
});
