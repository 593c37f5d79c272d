// A sample of what `npm run simulator` does: the simulator is never milder than the real client, and hardly ever stricter.
import { expect, it } from "vitest";
import { whyMissing } from "../machine.ts";
import { compareMany, differing, lineOf, milder } from "./agreement.ts";
import { limitOf } from "./limits.ts";

const PAIRS = 60;
const SEED = 20_261_120;
/** In a sample so small one form that nobody measured weighs as much as a whole class in a run. */
const STRICTER_MAX = 3;

it("agrees with the client on a sample of settings and calls, and is never milder", async (ctx) => {
  const missing = await whyMissing(["client"]);
  if (missing !== undefined) ctx.skip(missing);
  const means = { managed: (await whyMissing(["managed"])) === undefined };
  const { pairs, failures } = await compareMany({ pairs: PAIRS, seed: SEED, means });
  expect(failures).toEqual([]);
  expect(pairs.length).toBeGreaterThanOrEqual(PAIRS);
  expect(new Set(pairs.map(({ client }) => client))).toEqual(new Set(["allow", "ask", "deny"]));
  expect(milder(pairs).map(lineOf)).toEqual([]);
  const stricter = differing(pairs);
  expect(stricter.filter((pair) => limitOf(pair) === undefined).map(lineOf)).toEqual([]);
  expect(stricter.length).toBeLessThanOrEqual(STRICTER_MAX);
}, 180_000);
