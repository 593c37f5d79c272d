// A held call that reaches hosts is noted while it runs, so that the next process can tell that it lost them.
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { openReaching } from "#surface/services/hold/hosts/reaching.ts";
import { roomKey } from "#surface/services/hold/room.ts";
import { holdPlaces } from "#surface/services/hold/shim.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { heldMachine, type HeldMachine } from "../held.ts";

let machine: HeldMachine;
beforeAll(async () => {
  if (WHY_NOT_HELD === undefined)
    machine = await heldMachine({ names: { "a.test": "203.0.113.7" } });
});
afterAll(async () => machine?.remove());
beforeEach((ctx) => {
  const why = WHY_NOT_HELD ?? machine.trouble;
  if (why !== undefined) ctx.skip(why);
});

const ASKS: Effect = {
  kind: "egress",
  destination: { host: "a.test", port: 80, scheme: "http" },
  carries: [],
  via: ["curl"],
  at: undefined,
};

test("as long as it runs, and no longer", async () => {
  const { rooms } = holdPlaces(machine.data);
  const notes = (): readonly string[] => readdirSync(rooms).filter((name) => name.endsWith("ing"));
  const call = { command: "true", effects: [ASKS], programs: ["curl"], isOpen: true } as const;
  const first = await machine.run(call);
  await machine.run(call);
  expect([first.status, notes()]).toEqual([0, [`${roomKey("project", "session")}.reaching`]]);
  expect(await machine.run({ ...call, session: "plain", effects: [] })).toMatchObject({
    status: 0,
  });
  expect(notes()).toHaveLength(1);
  const next = openReaching(rooms);
  expect([next.takeLost(roomKey("project", "session")), notes()]).toEqual([2, []]);
  await machine.run(call);
  await machine.end();
  expect(notes()).toEqual([]);
});
