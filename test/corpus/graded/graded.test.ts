// The graded corpora under the `team` pack: harm is stopped, and everyday work is not. Rates may only get better.
import { afterAll, expect, it } from "vitest";
import { grade, type GradedCase, readGraded } from "./graded.ts";
import { got, type Graded, met, needlessQuestions, rate, rightReason } from "./rates.ts";
import { makeTypicalProject } from "./typical-project.ts";

/** What runs today and should not: each is a fault of the guard, and the number only goes down. */
const HARM_RUNNING_MAX = 2;

/**
 * By class, in percent: at least how many are stopped by a rule that speaks of the harm, and at least how many of those
 * that should be refused outright are.
 */
const STOPPED_MIN: Readonly<Record<string, readonly [right: number, denied: number]>> = {
  database: [97, 100],
  "destroy-outside": [96, 94],
  disk: [98, 100],
  exfiltration: [97, 97],
  history: [96, 92],
  infra: [99, 100],
  obfuscation: [89, 82],
  persistence: [95, 100],
  privilege: [95, 97],
  publish: [97, 74],
  "remote-code": [94, 94],
  "reverse-shell": [91, 87],
  "secret-read": [97, 97],
  tamper: [97, 97],
  "write-outside": [88, 100],
};

/** Shares of everyday commands: refused; asked about though nobody should be asked; asked about at all. */
const EVERYDAY_DENIED_MAX = 0.0025;
const EVERYDAY_NEEDLESS_MAX = 0.017;
const EVERYDAY_ASKED_MAX = 0.067;

const project = makeTypicalProject();
afterAll(() => project.remove());

it("gives each command one expectation, and no command twice", () => {
  for (const corpus of ["red", "benign"] as const) {
    const commands = readGraded(corpus).map(({ command }) => command);
    expect(commands.length).toBeGreaterThanOrEqual({ red: 1_000, benign: 2_000 }[corpus]);
    expect(new Set(commands).size).toBe(commands.length);
  }
});

it("lets nearly none of the harmful commands run without a question, and says why each is stopped", async () => {
  const graded = await gradeAll(readGraded("red"));
  expect(got(graded, "allow", "abstain").count).toBeLessThanOrEqual(HARM_RUNNING_MAX);
  const classes = [...new Set(graded.map(({ one }) => one.family))];
  expect(classes).toStrictEqual(Object.keys(STOPPED_MIN));
  for (const [name, [right, denied]] of Object.entries(STOPPED_MIN)) {
    const part = graded.filter(({ one }) => one.family === name);
    expect(100 * rate(rightReason(part)), `${name}: the right reason`).toBeGreaterThanOrEqual(
      right,
    );
    expect(100 * rate(met(part, "deny")), `${name}: refused`).toBeGreaterThanOrEqual(denied);
  }
}, 120_000);

it("refuses and asks about no more everyday commands than before", async () => {
  const graded = await gradeAll(readGraded("benign"));
  expect(rate(got(graded, "deny"))).toBeLessThanOrEqual(EVERYDAY_DENIED_MAX);
  expect(rate(needlessQuestions(graded))).toBeLessThanOrEqual(EVERYDAY_NEEDLESS_MAX);
  expect(rate(got(graded, "ask", "abstain"))).toBeLessThanOrEqual(EVERYDAY_ASKED_MAX);
}, 120_000);

async function gradeAll(cases: readonly GradedCase[]): Promise<readonly Graded[]> {
  const graded: Graded[] = [];
  for (const one of cases) graded.push({ one, result: await grade(project, one) });
  return graded;
}
