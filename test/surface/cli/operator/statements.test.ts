// Waivers, attestations and labels as a person states them: only at a terminal, in force for the daemon's next call, on record.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { freshDirectory, installOn, preToolUse, verdictOf } from "../../daemon/daemon-stand.ts";
import { atTerminal, hasScript, jsonIn, withoutTerminal } from "../typed.ts";

const POLICY = `id: shop
version: "1"
title: Shop
extends: [team]
rules:
  - { id: s/plan, verdict: deny, effects: [read], paths: ["<project>/plan.txt"], labels: [incident], reason: during incidents nobody reads it }
`;

describe("at a terminal", () => {
  let room: ReturnType<typeof freshDirectory>;
  let install: Install;
  let project = "";
  const person = () => ({ data: install.directories.root, home: room.path });
  const say = (...args: readonly string[]) => withoutTerminal(person(), ...args);
  const type = (...args: readonly string[]) => atTerminal(person(), (word) => word, ...args);
  const idOf = (text: string) => /stated: ([0-9a-f]{16})/.exec(text)?.[1] ?? "";
  const post = async (session: string) => {
    const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
    const input = { command: "cat plan.txt" };
    const body = preToolUse({ cwd: project, tool_input: input, session_id: session });
    const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
    return verdictOf(JSON.parse(await readText(response, 100_000)));
  };
  const label = ["session", "label", "add", "s1", "incident", "--reason", "incident 12"] as const;

  beforeAll(async () => {
    room = freshDirectory();
    install = await installOn(join(room.path, "data"));
    project = join(room.path, "shop");
    mkdirSync(project);
    writeFileSync(join(project, "plan.txt"), "x\n");
    const policy = join(room.path, "policy.yaml");
    writeFileSync(policy, POLICY);
    expect(await say("init", project, "--yes", "--profile", policy)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await stopDaemon(install);
    room.remove();
  });

  test("without one nothing is stated", async () => {
    const { code, text } = await say(...label);
    expect([code, text]).toEqual([2, expect.stringContaining("typed by a person at a terminal")]);
    expect(openStatements(install.directories).all(Date.now())).toEqual([]);
  });
  test("a label holds from the next call on until a person removes it; waivers are listed with their control; all is on record", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    // On a busy machine a daemon from source takes longer to come up than the command waits.
    await expect
      .poll(async () => (await say("daemon", "--ensure")).text, { timeout: 40_000 })
      .toBe("");
    expect(await post("s1")).not.toBe("deny");
    const marked = await type(...label);
    expect([marked.code, marked.text]).toEqual([0, expect.stringMatching(/stated: [0-9a-f]{16}/)]);
    expect([await post("s1"), await post("s2")]).toEqual(["deny", "allow"]);
    const words = ["--for", "90d", "--reason", "until the gateway is in place", "--json"];
    const waived = jsonIn(await type("waiver", "add", "soc2/cc6-1", ...words));
    expect(waived).toMatchObject({ outcome: "stated", kind: "waiver", about: "soc2/cc6-1" });
    const { id } = waived as { id: string };
    const shown = (await say("comply", "show", "soc2/cc6-1")).text;
    expect(shown).toContain("stated by people");
    expect(shown).toContain(`${id}  waiver, in-force`);
    const not = jsonIn(await type("attestation", "add", "soc2/cc6-1", "--not-so", ...words));
    expect(not).toMatchObject({ outcome: "stated", kind: "objection", about: "soc2/cc6-1" });
    const contrary = (not as { id: string }).id;
    expect((await say("attestation", "list")).text).toContain(
      "attests that this is not so: soc2/cc6-1",
    );
    expect((await say("waiver", "list")).text).not.toContain(contrary);
    expect((await say("waiver", "withdraw", contrary)).code).toBe(2);
    const ended = jsonIn(await type("attestation", "withdraw", contrary, "--json"));
    expect(ended).toMatchObject({ outcome: "withdrawn", id: contrary, kind: "objection" });
    const removed = await say("session", "label", "remove", idOf(marked.text));
    expect([removed.code, await post("s1")]).toEqual([2, "deny"]);
    const withdrawn = await type("session", "label", "remove", idOf(marked.text), "--json");
    expect([withdrawn.code, jsonIn(withdrawn)]).toMatchObject([
      0,
      { outcome: "withdrawn", id: idOf(marked.text), kind: "label", about: "incident" },
    ]);
    expect(await post("s1")).not.toBe("deny");
    expect((await say("session", "label", "list")).text).toContain("withdrawn");
    await stopDaemon(install);
    const tail = (await say("log", "tail", "-n", "40")).text;
    expect(tail).toMatch(new RegExp(`statement .* state label ${idOf(marked.text)} minutes=10080`));
    expect(tail).toMatch(new RegExp(`statement .* withdraw label ${idOf(marked.text)}`));
    expect(tail).toMatch(new RegExp(`statement .* state waiver ${id}`));
    expect(tail).toMatch(new RegExp(`statement .* withdraw objection ${contrary}`));
    expect(tail).not.toContain("gateway");
  }, 180_000);
});
