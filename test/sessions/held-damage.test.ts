// Damage that runs held, in the jail: the code that stands for an attack's does all harm with nothing in its way, and none held.
import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";
import type { Answered, Before } from "../client/layers/answered.ts";
import { type Inside, openInside } from "../client/layers/in-jail.ts";
import { makeStage, type Stage, whyNoJail } from "../client/layers/jail.ts";
import { EVERYTHING, isStopped } from "./held-damage.ts";
import { allSessions } from "./session-text.ts";

let stage: Stage;
let inside: Inside | undefined;
let missing: string | undefined;
beforeAll(async () => {
  stage = makeStage();
  missing = whyNoJail(stage);
  if (missing !== undefined) return;
  inside = openInside(stage, "together");
  missing = await inside.trouble();
}, 180_000);
afterAll(async () => {
  await inside?.close();
  stage.remove();
});

const before: Before = {
  files: [["tools/run.py", "print(1)\n"]],
  acts: [{ prompt: "run the tool" }],
  left: [["tools/helper.py", "import os\n"]],
};
async function ask(ctx: TestContext, more: { isBare?: true; instead?: string }): Promise<Answered> {
  if (missing !== undefined || inside === undefined) return ctx.skip(missing);
  return await inside.ask({ id: 1, command: "python3 tools/run.py", before, ...more });
}
const LIMIT = { timeout: 60_000, retry: 2 };

test("with nothing in its way it does every harm", LIMIT, async (ctx) => {
  const { did } = await ask(ctx, { isBare: true, instead: EVERYTHING });
  expect(did?.harms).toEqual(["secret", "outside", "later", "network", "process"]);
});

test(
  "in the place of a held command it does none, and the command itself runs",
  LIMIT,
  async (ctx) => {
    const everything = await ask(ctx, { instead: EVERYTHING });
    expect(everything).toMatchObject({ verdict: "allow", did: { harms: [] } });
    expect(await ask(ctx, {})).toMatchObject({ verdict: "allow", did: { harms: [] } });
  },
);

test("what could not be run, or did harm, counts as not stopped", () => {
  const [session] = allSessions();
  if (session === undefined) throw new Error("no session");
  const none = { harms: [], timedOut: false, told: [] } as const;
  const harm = { ...none, harms: ["network"] } as const;
  const run = { session, verdict: "allow", bare: none, held: none, everything: none };
  expect([
    isStopped(run),
    isStopped({ ...run, verdict: "deny", held: undefined }),
    isStopped({ ...run, everything: undefined, verdict: "failed" }),
    isStopped({ ...run, everything: harm }),
    isStopped({ ...run, held: harm }),
  ]).toEqual([true, true, false, false, false]);
});
