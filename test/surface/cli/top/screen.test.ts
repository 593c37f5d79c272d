// The screen of `sallyport top`: it fits, says what matters first, and shows the texts of others as texts.
import { describe, expect, it } from "vitest";
import { type TopKnown, topScreen } from "../../../../src/surface/cli/top/screen.ts";

const NOW = Date.UTC(2026, 2, 2, 8);
const known: TopKnown = {
  isThere: true,
  projects: 2,
  hour: { allow: 40, ask: 5, deny: 5, other: 0 },
  reasons: [{ rule: "builtin:team/secret-read", count: 5 }],
  incidents: [],
  approvals: 0,
  items: [],
  isPaused: false,
  problem: undefined,
};
const item = (more: object = {}) => ({
  timeMs: NOW,
  project: "/home/ada/shop",
  what: "decision" as const,
  verdict: "deny",
  tool: "Bash",
  rule: "r",
  summary: "reads secrets",
  ...more,
});
const drawn = (more: Partial<TopKnown>, columns = 100, rows = 24) =>
  topScreen({ ...known, ...more }, { columns, rows }, { nowMs: NOW, hasColour: false });

describe("the screen", () => {
  it("says whether the guard answers, what was decided, and what waits", () => {
    const text = drawn({
      approvals: 1,
      incidents: [{ id: "inc-1", level: "critical", title: "A secret left" }],
      items: [item()],
    }).join("\n");
    expect(text).toContain("the guard answers; 2 projects guarded");
    expect(text).toContain(
      "50 calls: 40 allowed, 5 asked, 5 refused, 10.0 questions per 100 calls",
    );
    expect(text).toContain("1 request for approval");
    expect(text).toContain("incident  critical  inc-1  A secret left");
    expect(text).toMatch(/deny {6}shop {2}Bash {4}reads secrets {2}\[r\]/);
  });
  it("says first when the daemon is away", () => {
    expect(drawn({ isThere: false })[0]).toContain("THE DAEMON DOES NOT ANSWER");
  });
  it.each([
    [20, 5],
    [40, 8],
    [80, 24],
    [300, 60],
  ])("fits %i columns and %i rows, however much there is", (columns, rows) => {
    const incidents = Array.from({ length: 30 }, (_one, at) => ({
      id: `inc-${at}`,
      level: "high",
      title: "x".repeat(500),
    }));
    const items = Array.from({ length: 200 }, () => item({ summary: "y".repeat(900) }));
    const lines = drawn({ incidents, items, problem: "z".repeat(400) }, columns, rows);
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(
      Math.max(columns, 30),
    );
  });
  it("lets no text of a call steer the terminal", () => {
    const hostile = "\u001B]0;owned\u0007\u001B[2J\u202Eevil\nnew line";
    const text = drawn({
      items: [item({ summary: hostile, rule: hostile, project: `/x/${hostile}` })],
      incidents: [{ id: hostile, level: hostile, title: hostile }],
      reasons: [{ rule: hostile, count: 1 }],
      problem: hostile,
    });
    for (const line of text) expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/u);
  });
});
