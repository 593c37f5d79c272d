// Steps of attacks through the daemon that sessions start: each raises what the table says, and honest sessions raise nothing.
import { beforeAll, describe, expect, it } from "vitest";
import { type RanStep, runSteps } from "./attack-run.ts";
import { ATTACK_STEPS, HONEST_SESSIONS } from "./attack-steps.ts";

const told = ATTACK_STEPS.filter(({ raises }) => raises.length > 0);

it("the table has seventy steps, and six of seven of them are told of", () => {
  expect(ATTACK_STEPS.length).toBeGreaterThanOrEqual(70);
  expect(told.length / ATTACK_STEPS.length).toBeGreaterThan(0.857);
  const titles = ATTACK_STEPS.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

describe("the daemon", () => {
  let ran: readonly RanStep[] = [];
  let honest: readonly RanStep[] = [];
  beforeAll(async () => {
    ran = await runSteps(ATTACK_STEPS);
    honest = await runSteps(HONEST_SESSIONS);
  });

  it.each(
    ATTACK_STEPS.flatMap(({ title, raises }, place) =>
      raises.length === 0 ? [] : [[title, raises, place] as const],
    ),
  )("%s: %j", (_, raises, place) => {
    expect([...(ran[place]?.raised.keys() ?? [])]).toEqual(expect.arrayContaining([...raises]));
  });

  it("raises nothing on honest sessions", () => {
    const alarms = honest.flatMap(({ raised }, place) =>
      [...raised.keys()].map((rule) => `${HONEST_SESSIONS[place]?.title ?? ""}: ${rule}`),
    );
    expect(alarms).toEqual([]);
  });
});
