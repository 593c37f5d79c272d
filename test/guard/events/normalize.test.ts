// Payloads of every event, good and hostile, and the shape that comes out of them.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HookEvent, normalizeEvent, normalizeInput } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

const common = {
  session_id: "6f1c",
  transcript_path: "/home/u/.claude/t.jsonl",
  cwd: "/p",
  permission_mode: "default",
};
const bash = {
  ...common,
  hook_event_name: "PreToolUse",
  tool_name: "Bash",
  tool_input: { command: "ls" },
  tool_use_id: "toolu_1",
};

function event(payload: Json): HookEvent {
  const result = normalizeEvent(payload);
  if (result.kind === "fault") throw new Error(`fault: ${result.code} ${result.where}`);
  return result;
}

function input(tool: string, value: Json, server?: Json) {
  return normalizeInput({ tool, input: value, cwd: "/p", server });
}

describe("events", () => {
  test("PreToolUse gives a call with its session", () => {
    expect(event({ ...bash, agent_id: "a1", prompt_id: "p1" })).toEqual({
      kind: "pre-tool-use",
      eventName: "PreToolUse",
      sessionId: "6f1c",
      cwd: "/p",
      transcriptPath: "/home/u/.claude/t.jsonl",
      mode: "default",
      agentId: "a1",
      promptId: "p1",
      call: {
        id: "toolu_1",
        tool: "Bash",
        cwd: "/p",
        input: { kind: "bash", command: "ls", background: false, sandboxOff: false },
      },
      given: { command: "ls" },
    });
  });

  test("a call without an id has the empty id", () => {
    const { tool_use_id: _, ...rest } = bash;
    expect(event(rest)).toMatchObject({ call: { id: "", input: { kind: "bash" } } });
    expect(event({ ...bash, tool_use_id: null })).toMatchObject({ call: { id: "" } });
  });

  test("PostToolUse keeps the structured response and its size", () => {
    const response = { stdout: "x", stderr: "", interrupted: false };
    const payload = { ...bash, hook_event_name: "PostToolUse", tool_response: response };
    expect(event({ ...payload, duration_ms: 12 })).toMatchObject({
      kind: "post-tool-use",
      response,
      responseChars: JSON.stringify(response).length,
      durationMs: 12,
    });
    expect(event(payload)).toMatchObject({ durationMs: undefined });
  });

  test("PostToolUseFailure has the error, to be looked through, and its length", () => {
    const payload = { ...bash, hook_event_name: "PostToolUseFailure", error: "s3cret" };
    const failure = event({ ...payload, is_interrupt: true });
    expect(failure).toMatchObject({
      kind: "post-tool-use-failure",
      error: "s3cret",
      errorChars: 6,
      interrupted: true,
    });
  });

  test("PostToolBatch lists calls and counts what it cannot read", () => {
    const calls = [
      { tool_name: "Bash", tool_input: { command: "a" }, tool_use_id: "t1", tool_response: "x" },
      { tool_name: 5 },
      "text",
      { tool_name: "Nope", tool_use_id: "t2" },
    ];
    const batch = event({ ...common, hook_event_name: "PostToolBatch", tool_calls: calls });
    if (batch.kind !== "post-tool-batch") throw new Error(batch.kind);
    expect(batch.calls.map((call) => [call.id, call.input.kind])).toEqual([
      ["t1", "bash"],
      ["t2", "other"],
    ]);
    expect(batch.malformed).toBe(2);
  });

  test("a batch of many calls is bounded and counted", () => {
    const calls = Array.from({ length: 3000 }, () => ({ tool_name: "Bash", tool_input: {} }));
    const batch = event({ ...common, hook_event_name: "PostToolBatch", tool_calls: calls });
    if (batch.kind !== "post-tool-batch") throw new Error(batch.kind);
    expect(batch.calls.length + batch.malformed).toBe(3000);
    expect(batch.calls.length).toBe(1024);
  });

  test("SessionStart, ConfigChange and others", () => {
    const start = { session_id: "s", cwd: "/p", hook_event_name: "SessionStart", source: "resume" };
    expect(event(start)).toMatchObject({
      kind: "session-start",
      source: "resume",
      mode: "unknown",
    });
    const change = { ...common, hook_event_name: "ConfigChange", source: "project_settings" };
    expect(event({ ...change, file_path: "/p/.claude/settings.json" })).toMatchObject({
      kind: "config-change",
      source: "project_settings",
      filePath: "/p/.claude/settings.json",
    });
    expect(event(change)).toMatchObject({ filePath: undefined });
    expect(event({ ...common, hook_event_name: "BrandNew" })).toMatchObject({
      kind: "other",
      name: "BrandNew",
    });
  });

  test("a result tells which agent it started, and what goes on in the background", () => {
    const payload = { ...bash, hook_event_name: "PostToolUse" };
    expect(event({ ...payload, tool_response: { agentId: "a1" } })).toMatchObject({
      launched: "a1",
      background: false,
    });
    expect(event({ ...payload, tool_response: { backgroundTaskId: "b1" } })).toMatchObject({
      launched: undefined,
      background: true,
    });
    for (const response of [null, "text", [1], { agentId: 5, backgroundTaskId: {} }]) {
      const got = event({ ...payload, tool_response: response });
      expect(got).toMatchObject({ launched: undefined, background: false });
    }
  });

  test("PermissionRequest gives the call without an id, and the kinds of what is offered", () => {
    const suggestions = [
      { type: "setMode", mode: "acceptEdits", destination: "session" },
      {
        type: "addRules",
        rules: [{ toolName: "Bash", ruleContent: "s3cret:*" }, { toolName: "Bash" }],
        behavior: "allow",
        destination: "localSettings",
      },
      { type: "s3cret", behavior: "s3cret", destination: "s3cret" },
      "s3cret",
    ];
    const { tool_use_id: _, ...rest } = bash;
    const payload = { ...rest, hook_event_name: "PermissionRequest" };
    const request = event({ ...payload, permission_suggestions: suggestions });
    expect(request).toMatchObject({
      kind: "permission-request",
      call: { id: "", input: { kind: "bash" } },
      suggestions: [
        { type: "setMode", detail: "acceptEdits", destination: "session", rules: 0 },
        { type: "addRules", detail: "allow", destination: "localSettings", rules: 2 },
        { type: "other", detail: "other", destination: "other", rules: 0 },
        { type: "none", detail: "none", destination: "none", rules: 0 },
      ],
    });
    expect(JSON.stringify(request)).not.toContain("s3cret");
    expect(event({ ...payload, permission_suggestions: "all" })).toMatchObject({
      suggestions: [],
      isOpen: false,
    });
    expect(event(payload)).toMatchObject({ isOpen: false });
    expect(event({ ...payload, permission_suggestions: [] })).toMatchObject({ isOpen: true });
  });

  test.each([
    ["plan", "plan"],
    ["bypassPermissions", "bypassPermissions"],
    ["somethingNew", "unknown"],
    [7, "unknown"],
    [null, "unknown"],
    ["__proto__", "unknown"],
  ])("permission mode %j is %s", (given, mode) => {
    expect(event({ ...bash, permission_mode: given }).mode).toBe(mode);
  });

  test.each([
    ["/p/", "/p"],
    ["//p/./q//", "/p/q"],
    ["/", "/"],
  ])("cwd %s is cleaned to %s", (cwd, clean) => {
    const cleaned = event({ ...bash, cwd });
    expect(cleaned.cwd).toBe(clean);
    expect(cleaned).toMatchObject({ call: { cwd: clean } });
  });
});

describe("faults", () => {
  test.each<[string, Json, string]>([
    ["null", null, "payload"],
    ["an array", [bash], "hook_event_name"],
    ["a text", "x", "payload"],
    ["no event name", { ...common }, "hook_event_name"],
    [
      "an event name with a newline",
      { ...bash, hook_event_name: "Pre\nToolUse" },
      "hook_event_name",
    ],
    ["a long event name", { ...bash, hook_event_name: "A".repeat(65) }, "hook_event_name"],
    ["no session", { ...bash, session_id: "" }, "session_id"],
    ["a long session", { ...bash, session_id: "s".repeat(257) }, "session_id"],
    ["a session with a control character", { ...bash, session_id: "a\u001b[2J" }, "session_id"],
    ["a session that is a list", { ...bash, session_id: ["a"] }, "session_id"],
    ["a relative cwd", { ...bash, cwd: "p" }, "cwd"],
    ["a cwd with ..", { ...bash, cwd: "/p/../etc" }, "cwd"],
    ["a cwd with NUL", { ...bash, cwd: "/p\u0000" }, "cwd"],
    ["a cwd with a lone surrogate", { ...bash, cwd: "/p\ud800" }, "cwd"],
    ["a long cwd", { ...bash, cwd: `/${"a".repeat(4096)}` }, "cwd"],
    ["no tool name", { ...bash, tool_name: "" }, "tool_name"],
    ["a tool name that is an object", { ...bash, tool_name: { a: 1 } }, "tool_name"],
    ["a numeric id", { ...bash, tool_use_id: 4 }, "tool_use_id"],
    ["a batch without calls", { ...common, hook_event_name: "PostToolBatch" }, "tool_calls"],
    ["a start without source", { ...common, hook_event_name: "SessionStart" }, "source"],
    [
      "a duration below zero",
      { ...bash, hook_event_name: "PostToolUse", duration_ms: -1 },
      "duration_ms",
    ],
  ])("%s", (_name, payload, where) => {
    expect(normalizeEvent(payload)).toMatchObject({ kind: "fault", code: "shape", where });
  });

  test("a fault tells the event when its name could be read, and never a value", () => {
    const fault = normalizeEvent({ ...bash, cwd: "s3cret" });
    expect(fault).toEqual({ kind: "fault", code: "shape", where: "cwd", eventName: "PreToolUse" });
  });

  test("keys named like prototype members change nothing", () => {
    const payload = JSON.parse(
      `{"__proto__":{"tool_name":"Read","polluted":1},"constructor":{"prototype":{"x":1}},${JSON.stringify(bash).slice(1)}`,
    );
    expect(event(payload)).toMatchObject({ call: { tool: "Bash", input: { kind: "bash" } } });
    expect(normalizeEvent(JSON.parse(`{"__proto__":${JSON.stringify(bash)}}`)).kind).toBe("fault");
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
  });

  test("any JSON value gives an event or a fault", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, tool) => {
        expect(normalizeEvent(value as Json).kind).toBeTypeOf("string");
        const mixed = normalizeEvent({ ...bash, tool_input: value as Json, cwd: "/p" });
        expect(mixed.kind).toBe("pre-tool-use");
        expect(normalizeEvent({ ...bash, tool_name: tool as Json }).kind).toBeTypeOf("string");
      }),
    );
  });
});

describe("inputs", () => {
  test.each<[string, Json, object]>([
    [
      "Bash",
      { command: "x", run_in_background: true, dangerouslyDisableSandbox: true, timeout: 5 },
      { kind: "bash", command: "x", background: true, sandboxOff: true },
    ],
    ["Read", { file_path: "/a/../b/./c" }, { kind: "read", path: "/b/c" }],
    ["Read", { file_path: "sub/x" }, { kind: "read", path: "/p/sub/x" }],
    ["Read", { file_path: "../x" }, { kind: "read", path: "/x" }],
    ["Read", { file_path: "~/.ssh/id" }, { kind: "read", path: "~/.ssh/id" }],
    ["Read", { file_path: "~other/x" }, { kind: "read", path: "/p/~other/x" }],
    ["Write", { file_path: "/a", content: "x\u0000\ud800" }, { kind: "write", path: "/a" }],
    [
      "Edit",
      { file_path: "/a", old_string: "a", new_string: "b" },
      { kind: "edit", path: "/a", newText: "b" },
    ],
    ["WebFetch", { url: "https://x", prompt: "" }, { kind: "fetch", url: "https://x" }],
    [
      "NotebookEdit",
      { notebook_path: "n.ipynb", new_source: "x", cell_id: "a" },
      { kind: "edit", path: "/p/n.ipynb", newText: "x" },
    ],
    [
      "MultiEdit",
      { file_path: "/a", edits: [{ old_string: "a", new_string: "b" }, { new_string: "c" }] },
      { kind: "edit", path: "/a", newText: "b\nc" },
    ],
    ["Glob", { pattern: "**/*.ts" }, { kind: "search", finds: "names", root: "/p" }],
    ["LS", {}, { kind: "search", finds: "names", root: "/p" }],
    ["Grep", { pattern: "x" }, { kind: "search", finds: "content", root: "/p", filters: [] }],
    ["Grep", { pattern: "x", path: "sub", glob: "*.ts" }, { root: "/p/sub", filters: ["*.ts"] }],
    ["WebSearch", { query: "x" }, { kind: "web-search", query: "x" }],
    [
      "Monitor",
      { description: "d", timeout_ms: 5000, command: "tail -f x" },
      { kind: "bash", command: "tail -f x", background: true, sandboxOff: false },
    ],
    ["Monitor", { description: "d", ws: { url: "wss://x" } }, { kind: "fetch", url: "wss://x" }],
    ["Agent", { description: "d", prompt: "x" }, { kind: "agent", isolation: "none" }],
    ["Task", { prompt: "x", isolation: "remote" }, { kind: "agent", isolation: "remote" }],
    ["Skill", { skill: "deploy", args: "now" }, { kind: "skill", name: "deploy", args: "now" }],
    ["SlashCommand", { command: "/a:b c d" }, { kind: "skill", name: "a:b", args: "c d" }],
    ["CronCreate", { cron: "* * * * *", prompt: "x" }, { kind: "schedule", durable: false }],
    ["CronCreate", { cron: "x", prompt: "x", durable: true }, { kind: "schedule", durable: true }],
    ["ScheduleWakeup", { stop: true }, { kind: "bookkeeping" }],
    ["ScheduleWakeup", { prompt: "/loop 5m /deploy" }, { kind: "schedule", prompt: "/deploy" }],
    ["SendMessage", { to: "a", message: "x" }, { kind: "message", to: "a", text: "x" }],
    ["EnterWorktree", { name: "w" }, { kind: "worktree", action: "create", name: "w" }],
    ["EnterWorktree", { path: "w" }, { kind: "worktree", action: "enter", name: "/p/w" }],
    [
      "ExitWorktree",
      { action: "remove", discard_changes: true },
      { kind: "worktree", action: "remove", discards: true },
    ],
    ["Workflow", { scriptPath: "w.js", name: "n" }, { kind: "workflow", path: "/p/w.js" }],
    ["ReadMcpResourceTool", { server: "s", uri: "u" }, { kind: "mcp", server: "s" }],
    ["TodoWrite", { todos: [] }, { kind: "bookkeeping" }],
    ["CronList", {}, { kind: "bookkeeping" }],
  ])("%s %j", (tool, given, expected) => {
    expect(input(tool, given)).toMatchObject(expected);
  });

  test.each<[string, Json]>([
    ["Bash", null],
    ["Bash", {}],
    ["Bash", { command: ["ls"] }],
    ["Bash", { command: "ls\u0000rm" }],
    ["Bash", { command: "ls \udc00" }],
    ["Bash", { command: "ls", dangerouslyDisableSandbox: "yes" }],
    ["Read", { file_path: "" }],
    ["Read", { file_path: "/a\u0000b" }],
    ["Read", { file_path: `/${"a".repeat(4096)}` }],
    ["Write", { file_path: "/a" }],
    ["Edit", { file_path: "/a", new_string: 5 }],
    ["WebFetch", { url: 5 }],
    ["NotebookEdit", { notebook_path: "/a" }],
    ["MultiEdit", { file_path: "/a", edits: "x" }],
    ["Glob", { path: "/a" }],
    ["Grep", { pattern: "x", path: 5 }],
    ["Monitor", { description: "both", command: "ls", ws: { url: "wss://x" } }],
    ["Monitor", { description: "neither" }],
    ["Agent", { prompt: "x", isolation: "elsewhere" }],
    ["Skill", { skill: "" }],
    ["SlashCommand", { command: "no slash" }],
    ["ExitWorktree", { action: "burn" }],
    ["SendMessage", { message: "x" }],
    ["PowerShell", { command: "Get-ChildItem" }],
    ["Unheard", {}],
    ["bash", { command: "ls" }],
  ])("%s %j is other, with its input kept", (tool, given) => {
    expect(input(tool, given)).toEqual({ kind: "other", input: given });
  });

  test("a command of 1 MB stays whole", () => {
    const command = "a".repeat(1024 * 1024);
    expect(input("Bash", { command })).toMatchObject({ kind: "bash", command });
  });

  test.each<[string, Json | undefined, object]>([
    ["mcp__git__push", undefined, { kind: "mcp", server: "git", tool: "push" }],
    ["mcp__a__b__c", undefined, { kind: "mcp", server: "a", tool: "b__c" }],
    ["mcp__a__b__c", { name: "a__b" }, { kind: "mcp", server: "a__b", tool: "c" }],
    ["mcp__my_server__t", { name: "my server" }, { kind: "mcp", server: "my server", tool: "t" }],
    ["mcp__a__t", { name: "b" }, { kind: "other" }],
    ["mcp__a__", undefined, { kind: "other" }],
    ["mcp____t", undefined, { kind: "other" }],
    ["mcp__a", undefined, { kind: "other" }],
    ["mcp__a__t", { name: 5 }, { kind: "mcp", server: "a", tool: "t" }],
  ])("%s of %j", (tool, server, expected) => {
    expect(input(tool, { q: 1 }, server)).toMatchObject(expected);
  });
});
