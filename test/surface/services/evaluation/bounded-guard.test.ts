// The guard's limit of time: what it cuts off is refused as late, and recorded so.
import { expect, test } from "vitest";
import { createFeed } from "#surface/services/daemon-process/feed.ts";
import { createHookAnswers } from "#surface/services/hooks/hook-answers.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { createRecorder } from "#surface/services/hooks/recorder.ts";
import { boundedGuard, watchTogether } from "#surface/services/evaluation/bounded-guard.ts";
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

test("a call that takes longer is refused under the rule for lateness, and the failure is recorded", async () => {
  const heavy = `echo ${"{a,b}".repeat(5)} "$(cat x | grep y)"; `.repeat(600);
  const { text, observations } = await judged(1, heavy);
  expect(verdictOf(JSON.parse(text))).toBe("deny");
  expect(text).toContain("guard/timeout");
  expect(observations).toContainEqual(
    expect.objectContaining({ kind: "failure", code: "judge-late" }),
  );
});

test("a call that takes less is judged as without the limit", async () => {
  const { text } = await judged(3_000, "cat .env");
  expect(text).toContain("secrets/read");
});

test("what never ends is late, and what came in the same turn is done", async () => {
  const watch = watchTogether();
  const endless = () => /^(a+)+$/.test(`${"a".repeat(60)}!`);
  const loop = () => {
    for (;;);
  };
  const failing = () => {
    throw new Error("of the work");
  };
  const settled = await Promise.allSettled(
    [() => 1, endless, () => 2, loop, failing].map((work) => watch<unknown>(50, work)),
  );
  expect(settled.slice(0, 4).map((one) => one.status === "fulfilled" && one.value)).toEqual([
    { kind: "done", value: 1 },
    { kind: "late" },
    { kind: "done", value: 2 },
    { kind: "late" },
  ]);
  expect(settled[4]).toMatchObject({ status: "rejected", reason: new Error("of the work") });
  expect(await watch(50, () => 3)).toEqual({ kind: "done", value: 3 });
});
