// What a session runs beside file tools: between the judgement and the result of one, nothing of it moves, and nothing of it stays stopped.
import { afterEach, beforeEach, expect, test } from "vitest";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { isWhole, isCi } from "../../../sampled.ts";
import { openRace, type Race, swapping } from "./race-client.ts";

const races: Race[] = [];
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
});
afterEach(async () => {
  for (const race of races.splice(0)) await race.close();
});

async function race(isStill: boolean): Promise<Race> {
  const opened = await openRace({ isStill });
  races.push(opened);
  return opened;
}

/** WHY fewer otherwise: each takes two posts and a judgement, beside processes that take all of the machine that they get. */
const CALLS = isWhole ? 2_000 : isCi ? 48 : 24;
/** Of which the harness must have shown a hit, where nothing stands still. */
const CALLS_TO_HIT = 2_000;

test("no file tool meets another file than the judged one", async () => {
  const still = await race(true);
  await still.begin(swapping(still.where));
  const { ran, hits } = await still.play(CALLS);
  expect(ran).toBeGreaterThan(0);
  expect(hits).toBe(0);
});

test("without a standstill the same calls meet others", async () => {
  const moving = await race(false);
  await moving.begin(swapping(moving.where));
  const { hits } = await moving.play(CALLS_TO_HIT, true);
  expect(hits).toBeGreaterThan(0);
});
