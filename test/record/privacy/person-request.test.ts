// A request of a person: which steps can follow which, by when it is due, and how it stands.
import { describe, expect, it } from "vitest";
import {
  dueMsOf,
  nextStep,
  type PersonRequest,
  type RequestStep,
  stateOf,
  withStep,
} from "#record/privacy/person-request.ts";

const DAY_MS = 86_400_000;
const received = (): PersonRequest => ({
  id: "aa00bb11cc22",
  right: "access",
  reference: "T-1",
  receivedMs: 0,
  steps: [{ step: "received", atMs: 0, note: "" }],
});
const after = (...steps: readonly RequestStep[]): PersonRequest =>
  steps.reduce<PersonRequest>(
    (request, step) => withStep(request, { step, atMs: DAY_MS, note: "why" }),
    received(),
  );

describe("a request", () => {
  it("is open, due soon, overdue, answered or late by its day", () => {
    const states = [0, 23, 24, 30, 30.1].map((days) => stateOf(received(), days * DAY_MS));
    expect(states).toEqual(["open", "due soon", "due soon", "due soon", "overdue"]);
    expect(stateOf(after("identity", "searched", "answered"), 99 * DAY_MS)).toBe("answered");
    expect(stateOf(after("refused"), 99 * DAY_MS)).toBe("refused");
    const searched = after("identity", "searched");
    const late = withStep(searched, { step: "answered", atMs: 31 * DAY_MS, note: "" });
    expect(stateOf(late, 99 * DAY_MS)).toBe("late");
  });
  it("is due after thirty days, and sixty more where that was said in time", () => {
    expect(dueMsOf(received())).toBe(30 * DAY_MS);
    expect(dueMsOf(after("extended"))).toBe(90 * DAY_MS);
    expect(() =>
      withStep(received(), { step: "extended", atMs: 31 * DAY_MS, note: "many" }),
    ).toThrow(/only before its end/);
  });
  it("names the next step", () => {
    expect(nextStep(received())).toBe("identity");
    expect(nextStep(after("extended", "identity"))).toBe("searched");
    expect(nextStep(after("identity", "searched"))).toBe("answered");
    expect(nextStep(after("refused"))).toBeUndefined();
  });
  it.each([
    ["searched before the identity", received(), "searched", "x", /no checked identity/],
    ["answered before the search", after("identity"), "answered", "x", /before the steps/],
    ["a step twice", after("identity"), "identity", "x", /already/],
    ["a step after the end", after("refused"), "identity", "x", /is over/],
    ["refused without a reason", received(), "refused", " ", /needs a reason/],
    ["extended without a reason", received(), "extended", "", /needs a reason/],
  ] as const)("refuses %s", (_, request, step, note, why) => {
    expect(() => withStep(request, { step, atMs: DAY_MS, note })).toThrow(why);
  });
});
