// A session's story: what was asked for, done, refused and asked about, told in order and within bounds.
import { describe, expect, it } from "vitest";
import { sessionStory, type StoryEvent } from "#assure/activity/session-story.ts";
import { storyPage } from "#assure/activity/story-page.ts";
import { storyLines } from "#assure/activity/story-text.ts";
import type { JsonObject } from "#record/log/leaf.ts";

let index = 0;
const START_MS = 1_772_352_000_000;
function event(metadata: JsonObject, sealed?: JsonObject): StoryEvent {
  index += 1;
  const own = { session: "s", ...metadata };
  const common = { sessionId: "5f0c-session", user: "ada", cwd: "/home/ada/shop" };
  return {
    index,
    timeMs: START_MS + index * 60_000,
    metadata: own,
    sealed: sealed === undefined ? undefined : { ...common, ...sealed },
  };
}
const prompt = (text: string) =>
  event({ kind: "hook", event: "UserPromptSubmit" }, { readable: { text } });
const call = (id: string, verdict: string, tool: string, readable: JsonObject) =>
  event(
    { kind: "decision", verdict, tool, call: id, rules: ["team/one"], mode: "default" },
    { readable },
  );
const result = (id: string, outcome = "success") =>
  event({ kind: "result", call: id, outcome }, {});

function session(): readonly StoryEvent[] {
  index = 0;
  return [
    prompt("add a cart"),
    call("1", "allow", "Read", { text: "src/a.ts", reads: ["src/a.ts"] }),
    result("1"),
    call("2", "abstain", "Bash", { text: "npm test" }),
    result("2", "failure"),
    call("3", "abstain", "Bash", { text: "npm test" }),
    result("3"),
    prompt("push it"),
    call("4", "deny", "Bash", { text: "git push --force", branches: ["main"] }),
    call("5", "ask", "Bash", { text: "git push", branches: ["main"], hosts: ["git.acme.example"] }),
    result("5"),
    call("6", "ask", "Bash", { text: "npm i left-pad", packages: ["left-pad"] }),
    event({ kind: "held", what: "network" }, {}),
    event({
      kind: "telemetry",
      sizes: { inputTokens: 900, outputTokens: 100, costUsdMicros: 12_000 },
    }),
  ];
}

describe("the story of a session", () => {
  it("tells each request with what came of it", () => {
    expect(storyLines(sessionStory(session()), false)).toEqual([
      "Session 5f0c-session of ada in /home/ada/shop",
      "2026-03-01 08:01:00, 13 minutes; mode default",
      "6 calls: 1 refused, 2 asked about (1 of them ran), 3 without a question; 1 failed",
      "1000 tokens, 0.01 USD",
      "1 of 14 events cannot be opened: their key is gone or not here",
      "",
      '08:01:00  "add a cart"',
      "  ran: npm test (2)",
      "  read: src/a.ts",
      "",
      '08:08:00  "push it"',
      "  ran: git push",
      "  contacted: git.acme.example",
      "  pushed to: main",
      "  the sandbox refused: network",
      "  REFUSED git push --force  [team/one] #9; then: git push",
      "  asked git push  [team/one] #10: ran",
      "  asked npm i left-pad  [team/one] #12: did not run",
    ]);
  });

  it("names what it would have done nowhere among what it did", () => {
    const text = storyLines(sessionStory(session()), true).join("\n");
    expect(text).not.toContain("installed");
    expect(text.match(/left-pad/g)).toHaveLength(1);
  });

  it("tells kinds of effects where the key is gone", () => {
    const metadata = {
      kind: "decision",
      verdict: "deny",
      tool: "Bash",
      effects: { "delete/home": 1 },
    };
    const lines = storyLines(sessionStory([event(metadata)]), false);
    expect(lines.join("\n")).toContain("REFUSED Bash (delete/home)");
    expect(lines[0]).toBe("Session (its id is sealed)");
  });

  it("takes a verdict that was not enforced for a call that ran", () => {
    const metadata = { kind: "decision", verdict: "deny", enforced: false, tool: "Bash" };
    const story = sessionStory([event(metadata, { readable: { text: "rm x" } })]);
    expect(story.turns[0]?.refused).toEqual([]);
    expect(story.turns[0]?.commands.get("rm x")).toBe(1);
  });

  it("stays on a screen, and keeps the requests in which something was stopped", () => {
    const many = Array.from({ length: 150 }, (_, at) => [
      prompt(`request ${at}`),
      call(`${at}`, at % 40 === 7 ? "deny" : "allow", "Bash", { text: `command ${at}` }),
    ]).flat();
    const lines = storyLines(sessionStory(many), false);
    expect(lines.length).toBeLessThan(60);
    for (const at of [0, 7, 47, 87, 127, 149])
      expect(lines.join("\n")).toContain(`"request ${at}"`);
    expect(lines.join("\n")).toContain("requests are not shown");
    expect(storyLines(sessionStory(many), true).join("\n")).toContain('"request 100"');
  });

  it("counts all that was refused, also what a request has no room for", () => {
    const calls = Array.from({ length: 150 }, (_, at) =>
      call(`${at}`, "deny", "Bash", { text: `c${at}` }),
    );
    const [, , line] = storyLines(sessionStory([prompt("go"), ...calls]), false);
    expect(line).toBe(
      "150 calls: 150 refused, 0 asked about (0 of them ran), 0 without a question; 0 failed",
    );
  });

  it("is bounded, whatever comes, and reads whatever it is given", () => {
    const flood = Array.from({ length: 5_000 }, (_, at) => [
      prompt(`p${at}`),
      call(`${at}`, "ask", "Bash", { text: `c${at}`, reads: [`f${at}`] }),
    ]).flat();
    const story = sessionStory(flood);
    expect(story.turns).toHaveLength(200);
    expect(story.omitted).toBe(4_800);
    expect(story.turns.at(-1)?.prompt).toBe("p4999");
    expect([story.asked, story.ran, story.refused]).toEqual([5_000, 0, 0]);
    expect(storyLines(story, true).join("\n")).toContain("only the newest 200 requests are told");
    const odd = event(
      { kind: "decision", verdict: 7, rules: "x" } as unknown as JsonObject,
      {
        readable: { text: 7, reads: { a: 1 } },
      } as unknown as JsonObject,
    );
    expect(sessionStory([odd]).calls).toBe(1);
  });
});

describe("its page", () => {
  it("escapes what others wrote, loads nothing and marks what was stopped", () => {
    const page = storyPage(
      sessionStory([
        prompt("<script>alert(1)</script>"),
        call("1", "deny", "Bash", { text: 'echo "<img src=x>" \u202e' }),
      ]),
    );
    expect(page).not.toMatch(/<script|<img|\u202e/);
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain('<li class="stopped">REFUSED echo');
    expect(page).toContain("default-src 'none'");
  });
});
