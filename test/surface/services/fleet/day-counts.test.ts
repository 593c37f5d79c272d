// What a machine says of its days, against `log cost` over the same events, and by hand where that counts nothing.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSpendingTally } from "#assure/activity/spending.ts";
import { indexedEvent } from "#record/index/indexed-event.ts";
import type { Question } from "#record/index/question.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { countDay, createDayCounts } from "#surface/services/fleet/day-counts.ts";
import type { StoppedCalls } from "#surface/services/fleet/rule-replay.ts";
import { generatedEvents } from "../../../record/generated-events.ts";
import { GENERATED_START_MS, generatedStamps } from "../../../record/generated-index.ts";

const DAY_MS = 86_400_000;
const START_MS = GENERATED_START_MS;
type Happened = { readonly timeMs: number; readonly metadata: JsonObject };

const indexes: IndexFile[] = [];
afterAll(() => {
  for (const index of indexes) index.close();
});

async function indexOf(events: readonly Happened[]) {
  const index = await openIndexFile(undefined);
  indexes.push(index);
  const rows = events.map(({ timeMs, metadata }, place) => ({
    event: indexedEvent(
      place,
      { id: String(place).padStart(26, "0"), timeMs, metadata },
      { user: undefined, command: undefined },
    ),
    subject: undefined,
    name: undefined,
  }));
  index.append(rows, { indexed: rows.length, first: 0, origin: "o", lastHash: "" });
  return async ({ sql, parameters, limit }: Extract<Question, { ask: "select" }>) => {
    const named = Object.entries(parameters).filter(([name]) => sql.includes(`:${name}`));
    const values = Object.fromEntries(named.map(([name, value]) => [`:${name}`, value]));
    return { kind: "table", ...index.select(sql, values, limit) } as const;
  };
}

describe("a day of made-up work", () => {
  const stampAt = generatedStamps();
  const team = { seed: 5, count: 3_000, users: 2, startMs: START_MS, endMs: START_MS + 3 * DAY_MS };
  const events: Happened[] = [];
  let ask: Awaited<ReturnType<typeof indexOf>>;
  beforeAll(async () => {
    let timeMs = 0;
    const stamped = (atMs: number) => {
      timeMs = atMs;
      return stampAt(atMs);
    };
    for (const { metadata } of generatedEvents(team, stamped)) events.push({ timeMs, metadata });
    ask = await indexOf(events);
  });

  it("has the calls, questions and answers that `log cost` counts", async () => {
    const tally = startSpendingTally();
    for (const event of events)
      tally.add({ ...event, user: undefined, repository: undefined, command: undefined });
    const { rows } = tally.result("day", 5);
    expect(rows).toHaveLength(3);
    for (const [day, { key, calls, sessions, questions }] of rows.entries()) {
      const [sinceMs, untilMs] = [START_MS + day * DAY_MS, START_MS + (day + 1) * DAY_MS];
      const counted = await countDay(ask, sinceMs);
      expect(counted).toMatchObject({
        day: key,
        calls,
        sessions,
        asked: questions.asked,
        allowed: questions.allowed,
        declined: questions.refused,
      });
      expect(counted.calls).toBeGreaterThan(200);
      const denied = events.filter(
        ({ timeMs, metadata }) =>
          timeMs >= sinceMs && timeMs < untilMs && metadata["verdict"] === "deny",
      );
      expect(counted.refused).toBe(denied.length);
      const sum = (of: "asked" | "refused" | "allowed") =>
        counted.rules.reduce((all, rule) => all + rule[of], 0);
      expect([sum("asked"), sum("refused"), sum("allowed")]).toEqual([
        ...[counted.asked, counted.refused, counted.allowed],
      ]);
      const weights = counted.rules.map(({ asked, refused }) => asked + refused);
      expect(weights).toEqual(weights.toSorted((one, other) => other - one));
    }
  });
  it("is counted again only when something came in, and the day before until it is over", async () => {
    let [nowMs, size, asked] = [START_MS + DAY_MS + 3_600_000, 100, 0];
    const days = createDayCounts({
      ask: (question) => {
        asked += 1;
        return ask(question);
      },
      size: () => size,
      nowMs: () => nowMs,
    });
    expect((await days()).map(({ day }) => day)).toEqual(["2026-03-01", "2026-03-02"]);
    expect(asked).toBe(10);
    await days();
    expect(asked).toBe(10);
    nowMs += 2 * 3_600_000;
    size += 1;
    await days();
    size += 1;
    await days();
    expect(asked).toBe(10 + 10 + 5);
  });
});

describe("what else is counted", () => {
  it("an answer at the client, how long it took, what was set aside, and what could not be judged", async () => {
    const at = (second: number) => START_MS + second * 1_000;
    const decision = { kind: "decision", session: "s", tool: "Bash", rules: ["acme/one"] };
    // One that the managed policy gives, and one that the operator of the machine was granted.
    const exceptions = ["managed-payments-2026", "a1b2c3d4"];
    const answer = { kind: "telemetry", session: "s", event: "tool_decision" };
    const ask = await indexOf([
      { timeMs: at(1), metadata: { ...decision, call: "a", verdict: "ask" } },
      { timeMs: at(2), metadata: { ...decision, call: "a", verdict: "ask" } },
      { timeMs: at(6), metadata: { ...answer, call: "a", outcome: "accept" } },
      { timeMs: at(7), metadata: { kind: "result", session: "s", call: "a", durationMs: 500 } },
      { timeMs: at(8), metadata: { ...decision, call: "b", verdict: "ask", enforced: false } },
      { timeMs: at(9), metadata: { ...answer, call: "b", outcome: "reject" } },
      { timeMs: at(10), metadata: { ...decision, call: "c", verdict: "ask", rules: ["No Name"] } },
      { timeMs: at(11), metadata: { ...decision, call: "d", verdict: "deny", canary: true } },
      {
        timeMs: at(11),
        metadata: { ...decision, call: "d", verdict: "allow", prompt: "spared", canary: true },
      },
      ...["g", "g", "h"].map((call) => ({
        timeMs: at(11),
        metadata: { ...decision, call, verdict: "allow", prompt: "spared", rules: ["acme/two"] },
      })),
      { timeMs: at(11), metadata: { ...decision, call: "a", verdict: "ask", prompt: "added" } },
      {
        timeMs: at(11),
        metadata: { ...decision, call: "h", verdict: "abstain", prompt: "left", rules: [] },
      },
      // Of another kind of event the word means nothing.
      { timeMs: at(11), metadata: { kind: "hook", event: "Stop", prompt: "spared" } },
      { timeMs: at(12), metadata: { kind: "off", phase: "start" } },
      { timeMs: at(13), metadata: { kind: "off", phase: "end" } },
      { timeMs: at(14), metadata: { kind: "exception", phase: "grant" } },
      { timeMs: at(15), metadata: { kind: "policy", what: "observed" } },
      { timeMs: at(16), metadata: { kind: "failure", code: "facts" } },
      ...["e", "f"].map((call) => ({
        timeMs: at(17),
        metadata: {
          kind: "decision",
          session: "s",
          tool: "Bash",
          call,
          verdict: "allow",
          exceptions,
        },
      })),
      { timeMs: at(-1), metadata: { ...decision, call: "before", verdict: "deny" } },
    ]);
    expect(await countDay(ask, START_MS)).toEqual({
      day: "2026-03-01",
      calls: 7,
      sessions: 1,
      asked: 3,
      refused: 0,
      allowed: 1,
      declined: 1,
      waitedMs: 5_000,
      overrides: 3,
      failures: 1,
      spared: 2,
      added: 1,
      left: 1,
      rules: [{ rule: "acme/one", asked: 2, refused: 0, allowed: 1, replayed: 0, freed: 0 }],
      exceptions: [{ exception: "payments-2026", used: 2 }],
    });
  });
  it("nothing on a day without anything", async () => {
    const ask = await indexOf([]);
    expect(await countDay(ask, START_MS)).toMatchObject({ calls: 0, sessions: 0, rules: [] });
  });
});

describe("rules of a day that is over", () => {
  const decision = { kind: "decision", session: "s", tool: "Bash", verdict: "ask" };
  const rules = (...names: string[]) => ({ rules: names });
  const events = [
    ...Array.from({ length: 50 }, (_, n) => ({
      timeMs: START_MS + n,
      metadata: { ...decision, call: `c${n}`, ...rules("acme/one") },
    })),
    { timeMs: START_MS + 60, metadata: { ...decision, call: "c1", ...rules("acme/one") } },
    { timeMs: START_MS + 61, metadata: { ...decision, call: "x", ...rules("guard/no-rule") } },
    { timeMs: START_MS + 62, metadata: { ...decision, call: "y", ...rules("acme/two") } },
  ];
  it("are judged again on the latest of their calls, each once, and not what the guard does itself", async () => {
    const ask = await indexOf(events);
    const seen: (readonly StoppedCalls[])[] = [];
    const day = await countDay(ask, START_MS, (stopped) => {
      seen.push(stopped);
      return Promise.resolve(
        stopped.map(({ places }) => ({ replayed: places.length, freed: places.length - 1 })),
      );
    });
    const of = (rule: string) => day.rules.find((one) => one.rule === rule);
    expect(of("acme/one")).toMatchObject({ asked: 50, replayed: 40, freed: 39 });
    const places = seen[0]?.find(({ rule }) => rule === "acme/one")?.places ?? [];
    // Call `c1` was judged twice, and the second time counts; the newest come first.
    expect(places.slice(0, 3)).toEqual([50, 49, 48]);
    expect(places).not.toContain(1);
    expect(seen[0]?.find(({ rule }) => rule === "guard/no-rule")?.places).toEqual([]);
  });
  it("are told without it where the log cannot be read", async () => {
    const ask = await indexOf(events);
    const day = await countDay(ask, START_MS, () => Promise.reject(new Error("busy")));
    expect(day.rules.map(({ asked, replayed }) => [asked, replayed])).toContainEqual([50, 0]);
  });
  it("are judged again once the day is over, and only then", async () => {
    const ask = await indexOf(events);
    let [nowMs, size, replays] = [START_MS + 3_600_000, 1, 0];
    const days = createDayCounts({
      ask,
      size: () => size,
      nowMs: () => nowMs,
      replay: (stopped) => {
        replays += 1;
        return Promise.resolve(stopped.map(() => ({ replayed: 1, freed: 1 })));
      },
    });
    await days();
    expect(replays).toBe(0);
    nowMs += DAY_MS + 2 * 3_600_000;
    size += 1;
    expect((await days())[0]?.rules[0]).toMatchObject({ replayed: 1, freed: 1 });
    expect(replays).toBe(1);
    size += 1;
    await days();
    expect(replays).toBe(1);
  });
});
