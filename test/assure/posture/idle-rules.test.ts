// Rules that decided nothing for long: only such as a person wrote and could have spoken, and only where the record can tell.
import { describe, expect, it } from "vitest";
import { idleAmong, IDLE_DAYS, mayBeIdle } from "#assure/posture/idle-rules.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 21);
const ago = (days: number): number => NOW_MS - days * DAY_MS;
const use = (given: object = {}) => ({
  firstMs: ago(200),
  decisions: 500,
  decided: new Set(["user:own/asks"]),
  ...given,
});
const among = (sinceMs: number, given: object = {}) =>
  idleAmong(["user:own/asks", "user:own/allows"], { sinceMs, nowMs: NOW_MS }, use(given));

describe("idle rules", () => {
  it("are those that no decision of the days names", () => {
    expect(among(ago(IDLE_DAYS))).toEqual({
      kind: "seen",
      value: { days: IDLE_DAYS, asked: 2, rules: ["user:own/allows"] },
    });
  });
  it("are unseen under a policy or a record that is too young, and where too little was judged", () => {
    expect(among(ago(IDLE_DAYS - 1))).toMatchObject({ why: /in force as it is for 89 days/ });
    expect(among(ago(200), { firstMs: ago(30) })).toMatchObject({ why: /goes back 30 days/ });
    expect(among(ago(200), { firstMs: undefined })).toMatchObject({ why: /goes back 0 days/ });
    expect(among(ago(200), { decisions: 99 })).toMatchObject({ why: /99 judged calls/ });
  });
  it("are no deny rules, none that wait for sessions, hours or branches, and none that may not answer", () => {
    const idle = (verdict: Rule["verdict"], when: Partial<Condition> = {}, answers = true) =>
      mayBeIdle({ verdict, when: { effects: ["delete"], ...when } }, answers);
    expect([idle("ask"), idle("allow"), idle("deny")]).toEqual([true, true, false]);
    expect([idle("ask", {}, false), idle("allow", {}, false)]).toEqual([true, false]);
    const waiting = [
      { labels: ["incident"] },
      { branches: ["release"] },
      { ci: true },
      { hours: [] },
      { modes: ["plan"] },
    ] as const;
    expect(waiting.map((when) => idle("ask", when))).toEqual(waiting.map(() => false));
  });
});
