// Budgets under the real client: each kind of cap stops within one call of its limit, prompts are held back, and what was spent is shown.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BreakableStand, openBreakableStand } from "./breakable-stand.ts";
import { bash } from "./client-run.ts";
import { whyMissing } from "./machine.ts";

const TURNS = 6;
/** Tokens that the stub tells of each request. */
const REQUEST_TOKENS = 20;

let missing: string | undefined;
let stand: BreakableStand;
beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing === undefined) stand = await openBreakableStand({ transport: "http" });
});
afterAll(() => stand?.close());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

/** Guards the project by a policy with these budgets. */
function guard(budgets: string): void {
  const file = join(stand.home, "policy.yaml");
  writeFileSync(
    file,
    `id: mine\nversion: "1"\ntitle: Mine\nextends: [team]\nbudgets:\n  - ${budgets}\n`,
  );
  const done = stand.sallyport("init", stand.project, "--yes", "--profile", file);
  if (done.status !== 0) throw new Error(done.stderr + done.stdout);
}

const different = (seconds = 0) =>
  Array.from({ length: TURNS }, (_, turn) => bash(`echo ${turn}; sleep ${seconds}`));
const same = Array.from({ length: TURNS }, () => bash("echo again"));

describe("a cap stops within one call of its limit", () => {
  it.each([
    ["calls", "{ id: cap, of: session, unit: calls, stop: 2 }", different(), 2],
    [
      "tokens",
      `{ id: cap, of: session, unit: tokens, stop: ${2 * REQUEST_TOKENS} }`,
      different(),
      2,
    ],
    ["usd", "{ id: cap, of: session, unit: usd, stop: 0.00001 }", different(), 1],
    ["minutes", "{ id: cap, of: session, unit: minutes, stop: 0.03 }", different(2), 1],
    ["repeats", "{ id: cap, of: session, unit: repeats, stop: 3 }", same, 3],
  ] as const)("of %s", async (_, budgets, turns, limit) => {
    guard(budgets);
    const run = await stand.session({ turns: [...turns, "bye"] });
    const results = [...run.toolResults.values()];
    const ran = results.filter(({ isError }) => !isError).length;
    expect([ran >= limit, ran <= limit + 1]).toEqual([true, true]);
  });
});
