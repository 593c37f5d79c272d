// Exceptions as a person grants and revokes them: only at a terminal, honoured by daemon and command hook, all on record.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exceptionOf, type Grant } from "#surface/cli/commands/policy/policy-exception.ts";
import { type DecideAnswer, decideLines } from "#surface/cli/commands/check/decided-lines.ts";
import { type JudgingPolicy, judgingPolicy } from "#surface/services/evaluation/judging-policy.ts";
import { giveOrder, open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import {
  freshDirectory,
  installOn,
  openStand,
  preToolUse,
  verdictOf,
} from "../daemon/daemon-stand.ts";
import { openHookStand } from "../hook/hook-stand.ts";
import { atTerminal, hasScript, jsonIn, withoutTerminal } from "./typed.ts";

const SCOPE = '{effects: [read], paths: ["<project>/.env"]}';
const GRANT: Grant = {
  rule: "secrets/read",
  scope: SCOPE,
  verdict: "allow",
  for: "8h",
  uses: undefined,
  reason: "the tests need it",
  owner: undefined,
  all: false,
};
const HERE = { policy: loadPack("team"), root: "/p" };
const BY = { approver: "ada", nowMs: 1_000 };

describe("what is granted", () => {
  test("is what was asked for, once unless said otherwise", () => {
    const { id, ...rest } = exceptionOf(GRANT, HERE, BY);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(rest).toEqual({
      rules: ["builtin:team/secrets/read"],
      verdict: "allow",
      project: "/p",
      uses: 1,
      scope: { effects: ["read"], paths: ["<project>/.env"] },
      reason: "the tests need it",
      owner: "ada",
      approver: "ada",
      createdMs: 1_000,
      expiresMs: 1_000 + 8 * 3_600_000,
      policy: HERE.policy.digest,
    });
    const whole = {
      ...GRANT,
      rule: "builtin:team/secrets/read",
      uses: "7",
      owner: "bob",
      all: true,
    };
    expect(exceptionOf(whole, HERE, BY)).toMatchObject({ uses: 7, owner: "bob", project: null });
  });
  test.each([
    ["no reason", { reason: undefined }, "`--reason` is missing"],
    ["a long reason", { reason: "x".repeat(301) }, "at most 300 characters"],
    ["no time", { for: undefined }, "`--for` is a time"],
    ["91 days", { for: "91d" }, "`--for` is a time"],
    ["no end", { for: "1y" }, "`--for` is a time"],
    ["no use", { uses: "0" }, "`--uses` is a number"],
    ["endless use", { uses: "101" }, "`--uses` is a number"],
    ["a rule that is none", { rule: "secrets/nothing" }, "no rule `secrets/nothing` is in force"],
    ["no effect", { scope: "{paths: [x]}" }, "`effects` is not valid"],
    ["tampering", { scope: "{effects: [read, tamper]}" }, "`tamper` can never be excepted"],
    ["what is unknown", { scope: "{effects: [unknown]}" }, "`unknown` can never be excepted"],
    ["a condition that is none", { scope: "{effects: [read], path: x}" }, "is not valid"],
    ["no YAML", { scope: "{" }, "not valid YAML"],
    ["a list", { scope: "{effects: [read], paths: {in: secrets}}" }, "is not defined"],
  ])("cannot be %s", (_, changes, why) => {
    expect(() => exceptionOf({ ...GRANT, ...changes }, HERE, BY)).toThrow(why);
  });
  test("cannot lift a managed rule, or one that allows", () => {
    const rule = HERE.policy.rules[0];
    if (rule === undefined) throw new Error("the pack has rules");
    const asRule = (changes: object) => ({
      ...HERE,
      policy: { ...HERE.policy, rules: [{ ...rule, id: "a/b", ...changes }] },
    });
    const grant = { ...GRANT, rule: "a/b" };
    const managed = asRule({ verdict: "deny", from: { layer: "managed", policy: "acme" } });
    expect(() => exceptionOf(grant, managed, BY)).toThrow("is managed");
    expect(() => exceptionOf(grant, asRule({ verdict: "allow" }), BY)).toThrow("nothing to lift");
  });
});

describe("the daemon", () => {
  test("puts nothing in force that another signed or that it could not record", async () => {
    const stand = await openStand({
      append: async (observation) => {
        if (observation.kind === "exception") throw new Error("the disk is full");
      },
    });
    const other = await installOn(join(stand.install.directories.root, "other"));
    const exception = exceptionOf(GRANT, HERE, BY);
    const foreign = openExceptions(other.directories).sign(exception);
    expect(await giveOrder(stand.install, { order: "grant", receipt: foreign })).toEqual({
      kind: "refused",
      why: "this exception was not signed by this installation's operator",
    });
    const receipt = openExceptions(stand.install.directories).sign(exception);
    expect(await giveOrder(stand.install, { order: "grant", receipt })).toMatchObject({
      kind: "refused",
    });
    expect(openExceptions(stand.install.directories).count()).toBe(0);
    await stand.close();
  });
});

describe("at a terminal", () => {
  let room: ReturnType<typeof freshDirectory>;
  let install: Install;
  let project = "";
  const person = () => ({ data: install.directories.root, home: room.path });
  const words = [
    ...["policy", "exception", "grant", "secrets/read", "--scope", SCOPE],
    ...["--verdict", "allow", "--for", "8h", "--reason", "the tests need it"],
  ];
  const grant = (answer: (word: string) => string) =>
    atTerminal(person(), answer, ...words, "--cwd", project);
  const say = (...args: readonly string[]) => withoutTerminal(person(), ...args);
  const post = async (command: string, id: string) => {
    const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
    const body = preToolUse({ cwd: project, tool_input: { command }, tool_use_id: id });
    const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
    return verdictOf(JSON.parse(await readText(response, 100_000)));
  };
  const idOf = (text: string) => /granted: ([0-9a-f]{16})/.exec(text)?.[1] ?? "";

  beforeAll(async () => {
    room = freshDirectory();
    install = await installOn(join(room.path, "data"));
    project = join(room.path, "shop");
    mkdirSync(project);
    writeFileSync(join(project, ".env"), "KEY=1\n");
    expect((await say("init", project, "--yes")).code).toBe(0);
  });
  afterAll(async () => {
    await stopDaemon(install);
    room.remove();
  });

  test("without one nothing is granted", async () => {
    const { code, text } = await say(...words, "--cwd", project);
    expect([code, text]).toEqual([2, expect.stringContaining("typed by a person at a terminal")]);
    expect(openExceptions(install.directories).count()).toBe(0);
  });
  test("the word grants it, for one call and in its scope; it can be revoked; all of it is on record", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    // On a busy machine a daemon from source takes longer to come up than the command waits.
    await expect
      .poll(async () => (await say("daemon", "--ensure")).text, { timeout: 40_000 })
      .toBe("");
    expect((await grant(() => "yes")).code).toBe(1);
    expect(openExceptions(install.directories).count()).toBe(0);
    const { code, text } = await grant((word) => word);
    expect([code, text]).toEqual([0, expect.stringMatching(/granted: [0-9a-f]{16}/)]);
    expect(await post("cat .env", "t1")).not.toBe("deny");
    expect(await post("cat .env", "t1")).not.toBe("deny");
    expect(await post("cat .env", "t2")).toBe("deny");
    const list = (await say("policy", "exception", "list", "--cwd", project)).text;
    expect(list).toContain(`${idOf(text)}  used-up, used 1 of 1`);
    const json = jsonIn(
      await atTerminal(person(), (word) => word, ...words, "--cwd", project, "--json"),
    );
    expect(json).toMatchObject({ outcome: "granted", rules: ["builtin:team/secrets/read"] });
    const { id: second } = json as { id: string };
    const revoked = await say("policy", "exception", "revoke", second, "--json");
    expect(jsonIn(revoked)).toEqual({ outcome: "revoked", id: second });
    expect(await post("cat .env", "t3")).toBe("deny");
    expect((await say("policy", "exception", "revoke", "0".repeat(16))).code).toBe(2);
    await stopDaemon(install);
    const tail = (await say("log", "tail", "-n", "40")).text;
    expect(tail).toMatch(new RegExp(`exception .* grant ${second} minutes=480 uses=1`));
    expect(tail).toMatch(new RegExp(`exception .* revoke ${second}`));
    expect(tail).toContain(`(exception ${idOf(text)})`);
    expect((await say("log", "verify")).code).toBe(0);
  }, 180_000);
});

const nowIn = ({ policy, root }: Pick<JudgingPolicy, "policy" | "root">) => ({
  policy: policy.digest,
  root,
});

describe("the command hook", () => {
  test("honours it without the daemon, as often as was approved", async () => {
    const stand = await openHookStand("command");
    const ask = async (command: string, id: string) => {
      const input = { command };
      const payload = preToolUse({ cwd: stand.project, tool_input: input, tool_use_id: id });
      return verdictOf(JSON.parse((await stand.ask(payload)).stdout));
    };
    expect(await ask("cat .env", "t1")).toBe("deny");
    const { directories } = stand.install;
    const here = await judgingPolicy(stand.project, undefined, { root: directories.root });
    const store = openExceptions(directories);
    const exception = exceptionOf({ ...GRANT, uses: "2" }, here, { ...BY, nowMs: Date.now() });
    /** What `decide` says of a call: as the hook, and however often it is asked. */
    const told = async (command: string, id: string) => {
      const input = { command };
      const payload = preToolUse({ cwd: stand.project, tool_input: input, tool_use_id: id });
      const output = new PassThrough();
      await decideLines({
        input: Readable.from([Buffer.from(payload)]),
        output,
        facts: { kind: "disk" },
        carry: false,
        policyOf: (directory, call) =>
          judgingPolicy(directory, undefined, { root: directories.root, call }),
      });
      return (JSON.parse(String(output.read())) as DecideAnswer).decision;
    };
    expect(await told("cat .env", "t2")).toBe("deny");
    store.grant(store.sign(exception));
    for (const id of ["t2", "t2", "d1", "d2"]) expect(await told("cat .env", id)).toBe("allow");
    expect(await told("cat .env.production", "t2")).toBe("deny");
    expect(store.inForce({ nowMs: Date.now(), ...nowIn(here) })).toHaveLength(1);
    expect(readdirSync(directories.root)).not.toContain("exception-uses");
    expect(await ask("cat .env", "t2")).not.toBe("deny");
    expect(await ask("cat ../data/keys/operator.secret", "t3")).toBe("deny");
    expect(await ask(`rm ${directories.exceptionsFile}`, "t4")).toBe("deny");
    expect(await ask("cat .env", "t5")).not.toBe("deny");
    expect(await ask("cat .env", "t6")).toBe("deny");
    expect(await told("cat .env", "t6")).toBe("deny");
    // A call that had its use is judged as the hook judges it again.
    expect(await told("cat .env", "t5")).toBe("allow");
    stand.close();
  });
});
