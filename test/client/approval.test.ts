// Another person's approval with the built program: refused, sent on, typed and signed elsewhere, taken in, used once; and what an agent tries.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openRawClient } from "../bench/raw-client.ts";
import { atTerminal, hasScript, withoutTerminal } from "../surface/cli/typed.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { runBuilt } from "./built-program.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";

const CANARY = ["sk_live", "51CanaryCanaryCanary7f3aQ9zXw2"].join("_");
let guarded: GuardedProject;
let other = "";
beforeAll(() => {
  guarded = openGuardedProject({ "plan.txt": "x\n", "src/a.ts": "export {};\n" });
  other = join(guarded.home, "grace");
  const { key } = JSON.parse(runBuilt(grace(), "approvals", "key", "--json").stdout);
  const policy = join(guarded.home, "policy.yaml");
  writeFileSync(
    policy,
    `id: shop
version: "1"
title: Shop
extends: [team]
approvers: [{ name: grace, key: "${key}" }]
rules:
  - { id: shop/plan, verdict: ask, effects: [read], paths: ["<project>/plan.txt"], approval: { people: 2 }, reason: two people read the plan }
`,
  );
  const done = runBuilt(guarded, "init", guarded.project, "--yes", "--profile", policy);
  if (done.status !== 0) throw new Error(done.stderr + done.stdout);
});
afterAll(() => guarded.close());

const grace = () => ({ home: guarded.home, data: other });

/** One call of a session; gives the verdict with its reason. */
async function call(command: string, session = "work"): Promise<readonly [string, string]> {
  const settings = join(guarded.project, ".claude", "settings.local.json");
  const client = await openRawClient(readInstalledHook(settings));
  const transcripts = join(guarded.home, ".claude", "projects", "shop");
  mkdirSync(transcripts, { recursive: true });
  const transcript_path = join(transcripts, `${session}.jsonl`);
  writeFileSync(transcript_path, "{}\n");
  const own = { session_id: session, tool_use_id: `toolu_${Math.random()}` };
  const input = { tool_name: "Bash", tool_input: { command } };
  const payload = { cwd: guarded.project, transcript_path, ...own, ...input };
  const answer = JSON.parse(await client.post(preToolUse(payload))).hookSpecificOutput;
  client.close();
  return [answer.permissionDecision ?? "abstain", answer.permissionDecisionReason ?? ""];
}

const waiting = () => JSON.parse(runBuilt(guarded, "approvals", "list", "--json").stdout);
const events = (query: string) =>
  runBuilt(guarded, "log", "search", query, "--json").stdout.split("\n").filter(Boolean);
const READ = `cat plan.txt # ${CANARY}`;

describe("another person's approval", () => {
  const request = () => join(guarded.home, "request.json");
  const receipt = () => join(guarded.home, "receipt.json");
  let id = "";

  it("is asked for by a refusal that says how, and goes out as a file without secrets", async () => {
    const [verdict, reason] = await call(READ);
    expect([verdict, reason]).toEqual(["deny", expect.stringMatching(/waits for a second person/)]);
    id = /request (ap-[0-9a-f]{16}) waits/.exec(reason)?.[1] ?? "";
    expect(waiting()).toMatchObject([{ id, state: "open", tool: "Bash", root: guarded.project }]);
    expect(runBuilt(guarded, "approvals", "list").status).toBe(1);
    const shown = runBuilt(guarded, "approvals", "show", id, "--export", request());
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining("plan.txt")]);
    const text = readFileSync(request(), "utf8") + shown.stdout;
    expect([text.includes("cat plan.txt"), text.includes(CANARY)]).toEqual([true, false]);
    const [name = ""] = readdirSync(join(guarded.data, "approvals"));
    expect(readFileSync(join(guarded.data, "approvals", name), "utf8")).not.toContain(CANARY);
  });

  it("is signed by nobody who does not type at a terminal, and by none who asked", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    const answer = ["approvals", "approve", request(), "--export", receipt()] as const;
    expect(await withoutTerminal(grace(), ...answer)).toMatchObject({ code: 2 });
    const wrong = await atTerminal(grace(), () => "yes", ...answer);
    expect(wrong.code).toBe(1);
    runBuilt(guarded, "approvals", "key");
    const own = await atTerminal(guarded, (word) => word, ...answer);
    expect([own.code, own.text]).toEqual([2, expect.stringContaining("not among those")]);
    expect(readdirSync(guarded.home)).not.toContain("receipt.json");
    expect((await call(READ))[0]).toBe("deny");
  });

  it("counts for the very call once it is taken in, and once", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    const answer = ["approvals", "approve", request(), "--export", receipt()] as const;
    const signed = await atTerminal(grace(), (word) => word, ...answer);
    expect([signed.code, signed.text]).toEqual([0, expect.stringContaining("two people read")]);
    const altered = join(guarded.home, "altered.json");
    writeFileSync(altered, readFileSync(receipt(), "utf8").replace(/"atMs":\d/, '"atMs":9'));
    expect(runBuilt(guarded, "approvals", "import", altered).status).toBe(1);
    const taken = runBuilt(guarded, "approvals", "import", receipt(), "--json");
    expect(JSON.parse(taken.stdout)).toMatchObject({ outcome: "approved", id });
    expect(runBuilt(guarded, "approvals", "import", receipt()).stdout).toContain("before");
    expect((await call(`${READ} `))[0]).toBe("deny");
    expect((await call(READ, "elsewhere"))[0]).toBe("deny");
    const [verdict, reason] = await call(READ);
    expect([verdict, reason]).toEqual(["ask", expect.stringContaining("shop/plan")]);
    expect((await call(READ))[0]).toBe("deny");
  });

  it("is on record step by step, with no word of the call", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    const lines = events("kind:approval");
    for (const phase of ["requested", "refused", "approved", "used"])
      expect([phase, lines.some((line) => line.includes(`"phase":"${phase}"`))]).toEqual([
        phase,
        true,
      ]);
    expect(lines.filter((line) => /plan\.txt|cat /.test(line) || line.includes(CANARY))).toEqual(
      [],
    );
    const asked = events("kind:decision verdict:ask").filter((line) => line.includes(id));
    expect(asked.length).toBe(1);
  });

  it("is nothing that an agent gives itself", async () => {
    const TRIED = [
      `sallyport approvals approve ${request()} --export x.json`,
      "sallyport approvals import x.json",
      "sallyport approvals trust me AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
      `cat ${join(other, "keys", "approver.key")}`,
      `cat ${join(guarded.data, "keys", "approver.key")}`,
      `sed -i s/null/1/ ${join(guarded.data, "approvals")}/*.json`,
      `echo '{}' > ${join(guarded.data, "approvers.json")}`,
      `touch ${join(guarded.data, "approvals", `${id}.use`)}`,
    ];
    const before = events("kind:decision verdict:deny").length;
    for (const command of TRIED) {
      const [verdict] = await call(command, "agent");
      expect([command, verdict]).toEqual([command, "deny"]);
    }
    expect(events("kind:decision verdict:deny").length).toBe(before + TRIED.length);
    // Run all the same, without a terminal: nothing is signed and nothing is listed.
    const trust = ["approvals", "trust", "me", `${"A".repeat(43)}=`] as const;
    expect(await withoutTerminal(guarded, ...trust)).toMatchObject({ code: 2 });
    expect(runBuilt(guarded, "approvals", "approvers").stdout).toContain("nobody is listed");
  });
});
