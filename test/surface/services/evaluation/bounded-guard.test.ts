// An evaluation that never yields: it is ended, refused as a failure, and recorded so.
import { expect, test } from "vitest";
import { createFeed } from "#surface/services/daemon-process/feed.ts";
import { createHookAnswers } from "#surface/services/hooks/hook-answers.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { createRecorder } from "#surface/services/hooks/recorder.ts";
import { boundedGuard } from "#surface/services/evaluation/bounded-guard.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { plainPorts, preToolUse, verdictOf } from "../../daemon/daemon-stand.ts";

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const machine = { home: "/home/ada", ownPaths: ["/own"] };

async function judged(guardMs: number, command: string) {
  const observations: Observation[] = [];
  const guard = boundedGuard(clock, guardMs);
  const judge = createJudge({ ...machine, policy: () => loadPolicy(), guard: () => guard });
  const ports = plainPorts(observations, { judge });
  const recorder = createRecorder(ports, () => clock.monotonicMs());
  const answer = createHookAnswers(ports, recorder, createFeed());
  const payload = Buffer.from(preToolUse({ tool_input: { command } }));
  const text = JSON.stringify(await answer({ id: "0123456789abcdef", root: "/project" }, payload));
  return { text, observations };
}

test("a call that takes longer than anybody waits is refused as a failure, and that is recorded", async () => {
  const heavy = `echo ${"{a,b}".repeat(5)} "$(cat x | grep y)"; `.repeat(600);
  const { text, observations } = await judged(1, heavy);
  expect(verdictOf(JSON.parse(text))).toBe("deny");
  expect(text).toContain("guard/failed");
  expect(observations).toContainEqual(
    expect.objectContaining({ kind: "failure", code: "judge-late" }),
  );
});

test("a call that takes less is judged as without the limit", async () => {
  const { text } = await judged(3_000, "cat .env");
  expect(text).toContain("secrets/read");
});

test.each([
  ["an expression", () => /^(a+)+$/.test(`${"a".repeat(60)}!`)],
  [
    "a loop",
    () => {
      for (;;);
    },
  ],
])("%s that never ends is late", (_, endless) => {
  expect(() => boundedGuard(clock, 50).bounded<unknown>(endless)).toThrow("came to no end");
});

test("what ends in time has its value, and its own errors pass", () => {
  const { bounded } = boundedGuard(clock);
  expect(bounded(() => 1)).toBe(1);
  const failing = () => {
    throw new Error("of the work");
  };
  expect(() => bounded(failing)).toThrow("of the work");
});
