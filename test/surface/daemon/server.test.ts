// The daemon over real HTTPS: whatever comes in, an explicit answer goes out, and what matters is recorded.
import { Agent } from "node:https";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Failure } from "#base/failure.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { WAITS } from "#base/waits.ts";
import type { HookPorts, Observation } from "#surface/services/hooks/ports.ts";
import { decisionOf, openStand, preToolUse, type Stand, verdictOf } from "./daemon-stand.ts";

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

async function stand(
  changes: Partial<HookPorts> = {},
  say?: (line: string) => void,
): Promise<Stand> {
  const opened = await openStand(changes, say);
  await opened.run.ready();
  stands.push(opened);
  return opened;
}

const kinds = (observations: readonly Observation[]) => observations.map(({ kind }) => kind);

describe("bad input", () => {
  let shared: Stand;
  beforeAll(async () => {
    shared = await openStand();
    await shared.run.ready();
  });
  afterAll(() => shared.close());

  const payloads: readonly (readonly [string, string | Uint8Array, string, string])[] = [
    ["nothing at all", "", "block", "payload-json"],
    ["not JSON", "hello", "block", "payload-json"],
    ["truncated JSON", preToolUse().slice(0, -20), "block", "payload-json"],
    ["two JSON values", `${preToolUse()}\n{}`, "block", "payload-json"],
    ["invalid UTF-8", Buffer.of(0x22, 0xff, 0xfe, 0x22), "block", "payload-encoding"],
    ["a list", "[]", "block", "payload-shape"],
    ["null", "null", "block", "payload-shape"],
    ["depth bomb", "[".repeat(100_000), "block", "payload-depth"],
    ["a number as event name", preToolUse({ hook_event_name: 7 }), "block", "payload-shape"],
    ["a session id that is no string", preToolUse({ session_id: 7 }), "deny", "payload-shape"],
    ["a relative cwd", preToolUse({ cwd: "project" }), "deny", "payload-shape"],
    ["a tool name that is a list", preToolUse({ tool_name: ["Bash"] }), "deny", "payload-shape"],
    ["no cwd", preToolUse({ cwd: undefined }), "deny", "payload-shape"],
    [
      "a config change of wrong type",
      preToolUse({ hook_event_name: "ConfigChange", source: 1 }),
      "block",
      "payload-shape",
    ],
    [
      "a result of wrong type",
      preToolUse({ hook_event_name: "PostToolUse", duration_ms: "1" }),
      "empty",
      "payload-shape",
    ],
  ];
  test.each(payloads)("%s", async (_name, body, verdict, code) => {
    const before = shared.observations.length;
    const reply = await shared.post(body);
    expect(reply.status).toBe(200);
    expect(verdictOf(reply.json)).toBe(verdict);
    expect(shared.observations.slice(before)).toEqual([
      expect.objectContaining({ kind: "failure", code }),
    ]);
  });

  test("an unknown event is recorded and answered neutrally", async () => {
    const before = shared.observations.length;
    const reply = await shared.post(preToolUse({ hook_event_name: "SomethingNew" }));
    expect([reply.status, reply.text]).toEqual([200, "{}"]);
    expect(shared.observations.slice(before)).toEqual([
      expect.objectContaining({ kind: "other-event", eventName: "SomethingNew" }),
    ]);
  });

  test("an abstention is explicit, never empty", async () => {
    const reply = await shared.post(preToolUse());
    expect(reply.text).toBe('{"hookSpecificOutput":{"hookEventName":"PreToolUse"}}');
    expect(reply.headers["content-type"]).toBe("application/json");
  });

  test("a call of 5 MB is judged", async () => {
    const content = "x".repeat(5 * 1024 * 1024);
    const reply = await shared.post(
      preToolUse({ tool_name: "Write", tool_input: { file_path: "/project/a", content } }),
    );
    expect(verdictOf(reply.json)).toBe("abstain");
    const last = shared.observations.at(-1);
    expect(last?.kind === "decision" ? last.payloadBytes : 0).toBeGreaterThan(5 * 1024 * 1024);
  });

  test.each([
    ["just past the limit", PAYLOAD_BYTES_MAX + 1, false],
    ["just past the limit, chunked", PAYLOAD_BYTES_MAX + 1, true],
    ["twice the limit", 2 * PAYLOAD_BYTES_MAX, false],
  ])("a payload %s is refused in words", async (_name, bytes, chunked) => {
    const before = shared.observations.length;
    const reply = await shared.post(Buffer.alloc(bytes, 0x20), { chunked });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      decision: "block",
      reason: expect.stringContaining("16 MiB"),
    });
    await expect
      .poll(() => shared.observations.slice(before))
      .toEqual([{ kind: "rejected", code: "too-large", count: 1 }]);
  });

  const requests: readonly (readonly [string, Record<string, string>, string])[] = [
    ["no token", { authorization: "" }, "token-missing"],
    ["another scheme", { authorization: "Basic abc" }, "token-missing"],
    ["an unknown token", { authorization: `Bearer ${"a".repeat(43)}` }, "token-unknown"],
    ["a hostile token", { authorization: `Bearer ${"'".repeat(43)}` }, "token-missing"],
    ["another host", { host: "evil.example" }, "host"],
    ["localhost as host", { host: "localhost" }, "host"],
    ["a page's origin", { origin: "https://evil.example" }, "browser"],
    ["a null origin", { origin: "null" }, "browser"],
    ["a browser's fetch", { "sec-fetch-site": "same-origin" }, "browser"],
  ];
  test.each(requests)("%s is refused in words", async (_name, headers, code) => {
    const before = shared.observations.length;
    const reply = await shared.post(preToolUse(), { headers });
    expect([reply.status, verdictOf(reply.json)]).toEqual([200, "block"]);
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
    await expect
      .poll(() => shared.observations.slice(before))
      .toEqual([{ kind: "rejected", code, count: 1 }]);
  });

  test.each([
    ["GET", "/v1/hook", 405],
    ["PUT", "/v1/hook", 405],
    ["POST", "/v1/hook?x=1", 404],
    ["POST", "/v1/hook/", 404],
    ["POST", "/v1/../v1/hook", 404],
    ["POST", "//v1/hook", 404],
    ["POST", "/v1/health", 405],
    ["GET", "/", 404],
    ["GET", "/v1/decisions", 403],
  ])("%s %s is %i", async (method, path, status) => {
    const reply = await shared.post("", { method, path });
    expect(reply.status).toBe(status);
  });
});

describe("judging", () => {
  test.each(["deny", "ask", "allow"] as const)(
    "%s reaches the client with its reason",
    async (verdict) => {
      const opened = await stand({
        judge: async () => ({
          decision: decisionOf(verdict, "because of this"),
          policy: undefined,
        }),
      });
      const reply = await opened.post(preToolUse());
      expect(verdictOf(reply.json)).toBe(verdict);
      expect(reply.text).toContain("because of this");
      expect(kinds(opened.observations)).toEqual(["daemon", "decision"]);
    },
  );

  test.each([
    ["throws", async () => Promise.reject(new Error("secret detail"))],
    [
      "throws at once",
      () => {
        throw new Error("secret detail");
      },
    ],
    [
      "gives no reason",
      async () => ({ decision: { ...decisionOf("allow"), reasons: [] }, policy: undefined }),
    ],
    ["gives nothing", async () => undefined as never],
  ])("a judge that %s means deny, with an event and without details", async (_name, judge) => {
    const opened = await stand({ judge });
    const reply = await opened.post(preToolUse());
    expect(verdictOf(reply.json)).toBe("deny");
    expect(reply.text).toContain("guard/failed");
    expect(reply.text).not.toContain("secret detail");
    expect(opened.observations).toContainEqual(
      expect.objectContaining({ kind: "failure", code: "judge-failed" }),
    );
    expect(kinds(opened.observations)).toContain("decision");
  });

  test("anything unforeseen while answering is refused without details, and said to whoever watches", async () => {
    let broken = false;
    const lines: string[] = [];
    const clock = {
      monotonicMs: () => performance.now(),
      nowMs: () => {
        if (broken) throw new Error("the clock stopped");
        return Date.now();
      },
    };
    const opened = await stand({ clock }, (line) => lines.push(line));
    broken = true;
    const reply = await opened.post(preToolUse());
    broken = false;
    expect([reply.status, verdictOf(reply.json)]).toEqual([200, "block"]);
    expect(reply.text).not.toContain("clock");
    expect(lines).toContain("a fault while answering: the clock stopped");
    expect(verdictOf((await opened.post(preToolUse())).json)).toBe("abstain");
  });

  test("a failure that was foreseen says what to repair", async () => {
    const failure = new Failure("policy", "the policy has no rules", {
      at: { file: "/p.yaml", line: 3 },
    });
    const opened = await stand({ judge: () => Promise.reject(failure) });
    const reply = await opened.post(preToolUse());
    expect(verdictOf(reply.json)).toBe("deny");
    expect(reply.text).toContain("the policy has no rules (/p.yaml:3)");
  });

  test("a judge that never ends means deny", async () => {
    const waits = { ...WAITS, judgeMs: 200 };
    const opened = await stand({ waits, judge: () => new Promise(() => undefined) });
    const reply = await opened.post(preToolUse());
    expect(verdictOf(reply.json)).toBe("deny");
    expect(reply.text).toContain("guard/failed");
    expect(opened.observations).toContainEqual(
      expect.objectContaining({ kind: "failure", code: "judge-late" }),
    );
  });

  test("the session's earlier writes reach the judge, of this project's session only", async () => {
    const seen: string[][] = [];
    const opened = await stand({
      resolvePath: (path) => `/real${path}`,
      judge: async ({ session }) => {
        seen.push([...session.writtenPaths]);
        return { decision: decisionOf("abstain"), policy: undefined };
      },
    });
    const write = { tool_name: "Write", tool_input: { file_path: "/project/x.sh", content: "" } };
    await opened.post(preToolUse({ ...write, hook_event_name: "PostToolUse", tool_response: {} }));
    await opened.post(preToolUse());
    await opened.post(preToolUse({ session_id: "session-2" }));
    // Neither was seen from its start, so any file of the project may have been written before.
    expect(seen).toEqual([["/project/", "/real/project/x.sh"], ["/project/"]]);
  });

  test("calls that were never judged are told by results and batches, once each", async () => {
    const opened = await stand();
    await opened.post(preToolUse({ hook_event_name: "SessionStart", source: "startup" }));
    await opened.post(preToolUse());
    const call = (id: string) => ({
      tool_name: "Bash",
      tool_input: { command: "ls" },
      tool_use_id: id,
    });
    await opened.post(
      preToolUse({ hook_event_name: "PostToolUse", tool_use_id: "toolu_2", tool_response: {} }),
    );
    await opened.post(
      preToolUse({
        hook_event_name: "PostToolBatch",
        tool_calls: [call("toolu_1"), call("toolu_2"), call("toolu_3")],
      }),
    );
    const unjudged = opened.observations.flatMap((item) => {
      if (item.kind === "unjudged") return [[item.call.id, item.certain]];
      return item.kind === "batch" ? item.unjudged.map((one) => [one.id, item.certain]) : [];
    });
    expect(unjudged).toEqual([
      ["toolu_2", true],
      ["toolu_3", true],
    ]);
  });

  test("a daemon that came late does not claim that it saw everything", async () => {
    const opened = await stand();
    await opened.post(preToolUse({ hook_event_name: "PostToolUse", tool_response: {} }));
    expect(opened.observations).toContainEqual(
      expect.objectContaining({ kind: "unjudged", certain: false }),
    );
  });
});

describe("controls", () => {
  const change = preToolUse({
    hook_event_name: "ConfigChange",
    source: "project_settings",
    file_path: "/project/.claude/settings.json",
  });

  test("a harmless change passes, one that removes our hooks is blocked, both are recorded", async () => {
    const alterations: string[] = [];
    const opened = await stand({
      inspectControls: () => {
        const [what] = alterations;
        return what === undefined
          ? { kind: "intact" }
          : { kind: "altered", code: "hook-altered", what };
      },
    });
    expect((await opened.post(change)).text).toBe("{}");
    alterations.push("our hooks were removed");
    const reply = await opened.post(change);
    expect(reply.json).toMatchObject({
      decision: "block",
      reason: expect.stringContaining("our hooks were removed"),
    });
    expect(kinds(opened.observations)).toEqual(["daemon", "config-change", "config-change"]);
  });

  test("controls that cannot be inspected count as altered", async () => {
    const opened = await stand({
      inspectControls: () => {
        throw new Error("unreadable");
      },
    });
    expect(verdictOf((await opened.post(change)).json)).toBe("block");
  });

  test("a prompt is held back while the repository decides who reads it, and no other event is", async () => {
    let code: "repository-redirects-trust" | "repository-runs-code" | undefined =
      "repository-redirects-trust";
    const opened = await stand({
      inspectControls: () =>
        code === undefined ? { kind: "intact" } : { kind: "altered", code, what: "a proxy is set" },
    });
    const say = async (event: string) =>
      (
        await opened.post(
          preToolUse({ hook_event_name: event, prompt: "hello", source: "startup" }),
        )
      ).json;
    await say("SessionStart");
    expect(await say("UserPromptSubmit")).toMatchObject({
      decision: "block",
      systemMessage: expect.stringContaining("a proxy is set"),
    });
    expect(await say("Stop")).toEqual({});
    code = "repository-runs-code";
    expect(await say("UserPromptSubmit")).toEqual({});
    code = undefined;
    expect(await say("UserPromptSubmit")).toEqual({});
  });

  test("a session that starts with altered controls is held until they are repaired", async () => {
    let intact = false;
    const held: boolean[] = [];
    const opened = await stand({
      inspectControls: () =>
        intact
          ? { kind: "intact" }
          : { kind: "altered", code: "variable-altered", what: "a variable was changed" },
      judge: async ({ session }) => {
        held.push(session.holds.quarantined);
        return { decision: decisionOf("abstain"), policy: undefined };
      },
    });
    const start = await opened.post(
      preToolUse({ hook_event_name: "SessionStart", source: "startup" }),
    );
    expect(start.json).toEqual({
      systemMessage: expect.stringContaining("a variable was changed"),
    });
    await opened.post(preToolUse());
    intact = true;
    await opened.post(preToolUse());
    expect(held).toEqual([true, false]);
  });
});

describe("log", () => {
  const full = new Failure("log-disk", "no space left");

  test.each(["deny", "ask", "allow", "abstain"] as const)(
    "%s becomes deny when the log cannot be written",
    async (verdict) => {
      let broken = false;
      const opened = await stand({
        judge: async () => ({ decision: decisionOf(verdict), policy: undefined }),
        append: () => (broken ? Promise.reject(full) : Promise.resolve()),
      });
      expect(verdictOf((await opened.post(preToolUse())).json)).toBe(verdict);
      broken = true;
      const reply = await opened.post(preToolUse());
      expect(verdictOf(reply.json)).toBe("deny");
      expect(reply.text).toContain("guard/log");
      broken = false;
      expect(verdictOf((await opened.post(preToolUse())).json)).toBe(verdict);
    },
  );

  test("deny and ask wait for the disk, allow and abstain do not; after a failure all do", async () => {
    const asked: boolean[] = [];
    let failing = false;
    let verdict: "deny" | "ask" | "allow" | "abstain" = "deny";
    const opened = await stand({
      judge: async () => ({ decision: decisionOf(verdict), policy: undefined }),
      isLogFailing: () => failing,
      append: async (_observation, { durable }) => {
        asked.push(durable);
      },
    });
    asked.length = 0;
    for (verdict of ["deny", "ask", "allow", "abstain"] as const) await opened.post(preToolUse());
    failing = true;
    await opened.post(preToolUse());
    expect(asked).toEqual([true, true, false, false, true]);
  });

  test("a log that hangs means deny", async () => {
    let hangs = false;
    const opened = await stand({
      append: () => (hangs ? new Promise(() => undefined) : Promise.resolve()),
    });
    hangs = true;
    const reply = await opened.post(preToolUse());
    expect(verdictOf(reply.json)).toBe("deny");
    expect(reply.text).toContain("guard/log");
    hangs = false;
  });

  test("a flood of rejections is counted, not written one by one", async () => {
    const opened = await stand();
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const headers = { authorization: `Bearer ${"a".repeat(43)}` };
    await Promise.all(Array.from({ length: 100 }, () => opened.post("{}", { headers, agent })));
    agent.destroy();
    await opened.run.stop();
    const rejected = opened.observations.flatMap((item) =>
      item.kind === "rejected" ? [item.count] : [],
    );
    expect(rejected.length).toBe(21);
    expect(rejected.reduce((sum, count) => sum + count, 0)).toBe(100);
  });
});
