// The situation that rules may ask about: continuous integration is told where it is known, the time where a rule asks.
import { expect, test } from "vitest";
import type { Condition, Policy } from "#guard/policy/policy.ts";
import { reportEnvironment } from "#surface/services/facts/environment-report.ts";
import { situationFacts } from "#surface/services/facts/situation.ts";

const policyOf = (when: Partial<Condition>): Policy => ({
  id: "p",
  layer: "user",
  version: "1",
  digest: "",
  automaticApproval: false,
  rules: [
    {
      id: "a/b",
      verdict: "ask",
      reason: "x",
      instead: undefined,
      when: { effects: ["read"], ...when },
    },
  ],
});
const PLAIN = policyOf({});
const ciOf = (environment: Parameters<typeof situationFacts>[1]) =>
  situationFacts(PLAIN, environment, 0).ci;

test.each([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["FALSE", false],
  ["0", false],
  ["", false],
  [undefined, false],
])("CI=%s is a run of continuous integration: %s", (value, expected) => {
  expect(ciOf(reportEnvironment({ PATH: "/bin", CI: value }))).toBe(expected);
});

test("nobody knows where no environment was told, it was withheld, or settings changed it", () => {
  expect(ciOf(undefined)).toBeUndefined();
  expect(ciOf({ variables: [], withheld: ["CI"] })).toBeUndefined();
  expect(ciOf({ variables: [["CI", "1"]], withheld: [], amended: ["CI"] })).toBeUndefined();
});

test("the time is told to a policy with hours, and to no other", () => {
  const sunday = new Date(2030, 5, 2, 23, 59).getTime();
  const monday = new Date(2030, 5, 3, 0, 1).getTime();
  const asking = policyOf({ hours: [{ days: [1], start: 0, end: 60 }] });
  expect(situationFacts(PLAIN, undefined, sunday).clock).toBeUndefined();
  expect(situationFacts(asking, undefined, sunday).clock).toEqual({ weekday: 7, minute: 1_439 });
  expect(situationFacts(asking, undefined, monday).clock).toEqual({ weekday: 1, minute: 1 });
});
