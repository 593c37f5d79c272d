// Which entries a person who follows decisions is not shown unless they ask.
import { describe, expect, test } from "vitest";
import { isBookkeeping } from "#record/event/bookkeeping.ts";

const entry = (metadata: Readonly<Record<string, unknown>>) =>
  isBookkeeping({ metadata } as Parameters<typeof isBookkeeping>[0]);
const hook = { kind: "hook", product: "0.1.0", session: "s", submitter: "hook" };

describe("hooks around calls and answers", () => {
  for (const event of ["Stop", "SubagentStop", "Notification", "PermissionRequest"]) {
    test(`hidden: ${event}`, () => {
      expect(entry({ ...hook, event, sizes: { message: 28 } })).toBe(true);
    });
    test(`shown: ${event} with a finding or an outcome`, () => {
      expect(entry({ ...hook, event, findings: 1 })).toBe(false);
      expect(entry({ ...hook, event, outcome: "blocked" })).toBe(false);
    });
  }
  test("shown: what a person typed, and what blocked", () => {
    expect(entry({ ...hook, event: "UserPromptSubmit" })).toBe(false);
    expect(entry({ ...hook, event: "ConfigChange" })).toBe(false);
  });
  test("shown: decisions, and batches with a call that nobody judged", () => {
    expect(entry({ kind: "decision", verdict: "deny" })).toBe(false);
    expect(entry({ kind: "batch", malformed: 0, unjudgedCount: 1 })).toBe(false);
    expect(entry({ kind: "batch", malformed: 0, unjudgedCount: 0 })).toBe(true);
  });
});
