// Questions that wait: who is there, how many wait, which answer counts, and what ends them.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { QuestionFacts } from "#surface/services/questions/question-schema.ts";
import {
  createWaitingRoom,
  type JudgedCall,
  type PersonAnswer,
} from "#surface/services/questions/waiting-room.ts";

const FACTS: QuestionFacts = {
  project: "/p",
  session: "s",
  tool: "Bash",
  text: "ls",
  rule: "r",
  what: "w",
  why: "y",
  also: [],
  class: "read-only",
  effects: [],
  effectsOmitted: 0,
  held: false,
  alternatives: [],
  onlyThere: null,
};
const CALL: JudgedCall = {
  tool: "Bash",
  input: { command: "ls" },
  cwd: "/p",
  root: "/p",
  sessionId: "s",
  callId: "c1",
  agentId: undefined,
  policyDigest: "d",
  rules: ["r"],
};
const YES: PersonAnswer = { answer: "allow", note: null, by: "ada", from: "cli" };
const NO: PersonAnswer = { answer: "deny", note: "not now", by: "grace", from: "phone" };

let room: ReturnType<typeof createWaitingRoom>;
beforeEach(() => {
  vi.useFakeTimers();
  room = createWaitingRoom({ nowMs: () => Date.now(), monotonicMs: () => performance.now() });
});
afterEach(() => {
  room.close();
  vi.useRealTimers();
});
const open = (changes: Partial<JudgedCall> = {}, seconds = 60, facts = FACTS) => {
  const opened = room.open({ ...CALL, ...changes }, facts, seconds);
  if (opened === undefined) throw new Error("it does not wait");
  return opened;
};
const named = ({ question: { id, digest } }: ReturnType<typeof open>) => ({ id, digest });

describe("who is there", () => {
  it("counts until it is over, for a minute at most, and place by place", () => {
    const nowMs = Date.now();
    expect(room.attended()).toBe(undefined);
    expect(room.attend({ seconds: 30, untilMs: nowMs + 3_600_000, from: "a" })).toBe(
      nowMs + 60_000,
    );
    room.attend({ seconds: 90, untilMs: nowMs + 20_000, from: "b" });
    expect(room.attended()).toBe(90);
    vi.advanceTimersByTime(20_001);
    expect(room.attended()).toBe(30);
    room.attend({ seconds: 30, untilMs: 0, from: "b" });
    expect(room.attended()).toBe(30);
    room.attend({ seconds: 30, untilMs: 0, from: "a" });
    expect(room.attended()).toBe(undefined);
    room.attend({ seconds: 30, untilMs: Date.now() + 60_000, from: "a" });
    vi.advanceTimersByTime(60_001);
    expect(room.attended()).toBe(undefined);
  });
});

describe("an answer", () => {
  it("is the first one for what was judged; a second one is told so", async () => {
    const opened = open();
    vi.advanceTimersByTime(1_500);
    expect(room.answer(named(opened), YES)).toMatchObject({ kind: "taken" });
    expect(await opened.outcome).toMatchObject({ kind: "answered", answer: "allow", by: "ada" });
    expect(room.answer(named(opened), NO)).toMatchObject({
      kind: "over",
      question: { state: "answered" },
    });
    expect(room.list()).toMatchObject([{ state: "answered" }]);
  });

  it.each<[string, Partial<JudgedCall>]>([
    ["tool", { tool: "Write" }],
    ["input", { input: { command: "rm -r x" } }],
    ["directory", { cwd: "/q" }],
    ["workspace", { root: "/q" }],
    ["session", { sessionId: "t" }],
    ["call", { callId: "c2" }],
    ["policy", { policyDigest: "e" }],
    ["rules", { rules: [] }],
  ])("is bound to the %s, and to its own question", (_what, changes) => {
    const first = open();
    const other = open(changes);
    const again = open();
    const digests = [first, other, again].map(({ question }) => question.digest);
    expect(new Set(digests).size).toBe(3);
    const crossed = { id: first.question.id, digest: other.question.digest };
    expect(room.answer(crossed, YES)).toMatchObject({ kind: "mismatch" });
    expect(room.list()[0]).toMatchObject({ state: "waiting" });
  });

  it("comes too late once the time is over", async () => {
    const opened = open({}, 10);
    vi.advanceTimersByTime(10_001);
    expect(await opened.outcome).toEqual({ kind: "expired" });
    expect(room.answer(named(opened), YES)).toMatchObject({
      kind: "over",
      question: { state: "expired" },
    });
  });

  it("is for nothing where there is no such question, or only a terminal may give it", () => {
    const unknown = { id: "qu-0000000000000000", digest: "0".repeat(64) };
    expect(room.answer(unknown, YES)).toEqual({ kind: "unknown" });
    const opened = open({}, 60, { ...FACTS, onlyThere: "two people" });
    expect(room.answer(named(opened), YES)).toMatchObject({ kind: "only-there" });
    expect(room.list()[0]).toMatchObject({ state: "waiting" });
  });
});

describe("the room", () => {
  it("lets eight questions of a session wait, and sixty-four in all, for two minutes at most", () => {
    for (let session = 0; session < 8; session++)
      for (let call = 0; call < 8; call++)
        open({ sessionId: `s${session}`, callId: `c${call}` }, 3_600);
    expect(room.open({ ...CALL, sessionId: "s0" }, FACTS, 60)).toBe(undefined);
    expect(room.open({ ...CALL, sessionId: "fresh" }, FACTS, 60)).toBe(undefined);
    expect(room.list().every((one) => one.expiresMs - one.askedMs === 120_000)).toBe(true);
    room.withdraw("s0", ({ callId }) => callId === "c3");
    expect(room.open({ ...CALL, sessionId: "s0" }, FACTS, 60)).not.toBe(undefined);
    expect(room.list().filter(({ state }) => state === "withdrawn").length).toBe(1);
  });

  it("ends what nobody asks any more, and all of it with the process", async () => {
    const one = open({ callId: "c1" });
    const two = open({ callId: "c2", agentId: "a" });
    room.attend({ seconds: 30, untilMs: Date.now() + 60_000, from: "a" });
    room.withdraw("s", ({ agentId }) => agentId === undefined);
    expect(await one.outcome).toEqual({ kind: "withdrawn" });
    expect(room.list().map(({ state }) => state)).toEqual(["waiting", "withdrawn"]);
    room.close();
    expect(await two.outcome).toEqual({ kind: "withdrawn" });
    expect(room.attended()).toBe(undefined);
  });

  it("tells of the last that are over, and forgets the others", () => {
    for (let at = 0; at < 80; at++) room.answer(named(open({ callId: `c${at}` })), YES);
    expect(room.list().length).toBe(64);
  });
});
