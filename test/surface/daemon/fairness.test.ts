// Many sessions, one daemon: what one of them sends costs the others a bounded number of steps, whatever it is.
import { afterEach, describe, expect, it, test } from "vitest";
import { HeavyCall } from "#guard/effects/model/heavy-call.ts";
import { evaluate } from "#guard/guard.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { scanText } from "#guard/content/scan.ts";
import type { Requirement } from "#guard/policy/policy.ts";
import { createFeed } from "#surface/services/daemon-process/feed.ts";
import { createHookAnswers } from "#surface/services/hooks/hook-answers.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import type { HookPorts, Observation } from "#surface/services/hooks/ports.ts";
import { createRecorder } from "#surface/services/hooks/recorder.ts";
import { withinSync } from "#surface/foundation/process/sync-limit.ts";
import type { Guard } from "#surface/services/facts/judge.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { PLAIN_SHELL } from "#surface/services/facts/session-shell.ts";
import { createFairJudging, lightGuard } from "#surface/services/heavy/fair-judging.ts";
import {
  createHeavyWork,
  type HeavyWork,
  type ThreadPort,
} from "#surface/services/heavy/heavy-work.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { readGraded } from "../../corpus/graded/graded.ts";
import { fakeThreads, turn } from "../services/heavy/fake-thread.ts";
import {
  addresses,
  base64,
  digits,
  doublingAliases,
  FORK_BOMB,
  heavyPayloads,
} from "../services/heavy/heavy-payloads.ts";
import { plainPorts, preToolUse, verdictOf } from "./daemon-stand.ts";

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const machine = { home: "/home/ada", ownPaths: ["/own"] };
const policy = loadPolicy();
const project = { id: "0123456789abcdef", root: "/project" };
const session = {
  sessionId: "a",
  projectRoot: "/project",
  home: "/home/ada",
  user: "ada",
  mode: "default",
  interactive: true,
  ownPaths: ["/own"],
} as const;
const bash = (command: string): ToolCall => ({
  id: "toolu_1",
  tool: "Bash",
  cwd: "/project",
  input: { kind: "bash", command, background: false, sandboxOff: false },
});

const opened: HeavyWork[] = [];
afterEach(async () => {
  for (const work of opened.splice(0)) await work.close();
});

/** A desk that answers hooks as the daemon does, and the threads of its heavy work. */
function openDesk(
  start?: () => ThreadPort,
  more: Partial<HookPorts> = {},
  limits: { readonly workMs?: number; readonly waitMs?: number } = {},
) {
  const heavy = createHeavyWork({
    keys: "/nowhere",
    limits,
    ...(start === undefined ? {} : { start }),
  });
  opened.push(heavy);
  const observations: Observation[] = [];
  const judgeWith = createFairJudging(heavy);
  const judge = createJudge({ ...machine, policy: () => policy, judgeWith });
  const ports = plainPorts(observations, { judge, heavy, ...more });
  const recorder = createRecorder(ports, () => clock.monotonicMs());
  const answer = createHookAnswers(ports, recorder, createFeed());
  const send = async (sessionId: string, call: object) =>
    JSON.stringify(
      await answer(project, Buffer.from(preToolUse({ session_id: sessionId, ...call }))),
    );
  return { send, heavy, observations };
}

const light = { tool_input: { command: "cat README.md" } };

describe("a session beside a heavy one", () => {
  it.each(heavyPayloads("/project"))("is answered while %s is judged", async (_, call) => {
    const { start, all } = fakeThreads();
    const { send } = openDesk(start);
    const heavy = send("heavy", call);
    // Nothing is ever said by the thread: whoever waited for it would wait for ever.
    for (const name of ["b", "c", "d"])
      expect(verdictOf(JSON.parse(await send(name, light)))).toBe("allow");
    await turn();
    expect(all).toHaveLength(1);
    expect(all[0]?.tasks()).toHaveLength(1);
    all[0]?.fail(new Error("ended by the test"));
    expect(verdictOf(JSON.parse(await heavy))).toBe("deny");
  });

  it("starts no thread itself", async () => {
    const { send, heavy } = openDesk();
    for (const command of ["cat README.md", "git status && git diff --stat", "ls | head -5"])
      await send("b", { tool_input: { command } });
    expect(heavy.threads()).toBe(0);
  });
});

describe("steps for which everybody waits", () => {
  /** The steps that each evaluation was given and took. */
  const counted = async (command: string) => {
    const given: number[] = [];
    const took: number[] = [];
    const guard: Guard = lightGuard({
      bounded: (work) => work(),
      evaluate: (call, rules, facts) => {
        given.push(facts.stepsGiven ?? Number.POSITIVE_INFINITY);
        const weighing = evaluate(call, rules, facts);
        took.push(weighing.decision.steps);
        return weighing;
      },
    });
    const answer = async () => new Map();
    const judged = judgeCall({
      call: bash(command),
      policy,
      session,
      shell: PLAIN_SHELL,
      guard,
      answer,
    });
    const isHeavy = await judged.then(
      () => false,
      (cause: unknown) => cause instanceof HeavyCall,
    );
    return { isHeavy, given, took: took.reduce((sum, steps) => sum + steps, 0) };
  };

  it.each([FORK_BOMB, ":(){ :|:& };:", "f(){ f; f; f; f; }; f", doublingAliases()])(
    "are no more for what multiplies: %#",
    async (command) => {
      const { isHeavy, given, took } = await counted(command);
      expect(isHeavy).toBe(true);
      expect(given[0]).toBe(512);
      expect(took).toBeLessThanOrEqual(512);
    },
  );

  it("are enough for ordinary commands", async () => {
    const ordinary = readGraded("benign")
      .map(({ command }) => command)
      .filter((_, at) => at % 20 === 0);
    const heavy: string[] = [];
    for (const command of ordinary) if ((await counted(command)).isHeavy) heavy.push(command);
    expect(ordinary.length).toBeGreaterThan(100);
    expect(heavy).toEqual([]);
  });

  it("are shared by the rounds of one call and by its safer forms", async () => {
    const { given, took } = await counted("rm -rf build && cat .env");
    expect(given.length).toBeGreaterThan(1);
    given.forEach((steps, at) => {
      if (at > 0) expect(steps).toBeLessThan(given[at - 1] ?? 0);
    });
    expect(took).toBeLessThanOrEqual(512);
  });
});

describe("a heavy call", () => {
  it("is judged as it would be in this thread", async () => {
    const { send } = openDesk();
    const text = await send("heavy", { tool_input: { command: FORK_BOMB } });
    const decision = await judgeCall({
      call: bash(FORK_BOMB),
      policy,
      session,
      shell: PLAIN_SHELL,
      answer: async () => new Map(),
    });
    expect(verdictOf(JSON.parse(text))).toBe(decision.verdict);
    expect(text).not.toContain("guard/timeout");
  });

  it.each([
    ["digits", digits()],
    ["addresses", addresses()],
    ["base64", base64()],
  ])("that writes 1 MiB of %s is judged", async (_, content) => {
    const { send, observations } = openDesk();
    const given = { tool_name: "Write", tool_input: { file_path: "/project/data.txt", content } };
    const text = await send("heavy", given);
    expect(text).not.toContain("guard/timeout");
    expect(verdictOf(JSON.parse(text))).not.toBe("deny");
    expect(observations.map(({ kind }) => kind)).not.toContain("failure");
  });

  it("that hangs is refused with words that say so, as a failure", async () => {
    const { start } = fakeThreads();
    const { send, observations } = openDesk(start, {}, { workMs: 10 });
    const text = await send("heavy", { tool_input: { command: doublingAliases() } });
    expect(verdictOf(JSON.parse(text))).toBe("deny");
    expect(text).toContain("guard/failed");
    expect(text).toContain("sallyport came to no end with it");
    expect(observations).toContainEqual(
      expect.objectContaining({ kind: "failure", code: "judge-late" }),
    );
  });

  it("that was not begun in time is told to come again", async () => {
    const { start, all } = fakeThreads();
    const { send, observations } = openDesk(start, {}, { waitMs: 10, workMs: 60_000 });
    const first = send("heavy", { tool_input: { command: FORK_BOMB } });
    await turn();
    const second = await send("heavy", { tool_input: { command: FORK_BOMB } });
    expect(second).toContain("other large calls are still being checked");
    expect(observations).toContainEqual(
      expect.objectContaining({ kind: "failure", code: "judge-busy" }),
    );
    all[0]?.fail(new Error("ended by the test"));
    expect(verdictOf(JSON.parse(await first))).toBe("deny");
  });
});

describe("large answers of tools and large prompts", () => {
  const requires: readonly Requirement[] = ["outputs-without-secrets", "prompts-without-secrets"];
  const ports: Partial<HookPorts> = {
    requirements: async () => requires,
    mark: () => () => "ABCDEFGH",
  };
  const result = (stdout: string) => ({
    hook_event_name: "PostToolUse",
    tool_input: { command: "cat data.txt" },
    tool_response: { stdout, stderr: "", interrupted: false },
  });

  it("are looked through by a thread; small ones here", async () => {
    const { start, all } = fakeThreads();
    const { send } = openDesk(start, ports);
    await send("a", result("hello"));
    expect(all).toHaveLength(0);
    const waiting = send("a", result(digits()));
    await expect.poll(() => all[0]?.tasks().map(({ kind }) => kind)).toEqual(["redact"]);
    const value = { stdout: "[[SP:x]]", stderr: "", interrupted: false };
    all[0]?.say({ kind: "done", value: { value, findings: [], marks: ["A"], isTruncated: false } });
    expect(await waiting).toContain("[[SP:x]]");
  });

  it("are withheld where nobody could look through them in time and the policy asks for it", async () => {
    const { start } = fakeThreads();
    const { send } = openDesk(start, ports, { workMs: 10 });
    const canary = "canary-value-of-a-long-answer";
    const text = await send("a", result(`${canary} ${digits()}`));
    expect(text).not.toContain(canary);
    expect(text).toContain("it took too long to check it for secrets");
    const open = openDesk(
      fakeThreads().start,
      { ...ports, requirements: async () => [] },
      { workMs: 10 },
    );
    expect(await open.send("a", result(digits()))).not.toContain("updatedToolOutput");
  });

  it("are held back where a prompt could not be looked through in time", async () => {
    const { start } = fakeThreads();
    const { send } = openDesk(start, ports, { workMs: 10 });
    const text = await send("a", { hook_event_name: "UserPromptSubmit", prompt: digits() });
    expect(text).toContain("It is too large to be checked for secrets");
  });
});

test("a text whose search was broken off hides nothing from the next one", () => {
  const value = `AKIA${"Q3EGRJ5ZKDWY7TPX"}`;
  const key = `aws_access_key_id = ${value}\n`;
  expect(scanText(key, "file").findings).toHaveLength(1);
  const long = `${key}${"password= token: secret=1234567890 ".repeat(60_000)}`;
  let stopped = 0;
  for (let limitMs = 1; limitMs < 40; limitMs += 3)
    if (withinSync(limitMs, () => scanText(long, "file")).kind === "late") {
      stopped += 1;
      expect(scanText(key, "file").findings).toHaveLength(1);
    }
  expect(stopped).toBeGreaterThan(0);
});
