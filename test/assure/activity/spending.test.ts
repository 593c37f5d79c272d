// What sessions cost: a made-up stream whose sums are known beforehand, with reports that come late, twice or never.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loopsOf } from "#assure/activity/failing-loops.ts";
import {
  type SpendingEvent,
  type SpendingOptions,
  startSpendingTally,
} from "#assure/activity/spending.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 2, 22);
const HOUR_MS = 3_600_000;

type Told = { readonly session?: string; readonly sequence: number; readonly claimedMs?: number };
const event = (timeMs: number, metadata: JsonObject, more: Partial<SpendingEvent> = {}) => ({
  timeMs,
  metadata,
  user: undefined,
  repository: undefined,
  command: undefined,
  ...more,
});
/** One request: 10 input, 20 output, 300 read from the cache, 4 written to it, and a price. */
const request = (
  timeMs: number,
  { session = "s", sequence, claimedMs = timeMs }: Told,
  cost: number | null = 1_000,
) =>
  event(timeMs, {
    kind: "telemetry",
    event: "api_request",
    session,
    sequence,
    claimedMs,
    sizes: {
      inputTokens: 10,
      outputTokens: 20,
      cacheReadTokens: 300,
      cacheCreationTokens: 4,
      ...(cost === null ? {} : { costUsdMicros: cost }),
    },
  });
const TOKENS = 334;
const judged = (timeMs: number, call: string, verdict: string, more: Partial<SpendingEvent> = {}) =>
  event(timeMs, { kind: "decision", session: "s", call, tool: "Bash", verdict }, more);
const ended = (timeMs: number, call: string, outcome: string, durationMs?: number) =>
  event(timeMs, {
    kind: "result",
    session: "s",
    call,
    tool: "Bash",
    outcome,
    ...(durationMs === undefined ? {} : { durationMs }),
  });
const answered = (timeMs: number, call: string, outcome: string, sequence: number) =>
  event(timeMs, {
    kind: "telemetry",
    event: "tool_decision",
    session: "s",
    call,
    outcome,
    sequence,
    claimedMs: timeMs,
  });
const tallied = (events: readonly SpendingEvent[], options: SpendingOptions = {}) => {
  const tally = startSpendingTally(options);
  for (const one of events) tally.add(one);
  return tally;
};

describe("tokens and money", () => {
  it("are summed by the day that they were spent on, whenever they are told", () => {
    const { rows, all } = tallied([
      request(START_MS, { sequence: 1 }),
      request(START_MS + 3 * HOUR_MS, { sequence: 2, claimedMs: START_MS + HOUR_MS }),
      request(START_MS + 3 * HOUR_MS, { sequence: 3 }, 2_500),
    ]).result("day", 3);
    expect(rows).toMatchObject([
      { key: "2026-03-02", requests: 2, costUsdMicros: 2_000 },
      { key: "2026-03-03", requests: 1, costUsdMicros: 2_500 },
    ]);
    expect(all).toMatchObject({
      requests: 3,
      costUsdMicros: 4_500,
      unpriced: 0,
      sessions: 1,
      silent: 0,
      tokens: { input: 30, output: 60, cacheRead: 900, cacheCreation: 12 },
    });
  });

  it("count once what came twice, and twice what was two", () => {
    const first = request(START_MS, { sequence: 1 });
    const again = request(START_MS + 60_000, { sequence: 1, claimedMs: START_MS });
    const restarted = request(START_MS + 120_000, { sequence: 1 });
    const spending = tallied([first, again, restarted]).result("session", 3);
    expect(spending).toMatchObject({ repeated: 1, all: { requests: 2, costUsdMicros: 2_000 } });
  });

  it("say what is not known: silent sessions, events that never came, requests without a price", () => {
    const { all, rows } = tallied([
      request(START_MS, { sequence: 1 }, null),
      event(START_MS, {
        kind: "discrepancy",
        what: "sequence-gap",
        session: "s",
        first: 2,
        count: 7,
      }),
      event(START_MS, { kind: "decision", session: "t", call: "c", verdict: "allow" }),
      event(START_MS, { kind: "session", session: "u" }),
    ]).result("session", 3);
    expect(all).toMatchObject({
      sessions: 3,
      silent: 2,
      missing: 7,
      unpriced: 1,
      costUsdMicros: 0,
    });
    expect(rows.map(({ key, silent }) => [key, silent])).toEqual([
      ["s", 0],
      ["t", 1],
      ["u", 1],
    ]);
  });

  it("date what claims an impossible time by when it came", () => {
    const { rows } = tallied([
      request(START_MS, { sequence: 1, claimedMs: 0 }),
      request(START_MS, { sequence: 2, claimedMs: START_MS + DAY_MS }),
      request(START_MS, { sequence: 3, claimedMs: START_MS - 8 * DAY_MS }),
      request(START_MS, { sequence: 4, claimedMs: START_MS - 6 * DAY_MS }),
    ]).result("day", 3);
    expect(rows.map(({ key, requests }) => [key, requests])).toEqual([
      ["2026-02-24", 1],
      ["2026-03-02", 3],
    ]);
  });

  it("belong to the person and the repository of the session", () => {
    const who = { user: "ada", repository: "git.example/ada/shop" };
    const tally = tallied([
      judged(START_MS, "c", "allow", who),
      request(START_MS, { sequence: 1 }),
      request(START_MS, { session: "t", sequence: 1 }, 5_000),
    ]);
    expect(tally.result("user", 3).rows).toMatchObject([
      { key: undefined, costUsdMicros: 5_000 },
      { key: "ada", costUsdMicros: 1_000 },
    ]);
    expect(tally.result("repository", 3).rows[1]).toMatchObject({ key: who.repository, calls: 1 });
  });

  it("leave out what lies outside the period, by when it happened", () => {
    const events = [
      request(START_MS, { sequence: 1 }),
      request(START_MS + HOUR_MS, { sequence: 2, claimedMs: START_MS - 1 }),
      request(START_MS + HOUR_MS, { sequence: 3 }),
    ];
    const { all } = tallied(events, { sinceMs: START_MS, untilMs: START_MS + HOUR_MS }).result(
      "day",
      3,
    );
    expect(all.requests).toBe(1);
  });

  it("are the same in whatever order events come, and rows sum up to all", () => {
    const events = [
      ...Array.from({ length: 12 }, (_, at) =>
        request(START_MS + at * HOUR_MS, { session: `s${at % 3}`, sequence: at }, at * 1_111),
      ),
      ...["a", "b", "c"].flatMap((call, at) => [
        judged(START_MS + at, call, "ask"),
        ended(START_MS + at + 9_000, call, "failure", 1_000),
      ]),
    ];
    const expected = tallied(events).result("session", 3);
    expect(expected.all.costUsdMicros).toBe(66 * 1_111);
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(tallied(shuffled).result("session", 3)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    for (const by of ["session", "user", "repository", "day"] as const) {
      const { rows, all } = tallied(events).result(by, 3);
      const sum = (of: (row: (typeof rows)[number]) => number) =>
        rows.reduce((total, row) => total + of(row), 0);
      expect(sum((row) => row.costUsdMicros)).toBe(all.costUsdMicros);
      expect(sum((row) => row.requests)).toBe(all.requests);
      expect(sum((row) => row.questions.asked)).toBe(3);
    }
  });

  it("stay bounded, and say what was too much", () => {
    const events = Array.from({ length: 10 }, (_, at) =>
      request(START_MS, { session: `s${at}`, sequence: at }),
    );
    expect(tallied(events, { sessionsMax: 4 }).result("day", 3)).toMatchObject({
      omitted: 6,
      all: { requests: 4 },
    });
    expect(tallied(events, { itemsMax: 3 }).result("day", 3)).toMatchObject({
      omitted: 7,
      all: { requests: 3 },
    });
  });
});

describe("loops of failing commands", () => {
  const failing = (at: number, command: string | undefined, outcome = "failure") => [
    judged(START_MS + at * 60_000, `c${at}`, "allow", { command }),
    ended(START_MS + at * 60_000 + 1_000, `c${at}`, outcome),
  ];
  it("cost what was asked of the model behind the first failure", () => {
    const spending = tallied([
      ...[0, 1, 2, 3].flatMap((at) => failing(at, "npm test")),
      request(START_MS + 500, { sequence: 1 }),
      request(START_MS + 30_000, { sequence: 2 }),
      request(START_MS + 90_000, { sequence: 3 }),
      request(START_MS + 181_000, { sequence: 4 }),
      request(START_MS + 181_001, { sequence: 5 }),
    ]).result("day", 3);
    expect(spending.loops).toEqual([
      {
        session: "s",
        user: undefined,
        repository: undefined,
        tool: "Bash",
        command: "npm test",
        failures: 4,
        fromMs: START_MS + 1_000,
        untilMs: START_MS + 181_000,
        tokens: 3 * TOKENS,
        costUsdMicros: 3_000,
      },
    ]);
    expect(spending.all).toMatchObject({
      loops: 1,
      loopTokens: 3 * TOKENS,
      loopCostUsdMicros: 3_000,
    });
  });

  it("end with a success of the same command, and of no other", () => {
    const events = [
      ...failing(0, "a"),
      ...failing(1, "a"),
      ...failing(2, "b", "success"),
      ...failing(3, "a"),
      ...failing(4, "a", "success"),
      ...failing(5, "a"),
      ...failing(6, "a"),
    ];
    const { loops } = tallied(events).result("day", 3);
    expect(loops.map(({ command, failures }) => [command, failures])).toEqual([["a", 3]]);
  });

  it("count what was spent in two of them once", () => {
    const spending = tallied([
      ...[0, 2, 4].flatMap((at) => failing(at, "a")),
      ...[1, 3, 5].flatMap((at) => failing(at, "b")),
      request(START_MS + 150_000, { sequence: 1 }),
    ]).result("session", 3);
    expect(spending.loops.map(({ tokens }) => tokens)).toEqual([TOKENS, TOKENS]);
    expect(spending.all).toMatchObject({ loops: 2, loopTokens: TOKENS });
  });

  it("say how many failures could not be opened", () => {
    const spending = tallied([0, 1, 2].flatMap((at) => failing(at, undefined))).result("day", 3);
    expect(spending).toMatchObject({ loops: [], unopened: 3 });
  });

  it("are found in any mix of commands", () => {
    const call = fc.record({ command: fc.constantFrom("a", "b"), isFailure: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(call, { maxLength: 30 }),
        fc.integer({ min: 2, max: 4 }),
        (calls, least) => {
          const list = calls.map((one, at) => ({ ...one, timeMs: at, tool: "Bash" }));
          const texts = ["a", "b"].flatMap((command) =>
            list
              .filter((one) => one.command === command)
              .map(({ isFailure }) => (isFailure ? "f" : "s"))
              .join("")
              .split(/s+/)
              .map(({ length }) => length)
              .filter((length) => length >= least),
          );
          expect(
            loopsOf(list, least)
              .map(({ failures }) => failures)
              .toSorted((one, other) => one - other),
          ).toEqual(texts.toSorted((one, other) => one - other));
        },
      ),
    );
  });
});

describe("questions", () => {
  it("are answered yes, no, or by nobody, and as fast as is known", () => {
    const { all } = tallied([
      judged(START_MS, "yes", "ask"),
      ended(START_MS + 10_000, "yes", "success", 4_000),
      judged(START_MS, "told", "ask"),
      answered(START_MS + 2_000, "told", "accept", 1),
      ended(START_MS + 60_000, "told", "failure", 1),
      judged(START_MS, "no", "ask"),
      answered(START_MS + 31_000, "no", "reject", 2),
      judged(START_MS, "nobody", "ask"),
      judged(START_MS, "untimed", "ask"),
      ended(START_MS + 5_000, "untimed", "success"),
      judged(START_MS, "let", "allow"),
      judged(START_MS, "not", "deny"),
    ]).result("day", 3);
    expect(all.calls).toBe(7);
    expect(all.questions).toEqual({
      asked: 5,
      allowed: 3,
      refused: 1,
      nobody: 1,
      timed: 3,
      medianMs: 6_000,
      slowestMs: 31_000,
    });
  });

  it("count a call once that is judged again, and nothing that was not enforced or is a probe", () => {
    const off = { kind: "decision", session: "s", verdict: "ask", tool: "Bash" };
    const { all } = tallied([
      judged(START_MS, "c", "ask"),
      judged(START_MS + 100, "c", "ask"),
      event(START_MS, { ...off, call: "d", enforced: false }),
      event(START_MS, { ...off, call: "e", canary: true }),
    ]).result("user", 3);
    expect(all).toMatchObject({ calls: 2, questions: { asked: 1, nobody: 1 } });
  });

  it("take what ran for allowed, whatever the client told", () => {
    const { all } = tallied([
      judged(START_MS, "c", "ask"),
      answered(START_MS + 1_000, "c", "reject", 1),
      ended(START_MS + 9_000, "c", "success", 1_000),
    ]).result("user", 3);
    expect(all.questions).toMatchObject({ allowed: 1, refused: 0, medianMs: 8_000 });
  });
});
