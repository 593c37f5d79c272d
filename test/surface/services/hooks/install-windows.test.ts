// Windows of installs: open between the judgement of a call that installs and its end, and for no other call.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import type { FactAnswer, ProvenSandbox } from "#guard/facts/facts.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import { createFeed } from "#surface/services/daemon-process/feed.ts";
import { createHookAnswers } from "#surface/services/hooks/hook-answers.ts";
import { installWindows } from "#surface/services/hooks/install-windows.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import type { HookPorts, Observation } from "#surface/services/hooks/ports.ts";
import type { Judgement } from "#surface/services/evaluation/judge-port.ts";
import { createRecorder } from "#surface/services/hooks/recorder.ts";
import { gatewayPlaces } from "#surface/services/gateway/gateway-places.ts";
import { isInstallOpen } from "#surface/services/gateway/open-installs.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { makeProject } from "../../../judging.ts";
import {
  decisionOf,
  freshDirectory,
  plainPorts,
  preToolUse,
  verdictOf,
} from "../../daemon/daemon-stand.ts";

let place: ReturnType<typeof freshDirectory>;
let observations: Observation[];
beforeEach(() => {
  place = freshDirectory();
  observations = [];
});
afterEach(() => place.remove());

const isOpen = (): boolean => isInstallOpen(place.path);
const installing = (verdict: Verdict, readsRegistries = true): Judgement => ({
  decision: decisionOf(verdict),
  policy: undefined,
  ...(readsRegistries ? { readsRegistries } : {}),
});

/** One process of ours: it answers events, and remembers nothing for another one. */
function answering(judgement: Judgement, changes: Partial<HookPorts> = {}) {
  const ports = plainPorts(observations, {
    judge: async () => judgement,
    installs: installWindows(place.path, () => Date.now()),
    ...changes,
  });
  const recorder = createRecorder(ports, () => performance.now());
  const answer = createHookAnswers(ports, recorder, createFeed());
  return (fields: Readonly<Record<string, unknown>> = {}) =>
    answer({ id: "0123456789abcdef", root: "/project" }, Buffer.from(preToolUse(fields)));
}
const ended = (fields: Readonly<Record<string, unknown>> = {}) => ({
  hook_event_name: "PostToolUse",
  tool_response: { stdout: "", stderr: "", interrupted: false },
  ...fields,
});

describe("a call that installs, in a session whose sandbox reaches the gateway", () => {
  it.each(["allow", "ask", "abstain"] as const)(
    "has its window while it runs, where the answer is %s",
    async (verdict) => {
      expect(isOpen()).toBe(false);
      expect(verdictOf(await answering(installing(verdict))())).toBe(verdict);
      expect(isOpen()).toBe(true);
      // Another process hears of its end.
      await answering(installing("deny", false))(ended());
      expect(isOpen()).toBe(false);
    },
  );
  it.each([
    ["it failed", { hook_event_name: "PostToolUseFailure", error: "x" }],
    [
      "its task in the background has ended",
      {
        hook_event_name: "UserPromptSubmit",
        prompt: "<task-notification>\n<tool-use-id>toolu_1</tool-use-id>\n</task-notification>",
      },
    ],
    ["it was denied after all", { hook_event_name: "PermissionDenied", reason: "x" }],
  ])("has none any more when %s", async (_name, fields) => {
    await answering(installing("ask"))();
    expect(isOpen()).toBe(true);
    await answering(installing("deny", false))(fields);
    expect(isOpen()).toBe(false);
  });
  it.each([
    ["of another call", ended({ tool_use_id: "toolu_2" })],
    ["of another session", ended({ session_id: "session-2" })],
    [
      "of a call that went into the background",
      ended({ tool_response: { backgroundTaskId: "b1" } }),
    ],
    ["of nothing", { hook_event_name: "Notification" }],
  ])("keeps it at the end %s", async (_name, fields) => {
    await answering(installing("allow"))();
    await answering(installing("deny", false))(fields);
    expect(isOpen()).toBe(true);
  });
  const next = (fields: Readonly<Record<string, unknown>> = {}) =>
    answering(installing("allow", false))({ tool_use_id: "toolu_2", ...fields });
  // A person's no is told by nobody: what it was about must not be brought by the next call instead.
  it.each([
    ["the next call of the same agent", {}, {}],
    ["the next call of the same subagent", { agent_id: "a1" }, { agent_id: "a1" }],
    ["the subagent's end", { agent_id: "a1" }, { agent_id: "a1", hook_event_name: "SubagentStop" }],
    ["the session's end", {}, { hook_event_name: "SessionEnd", reason: "x" }],
  ])("has none any more at %s, which came before its own", async (_name, first, second) => {
    await answering(installing("ask"))(first);
    expect(isOpen()).toBe(true);
    await next(second);
    expect(isOpen()).toBe(false);
  });
  it.each([
    ["a call of a subagent", {}, { agent_id: "a1" }],
    ["a call of the agent that waits for a subagent", { agent_id: "a1" }, {}],
    ["a call of another session", {}, { session_id: "session-2" }],
    [
      "its agent's next call, as it goes on in the background",
      { tool_input: { command: "npm ci", run_in_background: true } },
      {},
    ],
  ])("keeps it at %s", async (_name, first, second) => {
    await answering(installing("ask"))(first);
    await next(second);
    expect(isOpen()).toBe(true);
  });
  it("that went into the background has none any more when its task has ended", async () => {
    await answering(installing("allow"))();
    await answering(installing("deny", false))(ended({ tool_response: { backgroundTaskId: "b" } }));
    await next();
    expect(isOpen()).toBe(true);
    await answering(installing("deny", false))({
      hook_event_name: "UserPromptSubmit",
      prompt: "<task-notification>\n<tool-use-id>toolu_1</tool-use-id>\n</task-notification>",
    });
    expect(isOpen()).toBe(false);
  });
  it("keeps nothing open for ever", async () => {
    const long = Date.now() - 16 * 60_000;
    await answering(installing("allow"), { installs: installWindows(place.path, () => long) })();
    expect(isOpen()).toBe(false);
    expect(readdirSync(gatewayPlaces(place.path).open)).toEqual([]);
  });
});

describe("no window", () => {
  it.each([
    ["a call that is denied", installing("deny"), {}],
    [
      "a call that installs nothing, or in a session that is not proven",
      installing("allow", false),
      {},
    ],
    ["a call without an id", installing("allow"), { tool_use_id: "" }],
  ])("for %s", async (_name, judgement, fields) => {
    await answering(judgement)(fields);
    expect(isOpen()).toBe(false);
  });
  it("for a call that could not be recorded", async () => {
    const append = async () => {
      throw new Failure("log", "the disk is full");
    };
    expect(verdictOf(await answering(installing("allow"), { append })())).toBe("deny");
    expect(isOpen()).toBe(false);
  });
  it("where it cannot be made: the answer is the same, and that is told", async () => {
    const { root } = gatewayPlaces(place.path);
    mkdirSync(dirname(root), { recursive: true });
    writeFileSync(root, "");
    expect(verdictOf(await answering(installing("allow"))())).toBe("allow");
    expect(observations).toContainEqual(
      expect.objectContaining({ kind: "failure", code: "install-not-opened" }),
    );
    rmSync(root);
    observations.length = 0;
    expect(verdictOf(await answering(installing("allow"))())).toBe("allow");
    expect(observations.map(({ kind }) => kind)).not.toContain("failure");
  });
});

describe("which calls are judged to read registries", () => {
  const where = makeProject();
  afterAll(() => where.remove());
  const sandbox: ProvenSandbox = {
    digest: "0".repeat(64),
    denyRead: [],
    allowRead: [],
    denyWrite: [],
    allowWrite: [],
    hosts: [],
    excluded: [],
    registries: READING_REGISTRIES,
  };
  const contained = (more: Partial<ProvenSandbox> = {}): FactAnswer => ({
    kind: "containment",
    sandbox: { ...sandbox, ...more },
  });
  const judged = async (
    command: string,
    answer: FactAnswer,
    data: string | undefined = "/data",
  ) => {
    const judge = createJudge({
      home: where.home,
      ownPaths: [],
      user: "user",
      policy: () => loadPack("team"),
      ...(data === "" ? {} : { data }),
      contain: () => answer,
    });
    const { decision, readsRegistries } = await judge({
      project: { id: "p", root: where.project },
      call: {
        id: "c",
        tool: "Bash",
        cwd: where.project,
        input: { kind: "bash", command, background: false, sandboxOff: false },
      },
      session: {
        sessionId: "s",
        cwd: where.project,
        mode: "default",
        transcriptPath: undefined,
        writtenPaths: new Set(),
        seenMs: Date.now(),
        holds: { quarantined: false, reason: undefined },
      },
    });
    return [decision.verdict, readsRegistries ?? false];
  };
  it.each([
    ["npm install left-pad", ["ask", true]],
    ["npm install left-pad; npm publish", ["ask", true]],
    ["npm test", ["ask", false]],
    ["ls", ["allow", false]],
    ["npm install left-pad; cat .env", ["deny", false]],
  ])("`%s` with a gateway: %j", async (command, expected) => {
    const [verdict, reads] = await judged(command, contained({ denyRead: [] }));
    expect([verdict, reads]).toEqual(expected);
  });
  it.each([
    ["no gateway runs", contained({ registries: [] })],
    ["nothing is proven", { kind: "containment", sandbox: undefined, why: "x" } as const],
  ])("none where %s", async (_name, answer) => {
    expect(await judged("npm install left-pad", answer)).toEqual(["ask", false]);
  });
  it("none where no data directory is known", async () => {
    expect(await judged("npm install left-pad", contained(), "")).toEqual(["ask", false]);
  });
});
