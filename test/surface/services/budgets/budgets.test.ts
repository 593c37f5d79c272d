// Budgets: what is counted once, what a step says, clocks that jump, transcripts that are cut or hostile, loops.
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseHookEvent } from "#guard/protocol/hook-io.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { type Budget, stepReached } from "#guard/policy/budget.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadPrices } from "#surface/foundation/product/shipped-data.ts";
import { openBudgets } from "#surface/services/budgets/budget-service.ts";
import { reachedInWords } from "#surface/services/budgets/budget-check.ts";
import { emptyDays, spend, spentIn, turnTo } from "#surface/services/budgets/calendar-days.ts";
import { keptBudgets } from "#surface/services/budgets/kept-budgets.ts";
import { createRepeats, outcomeOf } from "#surface/services/budgets/repeats.ts";

const PROJECT = { id: "0123456789abcdef", root: "/project" };
const FROM = { layer: "user", policy: "mine" } as const;
const MILLION = 1_000_000;

let folder: string;
let transcript: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-budgets-"));
  transcript = join(folder, "s1.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const budget = (given: Partial<Budget>): Budget => ({
  id: "cap",
  of: "session",
  unit: "usd",
  from: FROM,
  ...given,
});
const row = (id: string, usage: object, more: object = {}): string =>
  `${JSON.stringify({
    type: "assistant",
    sessionId: "s1",
    timestamp: new Date().toISOString(),
    message: { id, model: "claude-sonnet-4-5", content: [], usage },
    ...more,
  })}\n`;
const event = (changes: object = {}): HookEvent & { kind: "pre-tool-use" } => {
  const text = JSON.stringify({
    session_id: "s1",
    transcript_path: transcript,
    cwd: "/project",
    hook_event_name: "PreToolUse",
    tool_name: "Bash",
    tool_input: { command: "ls" },
    tool_use_id: "toolu_1",
    ...changes,
  });
  return parseHookEvent(Buffer.from(text)) as HookEvent & { kind: "pre-tool-use" };
};
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const open = (at: { nowMs(): number; monotonicMs(): number } = clock) =>
  openBudgets({
    file: join(folder, "budgets.json"),
    clock: at,
    policy: () => ({ budgets: [] }) as unknown as Policy,
    prices: loadPrices,
    say: () => undefined,
  });
const reached = (service: ReturnType<typeof open>, cap: Budget, of = event()) =>
  service.port.reached(PROJECT, of, [cap], of.call)[0];
const read = async (service: ReturnType<typeof open>, cap: Budget, of = event()) => {
  service.port.touch(PROJECT, of, [cap]);
  await service.settle();
  return reached(service, cap, of);
};

describe("money and tokens of a transcript", () => {
  const cap = budget({ stop: 3 });

  it("counts a message once however many rows it has, and goes on after a restart", async () => {
    const [half, whole] = [{ input_tokens: MILLION / 2 }, { input_tokens: MILLION }];
    writeFileSync(transcript, row("m1", half) + row("m1", whole) + row("m1", whole));
    const service = open();
    expect((await read(service, cap))?.spent).toBeCloseTo(3);
    await service.close();
    const next = open();
    expect((await read(next, cap))?.spent).toBeCloseTo(3);
    appendFileSync(transcript, row("m2", whole));
    expect((await read(next, cap))?.spent).toBeCloseTo(6);
    await next.close();
  });

  it("shows a request without a known price as ?, and never as nothing", async () => {
    const unknown = { message: { id: "u", model: "claude-next", usage: { input_tokens: 5 } } };
    writeFileSync(transcript, row("m1", { input_tokens: MILLION }) + row("u", {}, unknown));
    const service = open();
    const found = await read(service, cap);
    expect(found?.unpriced).toBe(1);
    expect(found && reachedInWords(found)).toContain("? for 1 request without a known price");
    await service.close();
  });

  it("takes what telemetry tells where that is more, and adds nothing twice", async () => {
    writeFileSync(transcript, row("m1", { input_tokens: MILLION }));
    const service = open();
    await read(service, cap);
    service.spent("s1", 2);
    expect(reached(service, cap)?.spent).toBeCloseTo(3);
    service.spent("s1", 2);
    expect(reached(service, cap)?.spent).toBeCloseTo(4);
    await service.close();
  });

  it("reads a transcript that is cut, made shorter, or hostile, and gives nothing back", async () => {
    const whole = row("m1", { input_tokens: MILLION });
    writeFileSync(
      transcript,
      `${"{".repeat(70_000)}\n\u0000"usage"\n${whole}${whole.slice(0, 60)}`,
    );
    const service = open();
    expect((await read(service, cap))?.spent).toBeCloseTo(3);
    truncateSync(transcript, 0);
    writeFileSync(transcript, row("m1", { input_tokens: MILLION }, { timestamp: "2001-01-01" }));
    expect((await read(service, cap))?.spent).toBeCloseTo(3);
    appendFileSync(
      transcript,
      row("__proto__", { input_tokens: MILLION }, { agentId: "constructor" }) +
        row("x", { input_tokens: 1e300, output_tokens: -5 }, { agentId: "__proto__" }),
    );
    expect((await read(service, cap))?.spent).toBeCloseTo(6);
    expect("usd" in {}).toBe(false);
    await service.close();
  });

  it("counts a sub-agent's own file for the agent, and for its session", async () => {
    mkdirSync(join(folder, "s1/subagents"), { recursive: true });
    const usage = { input_tokens: MILLION };
    writeFileSync(transcript, "");
    writeFileSync(join(folder, "s1/subagents/agent-a1.jsonl"), row("m9", usage));
    const service = open();
    const ofAgent = budget({ of: "agent", stop: 3 });
    expect((await read(service, ofAgent, event({ agent_id: "a1" })))?.spent).toBeCloseTo(3);
    expect(reached(service, ofAgent, event({ agent_id: "a2" }))).toBeUndefined();
    expect(reached(service, cap)?.spent).toBeCloseTo(3);
    await service.close();
  });
});

describe("steps", () => {
  it("are the furthest that is reached", () => {
    const steps = budget({ warn: 1, ask: 2, stop: 3 });
    expect([0.5, 1, 2.5, 3].map((spent) => stepReached(steps, spent))).toEqual([
      undefined,
      "warn",
      "ask",
      "stop",
    ]);
  });

  it("refuse the call after the last that a cap of calls lets run", async () => {
    const cap = budget({ unit: "calls", stop: 2 });
    const service = open();
    const stopped = [1, 2, 3].map((number) => {
      const one = event({ tool_use_id: `toolu_${number}` });
      service.port.touch(PROJECT, one, [cap]);
      const found = service.port.reached(PROJECT, one, [cap], one.call);
      const verdict = found.length > 0 ? "deny" : "abstain";
      service.port.decided(PROJECT, one, one.call, { verdict, reached: found });
      return found[0]?.step;
    });
    expect(stopped).toEqual([undefined, undefined, "stop"]);
    await service.close();
  });

  it("ask again after a yes only once a tenth more is spent, and warn once", async () => {
    const cap = budget({ ask: 3 });
    writeFileSync(transcript, row("m1", { input_tokens: MILLION }));
    const service = open();
    const found = await read(service, cap);
    expect(found?.step).toBe("ask");
    const call = event();
    service.port.decided(PROJECT, call, call.call, {
      verdict: "ask",
      reached: found ? [found] : [],
    });
    service.port.ended(PROJECT, call, call.call, "done");
    expect(reached(service, cap)).toBeUndefined();
    appendFileSync(transcript, row("m2", { input_tokens: MILLION / 5 }));
    expect((await read(service, cap))?.step).toBe("ask");
    const warns = budget({ id: "w", warn: 1 });
    const warned = reached(service, warns);
    expect(warned?.step).toBe("warn");
    service.port.told(warned === undefined ? [] : [warned]);
    expect(reached(service, warns)).toBeUndefined();
    await service.close();
  });

  it("count minutes of work by a clock that only goes forward, and none while a person is waited for", async () => {
    let [nowMs, monotonicMs] = [Date.parse("2030-05-05T12:00:00Z"), 0];
    const service = open({ nowMs: () => nowMs, monotonicMs: () => monotonicMs });
    const cap = budget({ unit: "minutes", stop: 5 });
    service.port.touch(PROJECT, event(), [cap]);
    nowMs -= 86_400_000;
    monotonicMs += 4 * 60_000;
    service.port.touch(PROJECT, event({ hook_event_name: "Stop" }), [cap]);
    monotonicMs += 600 * 60_000;
    service.port.touch(PROJECT, event(), [cap]);
    expect(reached(service, cap)).toBeUndefined();
    monotonicMs += 60_000;
    service.port.touch(PROJECT, event(), [cap]);
    expect(reached(service, cap)?.spent).toBeCloseTo(5);
    await service.close();
  });
});

describe("days", () => {
  it("give nothing back to a clock that is set back, and take nothing from the next day", () => {
    const book = emptyDays();
    const usd = () => spentIn(book, "day", undefined).usd;
    turnTo(book, "2030-05-05");
    spend(book, "p", { usd: 9 });
    turnTo(book, "2000-01-01");
    expect(usd()).toBe(9);
    spend(book, "p", { usd: 1 });
    turnTo(book, "2030-05-05");
    expect(usd()).toBe(10);
    turnTo(book, "2030-05-06");
    expect(usd()).toBe(0);
    spend(book, "p", { usd: 2 });
    expect(spentIn(book, "month", "p").usd).toBe(12);
  });
});

describe("loops", () => {
  it("are rounds of the same calls with the same outcome, with what was spent since the first", () => {
    const one = createRepeats();
    for (let time = 0; time < 4; time += 1) one.ended("test", "failed", time);
    expect(one.before("test", 5)).toEqual({ times: 4, calls: 1, usd: 5 });
    expect(one.before("edit", 5)).toBeUndefined();
    one.ended("test", "passed", 5);
    expect(one.before("test", 5)).toBeUndefined();
    const two = createRepeats();
    for (let time = 0; time < 6; time += 1) two.ended(time % 2 === 0 ? "edit" : "test", "same", 0);
    expect(two.before("edit", 0)).toMatchObject({ times: 3, calls: 2 });
  });

  it("are none while outcomes differ in more than times", () => {
    expect(outcomeOf("3 failed in 1.20s at 10:11:12")).toBe(
      outcomeOf("3 failed in 9 s at 11:00:01"),
    );
    expect(outcomeOf("3 failed in 1.20s")).not.toBe(outcomeOf("2 failed in 1.20s"));
  });
});

it("holds where no daemon answers what was counted before, and adds nothing", async () => {
  const caps = [
    budget({ id: "stop", unit: "calls", stop: 2 }),
    budget({ id: "warn", unit: "calls", warn: 1 }),
    budget({ id: "loop", unit: "repeats", stop: 1 }),
  ];
  const service = open();
  for (const id of ["toolu_1", "toolu_2"]) {
    const made = event({ tool_use_id: id });
    service.port.touch(PROJECT, made, caps);
    service.port.decided(PROJECT, made, made.call, { verdict: "allow", reached: [] });
  }
  await service.close();
  const policy = () => ({ budgets: caps }) as unknown as Policy;
  const kept = keptBudgets({ file: join(folder, "budgets.json"), nowMs: Date.now, policy });
  expect(await kept.of(PROJECT)).toEqual(caps);
  const reached = (changes: object) => {
    const made = event(changes);
    kept.touch(PROJECT, made, caps);
    kept.decided(PROJECT, made, made.call, { verdict: "allow", reached: [] });
    return kept.reached(PROJECT, made, caps, made.call).map((one) => [one.budget.id, one.step]);
  };
  expect(reached({})).toEqual([["stop", "stop"]]);
  expect(reached({ session_id: "s2" })).toEqual([]);
  expect(reached({ session_id: "s2" })).toEqual([]);
});
