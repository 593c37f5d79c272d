// Logins over time: links, sessions, codes and guesses, by a clock that the test turns.
import { describe, expect, it } from "vitest";
import {
  CODE_MS_MAX,
  CONFIRMED_MS,
  createLogins,
  IDLE_MS_MAX,
  LINK_MS_MAX,
  SESSION_MS_MAX,
} from "../../../../src/surface/dashboard/access/logins.ts";
import { mayAs, ROLES } from "../../../../src/surface/dashboard/access/roles.ts";

function book() {
  let now = 1_000_000;
  const logins = createLogins({ nowMs: () => now, monotonicMs: () => now });
  return { logins, pass: (ms: number) => (now += ms), now: () => now };
}
const ada = { name: "ada", role: "approver" } as const;

describe("a link", () => {
  it("is over after its time", () => {
    const { logins, pass } = book();
    const token = logins.link(ada);
    pass(LINK_MS_MAX + 1);
    expect(logins.redeem(token)).toBeUndefined();
  });
  it("is one of few that wait", () => {
    const { logins, pass } = book();
    for (let count = 0; count < 32; count += 1) logins.link(ada);
    expect(() => logins.link(ada)).toThrow("too many links");
    pass(LINK_MS_MAX + 1);
    expect(logins.link(ada)).toMatch(/^[\w-]{43}$/);
  });
});

describe("a session", () => {
  it("lives while it is used, and no longer than its day", () => {
    const { logins, pass } = book();
    const { bearer } = logins.begin(ada);
    for (let spent = 0; spent + IDLE_MS_MAX / 2 < SESSION_MS_MAX; spent += IDLE_MS_MAX / 2) {
      expect(logins.find(bearer)?.name).toBe("ada");
      pass(IDLE_MS_MAX / 2);
    }
    pass(IDLE_MS_MAX / 2 + 1);
    expect(logins.find(bearer)).toBeUndefined();
  });
  it("ends when nobody uses it", () => {
    const { logins, pass } = book();
    const { bearer } = logins.begin(ada);
    pass(IDLE_MS_MAX + 1);
    expect(logins.find(bearer)).toBeUndefined();
    expect(logins.alive()).toEqual([]);
  });
  it("makes room by ending the one that was idle longest", () => {
    const { logins, pass } = book();
    const first = logins.begin(ada).bearer;
    for (let count = 0; count < 512; count += 1) {
      pass(1);
      logins.begin(ada);
    }
    expect(logins.find(first)).toBeUndefined();
    expect(logins.alive()).toHaveLength(512);
  });
});

describe("a confirmation", () => {
  it("counts for five minutes", () => {
    const { logins, pass, now } = book();
    const { bearer, session } = logins.begin(ada);
    expect(logins.confirm(session.id, { code: logins.code() })).toBe("confirmed");
    expect(logins.find(bearer)?.confirmedUntilMs).toBe(now() + CONFIRMED_MS);
    pass(CONFIRMED_MS);
    expect(logins.find(bearer)?.confirmedUntilMs).toBeNull();
  });
  it("takes no code that is old, used, or replaced", () => {
    const { logins, pass } = book();
    const { session } = logins.begin(ada);
    const old = logins.code();
    pass(CODE_MS_MAX + 1);
    expect(logins.confirm(session.id, { code: old })).toBe("wrong");
    const replaced = logins.code();
    const code = logins.code();
    if (replaced !== code) expect(logins.confirm(session.id, { code: replaced })).toBe("wrong");
    expect(logins.confirm(session.id, { code })).toBe("confirmed");
    expect(logins.confirm(session.id, { code })).toBe("wrong");
  });
  it("takes not even the right one after five wrong ones, for a minute", () => {
    const { logins, pass } = book();
    const { session } = logins.begin(ada);
    for (let guess = 0; guess < 5; guess += 1)
      expect(logins.confirm(session.id, { isRight: false })).toBe("wrong");
    expect(logins.confirm(session.id, { isRight: true })).toBe("too-many");
    pass(60_001);
    expect(logins.confirm(session.id, { isRight: true })).toBe("confirmed");
  });
});

it("roles stand in a line, and an auditor changes nothing", () => {
  const may = (role: (typeof ROLES)[number]) =>
    (["viewer", "responder", "approver", "administrator"] as const).filter((needed) =>
      mayAs(role, needed),
    ).length;
  expect(ROLES.map((role) => [role, may(role)])).toEqual([
    ["viewer", 1],
    ["responder", 2],
    ["approver", 3],
    ["administrator", 4],
    ["auditor", 1],
  ]);
});
