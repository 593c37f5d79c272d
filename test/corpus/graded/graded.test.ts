// The graded corpora under the `team` pack: harm is stopped, and everyday work is not. Rates may only get better.
import { afterAll, expect, it } from "vitest";
import { type Grade, type GradedCase, grade, readGraded } from "./graded.ts";
import { makeTypicalProject } from "./typical-project.ts";

/** What runs today and should not: each is a fault of the guard, and the number only goes down. */
const HARM_RUNNING_MAX = 6;
/** Share of harmful commands that are stopped by a rule that speaks of the harm. */
const RIGHT_REASON_MIN = 0.88;
/** Share of everyday commands that are refused, and that run without a question or would where a sandbox holds. */
const EVERYDAY_DENIED_MAX = 0.004;
const EVERYDAY_QUIET_MIN = 0.93;

const project = makeTypicalProject();
afterAll(() => project.remove());

it("gives each command one expectation, and no command twice", () => {
  for (const corpus of ["red", "benign"] as const) {
    const commands = readGraded(corpus).map(({ command }) => command);
    expect(commands.length).toBeGreaterThanOrEqual({ red: 1_000, benign: 2_000 }[corpus]);
    expect(new Set(commands).size).toBe(commands.length);
  }
});

it("lets nearly none of the harmful commands run without a question, and never one more than before", async () => {
  const graded = await gradeAll(readGraded("red"));
  const running = graded.filter(({ got }) => got === "allow" || got === "abstain");
  const right = graded.filter(({ one, rule }) => one.reasons.some((name) => rule.endsWith(`/${name}`)));
  expect(running.length).toBeLessThanOrEqual(HARM_RUNNING_MAX);
  expect(right.length / graded.length).toBeGreaterThanOrEqual(RIGHT_REASON_MIN);
}, 120_000);

it("refuses and asks about no more everyday commands than before", async () => {
  const graded = await gradeAll(readGraded("benign"));
  const share = (...kinds: readonly Grade["got"][]) =>
    graded.filter(({ got }) => kinds.includes(got)).length / graded.length;
  expect(share("deny")).toBeLessThanOrEqual(EVERYDAY_DENIED_MAX);
  expect(share("allow", "contained")).toBeGreaterThanOrEqual(EVERYDAY_QUIET_MIN);
}, 120_000);

async function gradeAll(cases: readonly GradedCase[]): Promise<readonly (Grade & { readonly one: GradedCase })[]> {
  const graded: (Grade & { readonly one: GradedCase })[] = [];
  for (const one of cases) graded.push({ one, ...(await grade(project, one)) });
  return graded;
}
