// A lasting yes as a person gives it: only at a terminal, for the question that was asked, listed, revoked and on record.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lastingAnswer, questionAsked } from "#surface/cli/explain/lasting-answers.ts";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import type { StoredQuestion } from "#surface/services/sessions/session-answers.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { freshDirectory, installOn, preToolUse, verdictOf } from "../daemon/daemon-stand.ts";
import { atTerminal, hasScript, jsonIn, withoutTerminal } from "./typed.ts";

const HERE = { policy: loadPack("team"), root: "/p" };
const BY = { approver: "ada", nowMs: 1_000 };
const QUESTION: StoredQuestion = {
  call: "t1",
  atMs: 5,
  answers: [{ rule: "builtin:team/egress/any", key: '["send"]', what: "sends a request" }],
  isLasting: true,
  state: "open",
};
const given = { for: "30d", reason: undefined };

describe("what lasts", () => {
  test("is the answer to that question, in this project, under this policy", () => {
    expect(lastingAnswer(QUESTION, given, HERE, BY)).toMatchObject({
      rules: ["builtin:team/egress/any"],
      verdict: "allow",
      project: "/p",
      answers: [{ id: 'builtin:team/egress/any\n["send"]', what: "sends a request" }],
      createdMs: 1_000,
      expiresMs: 1_000 + 30 * 86_400_000,
      policy: HERE.policy.digest,
      owner: "ada",
      approver: "ada",
    });
  });
  test.each([
    ["a question that is asked each time", { isLasting: false }, given, "cannot last"],
    ["no time", {}, { ...given, for: undefined }, "`--for` is a time"],
    ["91 days", {}, { ...given, for: "91d" }, "`--for` is a time"],
    ["an empty reason", {}, { ...given, reason: "" }, "`--reason` has from 1"],
    ["a long reason", {}, { ...given, reason: "x".repeat(301) }, "`--reason` has from 1"],
  ] as const)("refuses %s", (_, changes, asked, why) => {
    expect(() => lastingAnswer({ ...QUESTION, ...changes }, asked, HERE, BY)).toThrow(why);
  });
  test("LAST is the question that was asked last in any session; a call names its own", () => {
    const session = (...questions: StoredQuestion[]) =>
      ({ state: { answers: { approved: [], questions } } }) as never;
    const later = { ...QUESTION, call: "t2", atMs: 9 };
    const all = [session(QUESTION), session(later), session()];
    expect(questionAsked(all).call).toBe("t2");
    expect(questionAsked(all, "t1").call).toBe("t1");
    expect(() => questionAsked(all, "t3")).toThrow("is no question that is still remembered");
    expect(() => questionAsked([session()])).toThrow("nothing was asked about in this project");
  });
});

describe("at a terminal", () => {
  let room: ReturnType<typeof freshDirectory>;
  let install: Install;
  let project = "";
  const person = () => ({ data: install.directories.root, home: room.path });
  const say = (...args: readonly string[]) => withoutTerminal(person(), ...args);
  const post = async (url: string, id: string, more: object = {}) => {
    const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
    const body = preToolUse({
      cwd: project,
      session_id: `s-${id[0] ?? ""}`,
      tool_use_id: id,
      transcript_path: join(room.path, ".claude/projects/p", `s-${id[0] ?? ""}.jsonl`),
      tool_name: "WebFetch",
      tool_input: { url, prompt: "p" },
      ...more,
    });
    const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
    return JSON.parse(await readText(response, 100_000)) as unknown;
  };
  const ask = async (url: string, id: string) => verdictOf(await post(url, id));
  const HOST = "https://h.example/?k=1";

  beforeAll(async () => {
    room = freshDirectory();
    install = await installOn(join(room.path, "data"));
    project = join(room.path, "shop");
    mkdirSync(project);
    mkdirSync(join(room.path, ".claude/projects/p"), { recursive: true });
    for (const name of ["s-a", "s-b", "s-c"])
      writeFileSync(join(room.path, ".claude/projects/p", `${name}.jsonl`), "{}\n");
    expect((await say("init", project, "--yes")).code).toBe(0);
  });
  afterAll(async () => {
    await stopDaemon(install);
    room.remove();
  });

  test("the word makes the answer last for every session; it is listed and revoked, all on record", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    // On a busy machine a daemon from source takes longer to come up than the command waits.
    await expect
      .poll(async () => (await say("daemon", "--ensure")).text, { timeout: 40_000 })
      .toBe("");
    const allow = (...words: readonly string[]) =>
      atTerminal(person(), (word) => word, "allow", ...words, "--cwd", project);
    expect((await say("allow", "LAST", "--for", "1d", "--cwd", project)).text).toContain(
      "nothing was asked about in this project",
    );
    const asked = await post(HOST, "a1");
    expect(verdictOf(asked)).toBe("ask");
    expect(JSON.stringify(asked)).toContain("To stop being asked: sallyport allow LAST --for 30d");
    await post(HOST, "a1", { hook_event_name: "PostToolUse", tool_response: {} });
    expect(await ask(HOST, "b1")).toBe("ask");
    // The daemon writes sessions a moment after its answers.
    await expect
      .poll(async () => (await say("allow", "list", "--cwd", project)).text, { timeout: 20_000 })
      .toMatch(/session s-a .*h\.example/);
    const refused = await say("allow", "LAST", "--for", "30d", "--cwd", project);
    expect([refused.code, refused.text]).toEqual([
      2,
      expect.stringContaining("typed by a person at a terminal"),
    ]);
    const declined = await atTerminal(
      ...[person(), () => "yes", "allow", "LAST"],
      ...["--for", "30d", "--cwd", project],
    );
    expect(declined.code).toBe(1);
    expect(await ask(HOST, "b2")).toBe("ask");
    const { code, text } = await allow("LAST", "--for", "30d", "--reason", "docs");
    expect([code, text]).toEqual([0, expect.stringMatching(/allowed: [0-9a-f]{16}/)]);
    expect(text).toContain("no question when a call ");
    const id = /allowed: ([0-9a-f]{16})/.exec(text)?.[1] ?? "";
    for (const call of ["b3", "b4", "c1"]) expect(await ask(HOST, call), call).toBe("allow");
    expect(await ask("https://other.example/", "c2")).toBe("ask");
    const list = (await say("allow", "list", "--cwd", project)).text;
    expect(list).toContain(`${id}  in-force`);
    const json = jsonIn(await say("allow", "list", "--cwd", project, "--json"));
    expect(json).toMatchObject({
      sessions: [expect.objectContaining({ session: "s-a", rule: "builtin:team/egress/any" })],
      lasting: [expect.objectContaining({ id, state: "in-force" })],
    });
    expect((await say("policy", "exception", "list", "--cwd", project)).text).toContain(
      `${id}  in-force`,
    );
    expect((await say("allow", "revoke", id)).code).toBe(0);
    expect(await ask(HOST, "c3")).toBe("ask");
    expect((await say("allow", "revoke", "0".repeat(16))).code).toBe(2);
    expect((await say("allow", "revoke")).text).toContain("needs an id");
    expect(openExceptions(install.directories).count()).toBe(1);
    await stopDaemon(install);
    const tail = (await say("log", "tail", "-n", "60")).text;
    expect(tail).toMatch(new RegExp(`exception .* grant ${id}`));
    expect(tail).toMatch(new RegExp(`exception .* revoke ${id}`));
    expect(tail).toContain(`(exception ${id})`);
    expect((await say("log", "verify")).code).toBe(0);
  }, 240_000);
});
