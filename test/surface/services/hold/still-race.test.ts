// What a session runs beside file tools, and a client that asks the daemon before it opens a path: none meets another file than the judged one.
import { afterEach, expect, test } from "vitest";
import { createHoldPort } from "#surface/services/hold/hold-port.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { isCi, isWhole } from "../../../sampled.ts";
import { openStand, preToolUse, verdictOf } from "../../daemon/daemon-stand.ts";
import { openRace, type Race, swapping } from "./race-client.ts";

const races: Race[] = [];
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

/** WHY so long: two thousand calls whole, each beside processes that take all of the machine that they get. */
const RACE = { timeout: isWhole ? 1_800_000 : 180_000 };

test("no file tool meets another file than the judged one", RACE, async (ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  const still = await race(true);
  await still.begin(swapping(still.where));
  const { ran, hits } = await still.play(CALLS);
  expect(ran).toBeGreaterThan(0);
  expect(hits).toBe(0);
});

test("without a standstill the same calls meet others", async (ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  const moving = await race(false);
  await moving.begin(swapping(moving.where));
  const { hits } = await moving.play(CALLS_TO_HIT, true);
  expect(hits).toBeGreaterThan(0);
});

test("the daemon puts on record that it went on too early, and refuses what it could not stop", async () => {
  const told: (() => void)[] = [];
  let isStopped = true;
  let over: string[] = [];
  const port = createHoldPort({ data: "/nowhere", home: "/nowhere", nowMs: () => 0 });
  const stand = await openStand({
    hold: {
      ...port,
      async still(_session, { id }, tooLong) {
        told.push(tooLong);
        over = over.filter((one) => one !== id);
        return isStopped;
      },
      goOn(_session, isOver) {
        for (const id of ["a", "b"])
          if (isOver({ id, agentId: undefined, isChange: true })) over.push(id);
      },
    },
  });
  await stand.run.ready();
  const read = { tool_name: "Edit", tool_input: { file_path: "/project/a", ...CHANGE } };
  const post = async (more: object) => (await stand.post(preToolUse({ ...read, ...more }))).json;
  expect(verdictOf(await post({ tool_use_id: "a" }))).toBe("abstain");
  expect(over).not.toContain("a");
  told[0]?.();
  expect(stand.observations.flatMap((one) => (one.kind === "failure" ? [one.code] : []))).toContain(
    "still-too-long",
  );
  // The client makes changes one after the other: who comes next tells that the one before is over.
  isStopped = false;
  const refused = await post({ tool_use_id: "b" });
  expect(verdictOf(refused)).toBe("deny");
  expect(JSON.stringify(refused)).toContain("could not be stopped");
  expect(over).toEqual(expect.arrayContaining(["a", "b"]));
  await stand.close();
});

const CHANGE = { old_string: "a", new_string: "b" };
