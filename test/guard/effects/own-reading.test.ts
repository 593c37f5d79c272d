// Holds the models that read their words themselves to a reason each, and to a number that may only shrink.
import { expect, it } from "vitest";
import { COMMANDS } from "#guard/effects/commands/index.ts";

/** Models that read their words themselves, those of shared kinds included. */
const OWN_MAX = 45;

const own = COMMANDS.flatMap(({ names: [name = ""], own: reason }) =>
  reason === undefined ? [] : [{ name, reason }],
);

it("has a reason for each model that reads its words itself", () => {
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter(({ reason }) => !/\S+ \S+ \S+/.test(reason))).toEqual([]);
});

it("has no more of them than it had", () => {
  const listed = own.map(({ name, reason }) => `${name}: ${reason}`).join("\n");
  expect(own.length, `declare options in a list instead, or lower the number:\n${listed}`).toBe(
    OWN_MAX,
  );
});
