// Budgets in the answers of a real daemon: a call refused or asked about, a prompt held back, a turn ended, a warning told once.
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Budget } from "#guard/policy/budget.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadPrices } from "#surface/foundation/product/shipped-data.ts";
import { openBudgets } from "#surface/services/budgets/budget-service.ts";
import {
  decisionOf,
  freshDirectory,
  openStand,
  preToolUse,
  type Stand,
  verdictOf,
} from "./daemon-stand.ts";

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const cap = (given: Partial<Budget>): Budget => ({
  id: "cap",
  of: "session",
  unit: "calls",
  from: { layer: "user", policy: "mine" },
  ...given,
});

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function standWith(budget: Budget, isDenied = false): Promise<Stand> {
  const folder = freshDirectory();
  const policy = { budgets: [budget] } as unknown as Policy;
  const file = join(folder.path, "budgets.json");
  const service = openBudgets({
    file,
    clock,
    policy: () => policy,
    prices: loadPrices,
    say: () => {},
  });
  const stand = await openStand({
    budgets: service.port,
    judge: async () => ({ decision: decisionOf(isDenied ? "deny" : "allow"), policy }),
  });
  ends.push(async () => {
    await stand.close();
    await service.close();
    folder.remove();
  });
  return stand;
}
const call = (number: number, command = `echo ${number}`) =>
  preToolUse({ tool_use_id: `toolu_${number}`, tool_input: { command } });
const ended = (number: number, command: string, stdout: string) =>
  preToolUse({
    hook_event_name: "PostToolUse",
    tool_use_id: `toolu_${number}`,
    tool_input: { command },
    tool_response: { stdout, stderr: "", interrupted: false },
  });
const verdicts = async (stand: Stand, count: number) => {
  const told: string[] = [];
  for (let number = 1; number <= count; number += 1)
    told.push(verdictOf((await stand.post(call(number))).json));
  return told;
};

describe("a cap of calls", () => {
  it("refuses the next call, holds a prompt back and ends the turn", async () => {
    const stand = await standWith(cap({ stop: 2 }));
    expect(await verdicts(stand, 3)).toEqual(["allow", "allow", "deny"]);
    const prompt = preToolUse({ hook_event_name: "UserPromptSubmit", prompt: "go on" });
    expect((await stand.post(prompt)).json).toMatchObject({ decision: "block" });
    const batch = preToolUse({ hook_event_name: "PostToolBatch", tool_calls: [] });
    expect((await stand.post(batch)).json).toMatchObject({ continue: false });
    const other = preToolUse({ session_id: "session-2", tool_use_id: "toolu_9" });
    expect(verdictOf((await stand.post(other)).json)).toBe("allow");
    const refused = stand.observations.findLast(
      (one) => one.kind === "decision" && one.judgement.decision.verdict === "deny",
    );
    expect(JSON.stringify(refused)).toContain("user:mine/budgets/cap");
  });

  it("asks where it is to ask, and warns once without a word on the verdict", async () => {
    expect(await verdicts(await standWith(cap({ ask: 1 })), 2)).toEqual(["allow", "ask"]);
    const stand = await standWith(cap({ warn: 1 }));
    const answers = [];
    for (const number of [1, 2, 3]) answers.push((await stand.post(call(number))).json);
    expect(answers.map(verdictOf)).toEqual(["allow", "allow", "allow"]);
    expect(answers.map((one) => Object(one).systemMessage !== undefined)).toEqual([
      ...[false, true, false],
    ]);
  });

  it("allows nothing that the policy refuses", async () => {
    const stand = await standWith(cap({ warn: 1, stop: 1_000 }), true);
    expect(await verdicts(stand, 3)).toEqual(["deny", "deny", "deny"]);
  });
});

describe("a loop", () => {
  it("is refused once the same call had the same outcome so often, and other calls go on", async () => {
    const stand = await standWith(cap({ unit: "repeats", stop: 3 }));
    for (const number of [1, 2, 3]) {
      expect(verdictOf((await stand.post(call(number, "npm test"))).json)).toBe("allow");
      await stand.post(ended(number, "npm test", `3 failed in ${number}.2s`));
    }
    const refused = await stand.post(call(4, "npm test"));
    expect(verdictOf(refused.json)).toBe("deny");
    expect(refused.text).toContain("3 times in a row with the same outcome");
    expect(verdictOf((await stand.post(call(5, "ls"))).json)).toBe("allow");
  });
});
