// A project that is observed only: whatever happens, its calls go on as the client would have them, and the record says what was judged.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Failure } from "#base/failure.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { neutralAnswer } from "#guard/protocol/hook-io.ts";
import { createObserves } from "#surface/services/evaluation/observing.ts";
import { endLockdown, lockDown } from "#surface/services/installation/lockdown.ts";
import type { HookPorts } from "#surface/services/hooks/ports.ts";
import { prepareDirectories } from "#surface/foundation/files/directories.ts";
import {
  decisionOf,
  freshDirectory,
  openStand,
  preToolUse,
  type Stand,
} from "../../daemon/daemon-stand.ts";

let stand: Stand | undefined;
afterEach(async () => {
  await stand?.close();
  stand = undefined;
});

const observing = async (changes: Partial<HookPorts> = {}): Promise<Stand> => {
  stand = await openStand({
    observes: () => true,
    judge: async () => ({ decision: decisionOf("deny"), policy: undefined }),
    ...changes,
  });
  return stand;
};
const neutral = neutralAnswer;
const event = (name: string, more: object = {}) =>
  JSON.stringify({
    session_id: "s1",
    cwd: "/project",
    transcript_path: "/t.jsonl",
    hook_event_name: name,
    ...more,
  });

test.each(["deny", "ask", "allow", "abstain"] as const)(
  "a call judged %s goes on as without us, and is on record with its verdict",
  async (verdict) => {
    const { post, observations } = await observing({
      judge: async () => ({ decision: decisionOf(verdict), policy: undefined }),
    });
    expect((await post(preToolUse())).json).toEqual(neutral("PreToolUse"));
    const found = observations.find(({ kind }) => kind === "decision");
    expect(found).toMatchObject({ observed: true, judgement: { decision: { verdict } } });
    expect(found).not.toHaveProperty("off.id");
  },
);

test.each([
  ["the judge fails", { judge: async () => Promise.reject(new Error("x")) }],
  [
    "the policy is broken",
    { judge: async () => Promise.reject(new Failure("policy-syntax", "x")) },
  ],
  ["nothing can be recorded", { append: async () => Promise.reject(new Error("disk")) }],
  ["the log fails", { isLogFailing: () => true }],
  [
    "our hooks were altered",
    { inspectControls: () => ({ kind: "altered", code: "hook-altered", what: "x" }) as const },
  ],
])("nothing is in a session's way when %s", async (_, changes) => {
  const { post } = await observing(changes);
  expect((await post(preToolUse())).json).toEqual(neutral("PreToolUse"));
  // Where the answer cannot be made at all it names another event, which the client takes for a failed hook and goes on.
  const goesOn = (name: string) => [neutral(name), neutral("PreToolUse")];
  const change = await post(event("ConfigChange", { source: "user_settings" }));
  expect(goesOn("ConfigChange")).toContainEqual(change.json);
  const prompt = await post(event("UserPromptSubmit", { prompt: "go on" }));
  expect(goesOn("UserPromptSubmit")).toContainEqual(prompt.json);
});

test("what cannot be read is passed over: a payload, and one that is too large", async () => {
  const { post } = await observing();
  expect((await post("{")).json).toEqual(neutral("PreToolUse"));
  expect((await post("x".repeat(40 * 1024 * 1024))).json).toEqual(neutral("PreToolUse"));
});

test("but a token that nobody knows opens nothing", async () => {
  const { post } = await observing();
  const { json } = await post(preToolUse(), { headers: { authorization: "Bearer wrong" } });
  expect(json).toMatchObject({ decision: "block" });
});

test("a secret in a prompt is sent on, and in an answer it stays", async () => {
  const { post } = await observing({
    requirements: async () => ["prompts-without-secrets", "outputs-without-secrets"],
    mark: () => (() => "mark") as never,
  });
  const secret = ["ghp", "R8qkT2mZx9Yw4Vn7Lb3Hd6Jf1Gs5Pc0AeUiO"].join("_");
  const prompt = event("UserPromptSubmit", { prompt: `use ${secret}` });
  const { json } = await post(prompt);
  expect(json).not.toHaveProperty("decision");
  const result = event("PostToolUse", {
    tool_name: "Bash",
    tool_input: { command: "x" },
    tool_use_id: "t1",
    tool_response: { stdout: secret },
  });
  expect((await post(result)).json).toEqual(neutral("PostToolUse"));
});

test("the start of a session says so", async () => {
  const { post } = await observing();
  const { json } = await post(event("SessionStart", { source: "startup" }));
  expect(json).toMatchObject({
    systemMessage: expect.stringMatching(/observes this project: .* nothing is refused/),
  });
});

test("it is the person's choice, and ends below a managed policy, one of the repository, and in a lockdown", () => {
  const room = freshDirectory();
  try {
    const directories = prepareDirectories(join(room.path, "data"));
    const root = join(room.path, "shop");
    mkdirSync(join(root, ".sallyport"), { recursive: true });
    const managed = { file: join(room.path, "etc", "policy.yaml"), owner: 0 };
    const entry = (mode: ProjectEntry["mode"]) =>
      ({ mode, policy: { pack: "team", digest: null } }) as unknown as ProjectEntry;
    const observes = (mode: ProjectEntry["mode"]) =>
      createObserves({ deciding: () => entry(mode) }, directories, managed)({ id: "x", root });
    expect([observes("observe"), observes("enforce")]).toEqual([true, false]);
    writeFileSync(join(root, ".claudeignore"), "*.pem\n");
    expect(observes("observe")).toBe(true);
    lockDown(directories, { nowMs: 1, reason: null });
    expect(observes("observe")).toBe(false);
    endLockdown(directories);
    writeFileSync(join(root, ".sallyport", "policy.yaml"), "id: x\n");
    expect(observes("observe")).toBe(false);
    const damaged = () => {
      throw new Failure("project-register", "damaged");
    };
    expect(createObserves({ deciding: damaged }, directories, managed)({ id: "x", root })).toBe(
      false,
    );
  } finally {
    room.remove();
  }
});
