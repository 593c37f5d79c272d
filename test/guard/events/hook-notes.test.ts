// What is noted of events that pass by: sizes and known words, never a word of their content.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_NOTES, readNotes } from "#guard/events/hook-notes.ts";
import { normalizeEvent } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

describe("notes", () => {
  test("a prompt is a size, and where it says it comes from", () => {
    expect(readNotes("UserPromptSubmit", { prompt: "my s3cret" })).toEqual({
      ...NO_NOTES,
      words: { from: "prompt" },
      sizes: { prompt: 9 },
    });
  });
  test("a finished task is no person, and names its call", () => {
    const prompt =
      "<task-notification>\n<task-id>b1</task-id>\n<tool-use-id>toolu_7</tool-use-id>\n<status>completed</status>";
    expect(readNotes("UserPromptSubmit", { prompt })).toMatchObject({
      words: { from: "task-notification" },
      callId: "toolu_7",
    });
    const message = '<cross-session-message from="x">hi</cross-session-message>';
    expect(readNotes("UserPromptSubmit", { prompt: message }).words["from"]).toBe("agent-message");
    // The name in the middle of a text is a person's quotation.
    expect(readNotes("UserPromptSubmit", { prompt: `see ${prompt}` }).words["from"]).toBe("prompt");
  });
  test.each<[string, Json, object]>([
    ["SessionEnd", { reason: "logout" }, { words: { reason: "logout" } }],
    ["SessionEnd", { reason: "s3cret" }, { words: { reason: "other" } }],
    [
      "Stop",
      { stop_hook_active: false, last_assistant_message: "s3cret", background_tasks: [{}, {}] },
      {
        words: { stop_hook_active: "false" },
        sizes: { last_assistant_message: 6, background_tasks: 2 },
      },
    ],
    ["SubagentStart", { agent_id: "a", agent_type: "Plan" }, { names: { agent_type: "Plan" } }],
    ["CwdChanged", { old_cwd: "/p", new_cwd: "rel" }, { paths: { old_cwd: "/p" } }],
    [
      "InstructionsLoaded",
      { file_path: "/p/CLAUDE.md", memory_type: "Project", load_reason: "session_start" },
      {
        paths: { file_path: "/p/CLAUDE.md" },
        words: { memory_type: "Project", load_reason: "session_start" },
      },
    ],
    [
      "PreCompact",
      { trigger: "manual", custom_instructions: "s3cret" },
      { words: { trigger: "manual" }, sizes: { custom_instructions: 6 } },
    ],
    ["InventedTomorrow", { prompt: "s3cret" }, NO_NOTES],
    ["constructor", { name: "s3cret" }, NO_NOTES],
  ])("%s %j", (name, payload, expected) => {
    expect(readNotes(name, payload)).toMatchObject(expected);
    expect(JSON.stringify(readNotes(name, payload))).not.toContain("s3cret");
  });
  test("any payload of any event gives notes that are bounded", () => {
    const names = fc.constantFrom("UserPromptSubmit", "Stop", "CwdChanged", "TaskCreated", "Nope");
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, value) => {
        const fields = { prompt: value, new_cwd: value, task_id: value, stop_hook_active: value };
        for (const payload of [value, fields] as Json[]) {
          const notes = readNotes(name, payload);
          for (const text of Object.values(notes.names)) expect(text.length).toBeLessThan(257);
          for (const size of Object.values(notes.sizes)) expect(size).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
  test("an event that only passes by is never a fault because of its own fields", () => {
    const event = { session_id: "s", cwd: "/p", hook_event_name: "SessionEnd", reason: { a: 1 } };
    expect(normalizeEvent(event)).toMatchObject({ kind: "session-end", notes: NO_NOTES });
  });
});
