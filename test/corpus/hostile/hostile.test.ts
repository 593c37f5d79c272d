// Hostile calls of tools, sequences of calls, budgets and kinds of commands: none is judged more mildly than is right.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestProject } from "../../judging.ts";
import {
  BUDGETS,
  COMMANDS,
  judgeSequence,
  judgeTool,
  placed,
  plantedProject,
  SEQUENCES,
  TOOLS,
} from "./hostile.ts";

/** Steps of evaluating one call made of many parts. */
const BUDGET_STEPS_MAX = 25_000;
const STRICTNESS = ["allow", "abstain", "ask", "deny"];

let where: TestProject;
beforeAll(() => {
  where = plantedProject();
});
afterAll(() => where.remove());

/** Known limits are listed beside what holds, so that nobody takes them for covered. */
const holds = <Case extends { readonly limit: boolean }>(cases: readonly Case[]): readonly Case[] =>
  cases.filter(({ limit }) => !limit);

describe("a call of a tool", () => {
  for (const { tool, input, at } of holds(TOOLS)) {
    test(`${at}: ${tool} ${JSON.stringify(input)}`, async () => {
      const { verdict } = await judgeTool(where, tool, placed(input, where));
      expect(STRICTNESS.indexOf(verdict)).toBeGreaterThanOrEqual(STRICTNESS.indexOf(at));
    });
  }
});

describe("a command of a kind that got away", () => {
  for (const { bash, at, reasons } of holds(COMMANDS)) {
    test(`${at}: ${bash}`, async () => {
      const decision = await judgeTool(where, "Bash", { command: bash });
      expect(STRICTNESS.indexOf(decision.verdict)).toBeGreaterThanOrEqual(STRICTNESS.indexOf(at));
      const rule = decision.reasons[0]?.rule.replace("builtin:team/", "");
      if (reasons.length > 0) expect(reasons).toContain(rule);
    });
  }
});

describe("what an earlier call left behind is not taken for the project's own", () => {
  for (const one of holds(SEQUENCES)) {
    test(one.steps.map(({ tool, bash, input }) => bash ?? `${tool} ${JSON.stringify(input)}`).join(" ;; "), async () => {
      const { verdict, reasons, effects } = await judgeSequence(where, one);
      expect(["ask", "deny"]).toContain(verdict);
      const isKnown = effects.some(
        (effect) =>
          effect.kind === "execute" && ["generated", "download", "unknown"].includes(effect.origin),
      );
      const isOther = reasons.some(({ rule }) => !rule.endsWith("/code/unbounded"));
      expect(isKnown || isOther).toBe(true);
    });
  }
});

describe("a call made of many parts", () => {
  for (const { head, repeat, times, tail } of BUDGETS) {
    test(`${head}${repeat} × ${times} ${tail}`.slice(0, 80).replaceAll("\n", "⏎"), async () => {
      const command = head + repeat.repeat(times) + tail;
      const { verdict, steps } = await judgeTool(where, "Bash", { command });
      expect(["ask", "deny"]).toContain(verdict);
      expect(steps).toBeLessThan(BUDGET_STEPS_MAX);
    });
  }
});
