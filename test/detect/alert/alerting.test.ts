// Alerts of what a stream finds: each once, repeats counted, a storm told as one, the same ids whoever looks.
import { describe, expect, it } from "vitest";
import type { Found } from "#detect/correlation/stream.ts";
import { createAlerting, placeOf, STORM_RULE } from "#detect/alert/alerting.ts";
import type { RuleMeta } from "#detect/detection/detection.ts";

const rule = (name: string, level: RuleMeta["level"] = "high"): RuleMeta => ({
  id: `id of ${name}`,
  name,
  title: `title of ${name}`,
  description: "",
  level,
  status: "stable",
  tags: ["attack.t1"],
  falsePositives: [],
  runbook: undefined,
  requiresKey: false,
  lists: [],
  isSameBlocked: false,
});
const found = (index: number, timeMs: number, name = "impact/x", of = rule(name)): Found => ({
  kind: "event",
  rule: of,
  index,
  id: `event ${index}`,
  timeMs,
});
const MINUTE = 60_000;

describe("alerting", () => {
  it("tells the same finding once, with the same id for whoever looks", () => {
    const [one, other] = [createAlerting(), createAlerting()];
    const first = one.take(found(7, 0), { session: "s" }, 0);
    expect(first).toMatchObject({ rule: "impact/x", events: [7], repeats: 0 });
    expect(first?.id).toMatch(/^al-[0-9a-z]{26}$/);
    expect(one.take(found(7, 0), { session: "s" }, 0)).toBeUndefined();
    expect(other.take(found(7, 0), {}, 99)?.id).toBe(first?.id);
  });

  it("counts what comes again in the same session, and tells it with the next", () => {
    const alerting = createAlerting();
    const take = (index: number, minutes: number, session = "s") =>
      alerting.take(found(index, minutes * MINUTE), { session }, minutes * MINUTE);
    expect(take(1, 0)).toBeDefined();
    expect([take(2, 1), take(3, 9)]).toEqual([undefined, undefined]);
    expect(take(4, 9, "another")).toBeDefined();
    expect(take(5, 11)).toMatchObject({ repeats: 2 });
  });

  it.each([
    ["deny", {}, "critical", "Blocked: a call", "medium"],
    ["deny", {}, "low", "Blocked: a call", "low"],
    ["deny", { isSameBlocked: true }, "critical", "Blocked: a call", "critical"],
    ["deny", { enforced: false }, "critical", "Left to the client: a call", "critical"],
    ["ask", {}, "critical", "Asked: a call", "critical"],
    ["allow", {}, "critical", "Ran: a call", "critical"],
    ["allow", { held: true }, "critical", "Ran in the sandbox: a call", "critical"],
    ["abstain", {}, "critical", "Left to the client: a call", "critical"],
  ] as const)(
    "says what became of the call first: %s %j at %s",
    (verdict, more, level, title, expected) => {
      const place = placeOf({ kind: "decision", verdict, ...more }, undefined);
      const of = { ...rule("impact/x", level), title: "A call", ...more };
      const alert = createAlerting().take(found(1, 0, "impact/x", of), place, 0);
      expect(alert).toMatchObject({ title, level: expected });
    },
  );

  it("says nothing of an outcome where the event is about no call", () => {
    const place = placeOf({ kind: "failure", verdict: "deny" }, undefined);
    const alert = createAlerting().take(found(1, 0), place, 0);
    expect(alert).toMatchObject({ title: "title of impact/x", level: "high" });
  });

  it("tells a storm of 100,000 as sixty and one, and loses no count", () => {
    const alerting = createAlerting();
    let told = 0;
    for (let at = 0; at < 100_000; at += 1)
      if (alerting.take(found(at, at), { session: `s${at}` }, 0) !== undefined) told += 1;
    expect(told).toBe(60);
    expect(alerting.passed(0)).toBeUndefined();
    const storm = alerting.passed(MINUTE);
    expect(storm).toMatchObject({ rule: STORM_RULE, repeats: 100_000 - 61 });
    expect(alerting.passed(2 * MINUTE)).toBeUndefined();
  });

  it("tells of a storm that goes on minute after minute, and loses no count", () => {
    const alerting = createAlerting();
    let told = 0;
    let summed = 0;
    const pass = (nowMs: number) => {
      const storm = alerting.passed(nowMs);
      if (storm !== undefined) summed += storm.repeats + 1;
      return storm;
    };
    const stormAtMs: number[] = [];
    // 10,000 within a minute, ten minutes long: never a quiet moment.
    for (let at = 0; at < 100_000; at += 1) {
      const nowMs = at * 6;
      if (alerting.take(found(at, nowMs), { session: `s${at}` }, nowMs) !== undefined) told += 1;
      if (pass(nowMs) !== undefined) stormAtMs.push(nowMs);
    }
    expect(stormAtMs.length).toBeGreaterThanOrEqual(9);
    expect(stormAtMs[0]).toBeLessThan(2 * MINUTE);
    pass(11 * MINUTE);
    expect(told).toBe(600);
    expect(told + summed).toBe(100_000);
  });

  it("a flood of mild alerts hides no grave one", () => {
    const alerting = createAlerting();
    const take = (at: number, level: RuleMeta["level"]) =>
      alerting.take(
        { ...found(at, at), rule: rule(`impact/${level}`, level) },
        { session: `s${at}` },
        0,
      );
    for (let at = 0; at < 10_000; at += 1) take(at, "medium");
    expect(take(10_000, "medium")).toBeUndefined();
    expect(take(10_001, "critical")).toMatchObject({ level: "critical" });
  });

  it("says where an event belongs, as far as it is opened", () => {
    const metadata = { kind: "decision", session: "p1" };
    expect(placeOf(metadata, undefined)).toEqual({ pseudonym: "p1" });
    const sealed = { sessionId: "s", user: "ada", cwd: "/p", readable: { hosts: ["a.example"] } };
    expect(placeOf(metadata, sealed)).toEqual({
      pseudonym: "p1",
      session: "s",
      user: "ada",
      project: "/p",
      destination: "a.example",
    });
    const several = { ...sealed, readable: { hosts: ["a.example", "b.example"] } };
    expect(placeOf(metadata, several).destination).toBeUndefined();
  });
});
