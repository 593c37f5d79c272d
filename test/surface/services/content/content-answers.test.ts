// Prompts, files of instructions and what tools say: what is held back, what is told, and that nothing of a value is in the words.
import { describe, expect, it } from "vitest";
import type { Requirement } from "#guard/policy/policy.ts";
import {
  endedTurn,
  judgeInstructions,
  judgePrompt,
  leftInAnswers,
  redactResponse,
  requirementsOf,
} from "#surface/services/content/content-answers.ts";
import { contentPorts } from "#surface/services/content/content-ports.ts";
import type { HookPorts } from "#surface/services/hooks/ports.ts";

const ID = "AKIAFAKE0NOT1A2REAL3";
const TEAM: readonly Requirement[] = ["prompts-without-secrets", "outputs-without-secrets"];
const HEALTH: readonly Requirement[] = ["prompts-without-personal"];
const policy = async () => ({ requires: TEAM }) as never;
const subject = {
  pseudonym: (_: string, text: string) => Buffer.from(text).toString("base64url").slice(-22),
};
const ports = contentPorts(policy, subject) as unknown as HookPorts;

describe("a prompt", () => {
  it("with a certain secret is held back where the policy says so, and told of elsewhere", () => {
    const text = `first line\nuse ${ID} please`;
    const blocked = judgePrompt(text, TEAM);
    expect(blocked.action).toBe("block");
    expect(blocked.message).toContain("the id of an AWS access key (line 2)");
    expect(judgePrompt(text, [])).toMatchObject({ action: "tell" });
    for (const { message } of [blocked, judgePrompt(text, [])])
      expect(message).not.toContain("FAKE");
  });
  it("with a card of a person is held back where health and personal data are kept out", () => {
    const text = "charge the card 4539 1488 0343 6467 of the customer";
    expect(judgePrompt(text, HEALTH).action).toBe("block");
    expect(judgePrompt(text, TEAM).action).not.toBe("block");
  });
  it("with nothing in it passes without a word", () => {
    expect(judgePrompt("rename the function and run the tests", TEAM)).toEqual({
      action: "pass",
      message: "",
    });
  });
});

it("a file of instructions is told of with its kinds, counts and path", () => {
  const judged = judgeInstructions(`The robot is ${ID}`, "/p/CLAUDE.md");
  expect(judged?.counts).toEqual({ "found.aws-access-key-id": 1 });
  expect(judged?.message).toContain("/p/CLAUDE.md");
  expect(judged?.message).not.toContain("FAKE");
  expect(judgeInstructions("# Shop\nUse npm.", "/p/CLAUDE.md")).toBeUndefined();
});

describe("an answer of a tool", () => {
  const how = (sessionId: string) => ({ ports, requires: TEAM, sessionId });
  const redacted = (sessionId: string) =>
    redactResponse({ stdout: ID }, undefined, how(sessionId))?.value;
  it("has the same placeholder for a value in one session, and another in the next", () => {
    expect(redacted("s1")).toEqual(redacted("s1"));
    expect(JSON.stringify(redacted("s1"))).toMatch(/\[\[SP:aws-access-key-id:[A-Z2-7]{8}\]\]/);
  });
  it("is left alone where the policy does not ask for it", () => {
    const given = { stdout: ID };
    const left = redactResponse(given, undefined, { ports, requires: [], sessionId: "s" });
    expect(left).toMatchObject({ marks: [], findings: [{ detector: "aws-access-key-id" }] });
    expect(left?.value).toBe(given);
  });
  it("that still holds a certain secret before the model sees it ends the turn", () => {
    const left = leftInAnswers([`Error: exit 3\n${ID}`, "fine"], TEAM);
    expect(left).toHaveLength(1);
    expect(endedTurn(left)).toMatchObject({ continue: false });
    expect(JSON.stringify(endedTurn(left))).not.toContain("FAKE");
    expect(leftInAnswers([ID], [])).toEqual([]);
  });
});

it("a policy that cannot be read requires everything", async () => {
  const broken = { requirements: async () => Promise.reject(new Error("broken")) };
  const all = await requirementsOf(broken as unknown as HookPorts, { id: "p", root: "/p" });
  expect(all).toEqual(expect.arrayContaining([...TEAM, ...HEALTH, "audit"]));
});
