// Budgets under the real client: each kind of cap stops within one call of its limit, a sub-agent's alone, prompts are held back, and what was spent is shown.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

// WHY a file: where a turn is ended, what the last call said never reaches the model.
const RAN = "ran.txt";
const different = (seconds = 0) =>
  Array.from({ length: TURNS }, (_, turn) => bash(`echo ${turn} >> ${RAN}; sleep ${seconds}`));
const same = Array.from({ length: TURNS }, () => bash(`echo again >> ${RAN}`));

function ranCalls(): number {
  const file = join(stand.project, RAN);
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}

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
    rmSync(join(stand.project, RAN), { force: true });
    await stand.session({ turns: [...turns, "bye"] });
    expect(ranCalls()).toBeGreaterThanOrEqual(limit);
    expect(ranCalls()).toBeLessThanOrEqual(limit + 1);
  });
});

it("stops a sub-agent alone, and its session goes on", async () => {
  guard("{ id: cap, of: agent, unit: calls, stop: 2 }");
  rmSync(join(stand.project, RAN), { force: true });
  const input = { description: "d", prompt: "WORKER: go on", run_in_background: false };
  await stand.session({
    turns: [[{ name: "Agent", input }], bash("echo after > after.txt"), "bye"],
    subAgents: new Map([["WORKER", [...different(), "done"]]]),
  });
  expect(ranCalls()).toBeGreaterThanOrEqual(2);
  expect(ranCalls()).toBeLessThanOrEqual(3);
  expect(existsSync(join(stand.project, "after.txt"))).toBe(true);
});

it("holds the prompts of later sessions back once a day's cap is reached, and shows what was spent", async () => {
  guard("{ id: cap, of: person, per: day, unit: calls, stop: 1 }");
  await stand.session({ turns: [...different(), "bye"] });
  rmSync(join(stand.project, RAN), { force: true });
  const { requestBodies } = await stand.session({ turns: [...different(), "bye"] });
  expect(requestBodies.filter((body) => body.includes('"tools"'))).toEqual([]);
  expect(ranCalls()).toBe(0);
  const { stdout } = stand.sallyport("budget", "--cwd", stand.project, "--json");
  const { budgets } = JSON.parse(stdout) as { readonly budgets: readonly object[] };
  expect(budgets).toMatchObject([
    { of: "person", per: "day", unit: "calls", stop: 1, step: "stop" },
  ]);
});
