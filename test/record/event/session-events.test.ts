// Events of a session beside its calls: known words stand in clear, names and places are sealed, foreign words are neither.
import { describe, expect, it } from "vitest";
import { NO_NOTES } from "#guard/events/hook-notes.ts";
import { toolWord } from "#record/event/call-events.ts";
import { describeEvent } from "#record/event/describe.ts";
import type { AuditEvent } from "#record/event/event.ts";
import { driftEvent, hookEvent, permissionEvent } from "#record/event/session-events.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import { leafOf, session, stamp } from "./samples.ts";

const inOneLine = (event: AuditEvent): string => {
  const leaf = decodeLeaf(leafOf(event));
  if (leaf.kind === "fault") throw new Error(leaf.reason);
  return describeEvent(leaf, event.sealed);
};

describe("hook event", () => {
  it("clear.words-sizes-and-kinds-of-place, sealed.names-and-places", () => {
    const event = hookEvent(stamp, {
      name: "InstructionsLoaded",
      session,
      notes: {
        ...NO_NOTES,
        words: { memory_type: "Project", load_reason: "session_start" },
        sizes: { custom_instructions: 12 },
        names: { agent_type: "my reviewer" },
        paths: { file_path: "/home/ada/shop/docs/../CLAUDE.md" },
        callId: "toolu_01",
      },
    });
    expect(event.metadata).toMatchObject({
      kind: "hook",
      event: "InstructionsLoaded",
      words: { memory_type: "Project", load_reason: "session_start" },
      sizes: { custom_instructions: 12 },
      scopes: { file_path: "project" },
      call: stamp.pseudonym("call", "toolu_01", undefined),
    });
    expect(event.sealed).toMatchObject({
      user: "ada",
      userSource: "os",
      names: { agent_type: expect.stringMatching(/^digest\//) },
      places: { file_path: { scope: "project", digest: expect.any(String) } },
    });
    expect(JSON.stringify(event)).not.toContain("CLAUDE.md");
    expect(inOneLine(event)).toMatch(/hook .* InstructionsLoaded .*memory_type=Project/);
  });
  it("sealed.the-name-of-an-event-of-tomorrow", () => {
    const event = hookEvent(stamp, { name: "InventedTomorrow", session, notes: NO_NOTES });
    expect(event.metadata).toMatchObject({ event: "other" });
    expect(event.sealed).toMatchObject({ event: "InventedTomorrow" });
    expect(inOneLine(event)).toContain("InventedTomorrow");
  });
  it("clear.no-word-that-is-not-on-a-list", () => {
    const words = { reason: "s3cret", trigger: "manual", from: "prompt" };
    const event = hookEvent(stamp, {
      name: "SessionEnd",
      session,
      notes: { ...NO_NOTES, words },
    });
    expect(event.metadata["words"]).toEqual({ reason: "other", trigger: "other", from: "other" });
  });
});

describe("permission event", () => {
  it("clear.kinds-of-what-was-offered, and how many rules", () => {
    const suggestions = [
      { type: "addRules", detail: "allow", destination: "localSettings", rules: 2 },
      { type: "s3cret", detail: "none", destination: "none", rules: -1 },
    ];
    const event = permissionEvent(stamp, {
      session,
      tool: "mcp__s3cret__x",
      callId: undefined,
      suggestions,
    });
    expect(event.metadata).toMatchObject({
      kind: "hook",
      event: "PermissionRequest",
      tool: "mcp",
      suggestions: [
        suggestions[0],
        { type: "other", detail: "none", destination: "none", rules: 0 },
      ],
    });
    expect(JSON.stringify(event.metadata)).not.toContain("s3cret");
  });
});

describe("drift event", () => {
  it("clear.kinds-of-place-before-and-after, sealed.their-digests", () => {
    const event = driftEvent(stamp, {
      session,
      tool: "Read",
      callId: "toolu_01",
      how: "turned",
      judged: "/home/ada/shop/readme",
      now: "/home/ada/.ssh/id_s3cret",
    });
    expect(event.metadata).toMatchObject({
      kind: "drift",
      tool: "Read",
      how: "turned",
      judged: "project",
      now: "home",
      call: stamp.pseudonym("call", "toolu_01", undefined),
    });
    expect(JSON.stringify(event)).not.toContain("s3cret");
    expect(inOneLine(event)).toContain("turned: project -> home");
  });
});

describe("tool names", () => {
  it.each([
    ["NotebookEdit", "NotebookEdit"],
    ["CronCreate", "CronCreate"],
    ["mcp__a__b", "mcp"],
    ["InventedTomorrow", "other"],
    ["constructor", "other"],
  ])("%s stands in clear as %s", (tool, word) => {
    expect(toolWord(tool)).toBe(word);
  });
});
