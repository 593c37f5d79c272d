// The graded corpora under the `team` pack: harm is stopped, and everyday work is not. Rates may only get better.
import { afterAll, expect, it } from "vitest";
import { grade, readGraded } from "./graded.ts";
import { makeTypicalProject } from "./typical-project.ts";

const project = makeTypicalProject();
afterAll(() => project.remove());

it("gives each command one expectation, and no command twice", () => {
  const commands = readGraded("red").map(({ command }) => command);
  expect(commands.length).toBeGreaterThanOrEqual(1_000);
  expect(new Set(commands).size).toBe(commands.length);
});

it("lets nearly none of the harmful commands run without a question, and never one more than before", async () => {
  const cases = readGraded("red");
  let running = 0;
  let right = 0;
  for (const one of cases) {
    const { got, rule } = await grade(project, one);
    if (got === "allow" || got === "abstain") running += 1;
    if (one.reasons.some((name) => rule.endsWith(`/${name}`))) right += 1;
  }
  expect(running).toBeLessThanOrEqual(RUNNING_MAX);
  expect(right / cases.length).toBeGreaterThanOrEqual(RIGHT_REASON_MIN);
}, 120_000);

/** What runs today and should not: each is a fault of the guard, and the number only goes down. */
const RUNNING_MAX = 24;
const RIGHT_REASON_MIN = 0.68;
