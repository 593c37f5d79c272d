// Hostile payload bytes, and the exact shapes of every answer.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Decision, Reason } from "#guard/policy/decision.ts";
import {
  configChangeBlock,
  formatPreToolUse,
  neutralAnswer,
  parseHookEvent,
  refusal,
  watchedRefusal,
} from "#guard/protocol/hook-io.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const payload = {
  session_id: "s",
  cwd: "/p",
  hook_event_name: "PreToolUse",
  tool_name: "Bash",
  tool_input: { command: "ls" },
  tool_use_id: "t",
};

const readsKey: Effect = {
  kind: "read",
  target: { kind: "path", path: "/h/.ssh/id", real: "/h/.ssh/id", reach: "entry" },
  via: ["xargs", "cat"],
  at: { start: 0, end: 3 },
};

function decision(part: Partial<Decision> & { reason?: Partial<Reason> }): Decision {
  const { reason, ...rest } = part;
  const verdict = rest.verdict ?? "deny";
  return {
    verdict,
    reasons: [
      {
        verdict,
        rule: "builtin:team/keys",
        effect: 0,
        text: "private keys stay private",
        instead: "ask the user to run it",
        ...reason,
      },
    ],
    effects: [readsKey],
    findings: [],
    programs: [],
    factsUsed: [],
    steps: 1,
    ...rest,
  };
}

describe("payload bytes", () => {
  test("a payload is an event", () => {
    expect(parseHookEvent(bytes(JSON.stringify(payload)))).toMatchObject({ kind: "pre-tool-use" });
    expect(parseHookEvent(bytes(`\ufeff${JSON.stringify(payload)}\r\n`))).toMatchObject({
      kind: "pre-tool-use",
    });
  });

  test.each<[string, Uint8Array, string]>([
    ["nothing", bytes(""), "json"],
    ["plain text", bytes("hello"), "json"],
    ["truncated", bytes(JSON.stringify(payload).slice(0, -3)), "json"],
    ["two values", bytes(`${JSON.stringify(payload)}{}`), "json"],
    ["a number", bytes("1"), "shape"],
    ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0xfe, 0x22), "encoding"],
    ["UTF-16", new Uint8Array(Buffer.from(JSON.stringify(payload), "utf16le")), "json"],
    ["too deep", bytes("[".repeat(65) + "]".repeat(65)), "depth"],
    ["a depth bomb of 15 MB", bytes('{"a":'.repeat(3_000_000)), "depth"],
    ["a million values", bytes(`[${"0,".repeat(1_000_000)}0]`), "size"],
    ["over the limit", new Uint8Array(PAYLOAD_BYTES_MAX + 1), "size"],
  ])("%s is a fault", (_name, given, code) => {
    expect(parseHookEvent(given)).toMatchObject({ kind: "fault", code });
  });

  test("brackets inside texts are text", () => {
    const command = `${"[".repeat(5000)}${'\\"{'.repeat(50)}`;
    const given = { ...payload, tool_input: { command } };
    expect(parseHookEvent(bytes(JSON.stringify(given)))).toMatchObject({
      call: { input: { kind: "bash", command } },
    });
  });

  test("a Write of 5 MB is whole", () => {
    const content = "é\n".repeat(1_700_000);
    const tool = { tool_name: "Write", tool_input: { file_path: "/p/a", content } };
    const event = parseHookEvent(bytes(JSON.stringify({ ...payload, ...tool })));
    if (event.kind !== "pre-tool-use" || event.call.input.kind !== "write")
      throw new Error("shape");
    expect(event.call.input.content.length).toBe(content.length);
  });

  test("of equal keys the last one counts, as for the client", () => {
    const doubled = JSON.stringify(payload).replace(
      '"tool_name":"Bash"',
      '"tool_name":"Read","tool_name":"Bash"',
    );
    expect(parseHookEvent(bytes(doubled))).toMatchObject({ call: { tool: "Bash" } });
  });

  test("any bytes give an event or a fault", () => {
    const text = JSON.stringify(payload);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(text.length), (noise, at) => {
        expect(parseHookEvent(noise).kind).toBeTypeOf("string");
        const spoilt = Buffer.concat([bytes(text.slice(0, at)), noise, bytes(text.slice(at))]);
        expect(parseHookEvent(spoilt).kind).toBeTypeOf("string");
      }),
    );
  });
});

describe("answers", () => {
  test("deny, with its reason", () => {
    expect(formatPreToolUse(decision({}))).toEqual({
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: "deny",
        permissionDecisionReason: reasonText(decision({})),
      },
    });
  });

  test.each(["ask", "allow"] as const)("%s", (verdict) => {
    expect(formatPreToolUse(decision({ verdict }))).toMatchObject({
      hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: verdict },
    });
  });

  test("abstain is the explicit neutral answer and nothing else", () => {
    const neutral = { hookSpecificOutput: { hookEventName: "PreToolUse" } };
    expect(formatPreToolUse(decision({ verdict: "abstain" }))).toEqual(neutral);
    expect(neutralAnswer("PreToolUse")).toEqual(neutral);
    expect(neutralAnswer("PostToolUse")).toEqual({});
  });

  test("a new input goes with a call that runs, and never with one that is asked about", () => {
    const updatedInput = { file_path: "/p/real", limit: 3 };
    expect(formatPreToolUse(decision({ verdict: "abstain" }), updatedInput)).toEqual({
      hookSpecificOutput: { hookEventName: "PreToolUse", updatedInput },
    });
    expect(formatPreToolUse(decision({ verdict: "allow" }), updatedInput)).toMatchObject({
      hookSpecificOutput: { permissionDecision: "allow", updatedInput },
    });
    for (const verdict of ["ask", "deny"] as const) {
      const answer = formatPreToolUse(decision({ verdict }), updatedInput);
      expect(JSON.stringify(answer)).not.toContain("updatedInput");
    }
  });

  test("a watched event is refused in the one form that blocks nothing but a call", () => {
    expect(watchedRefusal("no")).toEqual(refusal("PreToolUse", "no"));
  });

  test("refusals block where the client can be blocked", () => {
    expect(refusal("PreToolUse", "no")).toEqual({
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: "deny",
        permissionDecisionReason: "no",
      },
    });
    const block = { decision: "block", reason: "no" };
    expect(refusal("ConfigChange", "no")).toEqual(block);
    expect(refusal("UserPromptSubmit", "no")).toEqual(block);
    expect(refusal(undefined, "no")).toEqual(block);
    expect(configChangeBlock("no")).toEqual(block);
    expect(refusal("SessionStart", "no")).toEqual({});
  });
});
