// An incident with the built program: a detection while it happens, quarantine by a person and by a file, what the session meets then.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "#detect/incident/incident.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openRawClient } from "../bench/raw-client.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { until } from "../until.ts";
import { runBuilt } from "./built-program.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";

let guarded: GuardedProject;
beforeAll(() => {
  guarded = openGuardedProject({ ".env": "KEY=1\n", "src/a.ts": "export {};\n" });
});
afterAll(() => guarded.close());

/** One call of a session; gives the verdict with its reason. */
async function call(session: string, command: string): Promise<readonly [string, string]> {
  const settings = join(guarded.project, ".claude", "settings.local.json");
  const client = await openRawClient(readInstalledHook(settings));
  const transcripts = join(guarded.home, ".claude", "projects", "shop");
  mkdirSync(transcripts, { recursive: true });
  const transcript_path = join(transcripts, `${session}.jsonl`);
  writeFileSync(transcript_path, "{}\n");
  const own = { session_id: session, tool_use_id: `toolu_${session}_${Math.random()}` };
  const input = { tool_name: "Bash", tool_input: { command } };
  const payload = { cwd: guarded.project, transcript_path, ...own, ...input };
  const answer = JSON.parse(await client.post(preToolUse(payload))).hookSpecificOutput;
  client.close();
  return [answer.permissionDecision ?? "abstain", answer.permissionDecisionReason ?? ""];
}

const incidents = (...more: string[]): readonly Incident[] =>
  runBuilt(guarded, "incident", "list", "--json", ...more)
    .stdout.split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Incident);

/** Trips `credential-access` rules that are critical: a decoy would, and so does reading the guard's own keys. */
const HARM = () => `cat ${join(guarded.data, "keys", "subjects")}/*`;

/** The client's sessions of an incident. */
const sessionsOf = (id: string): readonly string[] =>
  (
    JSON.parse(runBuilt(guarded, "incident", "show", id, "--json").stdout) as {
      readonly sessions: readonly string[];
    }
  ).sessions;

async function incidentOf(session: string): Promise<Incident> {
  let found: Incident | undefined;
  await until(`an incident of ${session}`, () => {
    found = incidents("--state", "all").find(({ id }) => sessionsOf(id).includes(session));
    return Promise.resolve(found !== undefined);
  });
  if (found === undefined) throw new Error("there is none");
  return found;
}

/** Takes blocks of a kind back as the daemon does it: the command for it wants a word typed at a terminal. */
function forget(kind: string): void {
  const file = join(guarded.data, "blocks.json");
  const { blocks } = JSON.parse(readFileSync(file, "utf8")) as { blocks: { kind: string }[] };
  const others = blocks.filter((one) => one.kind !== kind);
  writeFileSync(file, JSON.stringify({ version: 1, blocks: others }), { mode: 0o600 });
}

describe("an incident", () => {
  it("is opened while the session goes on, and a person holds the session by it", async () => {
    expect((await call("calm", "cat src/a.ts"))[0]).toBe("allow");
    await call("harm", HARM());
    const { id, state, level } = await incidentOf("harm");
    expect([state, ["high", "critical"].includes(level)]).toEqual(["open", true]);
    expect((await call("harm", "cat src/a.ts"))[0]).toBe("allow");
    const taken = runBuilt(guarded, "incident", "take", id.slice(0, 16), "--json");
    expect(JSON.parse(taken.stdout)).toMatchObject({ outcome: "take", state: "investigating" });
    expect(runBuilt(guarded, "incident", "quarantine", id).stdout).toContain("now contained");
    const [verdict, reason] = await call("harm", "cat src/a.ts");
    expect(verdict).toBe("deny");
    expect(reason).toContain(id);
    expect((await call("calm", "cat src/a.ts"))[0]).toBe("allow");
    expect(runBuilt(guarded, "session", "held").stdout).toContain("quarantine");
  });

  it("cannot be ended by the session that it is about", async () => {
    for (const command of [
      "sallyport session release harm --reason x",
      "sallyport incident close inc-0 --outcome missed",
      `rm -rf ${join(guarded.data, "held-sessions")}`,
      `rm ${join(guarded.data, "incidents")}/*.json`,
      `echo 'version: 1' > ${join(guarded.data, "responses.yaml")}`,
    ]) {
      expect([command, (await call("harm", command))[0]]).toEqual([command, "deny"]);
      // A session that is not held gets no further with what belongs to the guard.
      const [free] = await call("calm", command);
      expect([command, free === "deny" || free === "ask"]).toEqual([command, true]);
    }
  });

  it("is closed with how it was possible, on record, and its session stays held over a restart", async () => {
    const { id } = await incidentOf("harm");
    expect(runBuilt(guarded, "incident", "close", id).status).toBe(2);
    const closed = runBuilt(guarded, "incident", "close", id, "--outcome", "blocked-by-hook");
    expect(closed.stdout).toContain("closed as ");
    expect(incidents().map((one) => one.id)).not.toContain(id);
    runBuilt(guarded, "daemon", "stop");
    runBuilt(guarded, "daemon", "--ensure");
    expect((await call("harm", "cat src/a.ts"))[0]).toBe("deny");
    const words = runBuilt(guarded, "log", "search", "kind:incident", "--json").stdout;
    for (const what of ["opened", "take", "quarantine", "close"])
      expect(words).toContain(`"what":"${what}"`);
  });

  it("is answered by itself where a person's file says so", async () => {
    writeFileSync(
      join(guarded.data, "responses.yaml"),
      "version: 1\nresponses:\n  - { level: high, do: [quarantine] }\n",
      { mode: 0o600 },
    );
    await call("second", HARM());
    const { id } = await incidentOf("second");
    await until("the session is held", async () => (await call("second", "ls"))[0] === "deny");
    expect((await call("second", "ls"))[1]).toContain(id);
    expect(runBuilt(guarded, "incident", "show", id).stdout).toContain("quarantine by sallyport");
  });

  it("cuts a host off for every session, until a person at a terminal takes that back", async () => {
    rmSync(join(guarded.data, "responses.yaml"));
    const asks = "curl -s https://docs.python.org/3/";
    expect((await call("other", asks))[0]).toBe("allow");
    const words = ["block", "add", "host", "python.org", "--reason", "incident", "--json"];
    const { id } = JSON.parse(runBuilt(guarded, ...words).stdout) as { id: string };
    const [verdict, reason] = await call("other", asks);
    expect([verdict, reason.includes("the host `python.org` is blocked")]).toEqual(["deny", true]);
    expect((await call("other", "curl -s https://nodejs.org/en/learn"))[0]).not.toBe("deny");
    expect(runBuilt(guarded, "explain", asks, "--cwd", guarded.project).stdout).toContain(
      "blocked",
    );
    expect(runBuilt(guarded, "block", "remove", id).status).not.toBe(0);
    expect((await call("other", asks))[0]).toBe("deny");
    expect((await call("other", `sallyport block remove ${id}`))[0]).not.toBe("allow");
  });

  it("cuts a tool off, or has a person asked about each call of it, until that is taken back", async () => {
    const looks = "cat src/a.ts";
    const add = (...words: string[]) =>
      JSON.parse(
        runBuilt(guarded, "block", "add", ...words, "--reason", "incident", "--json").stdout,
      ) as { readonly id: string };
    expect((await call("tools", looks))[0]).toBe("allow");
    add("tool", "Bash", "--ask");
    const [asked, why] = await call("tools", looks);
    expect([asked, why.includes("the tool `Bash` needs a person's yes")]).toEqual(["ask", true]);
    add("tool", "Bash");
    const [refused, reason] = await call("tools", looks);
    expect([refused, reason.includes("the tool `Bash` is blocked")]).toEqual(["deny", true]);
    expect(runBuilt(guarded, "block", "list").stdout).toContain("tool  Bash asked  since");
    forget("tool");
    expect((await call("tools", looks))[0]).toBe("allow");
  });

  it("lays a stricter pack over a project, and takes it back", async () => {
    const adds = "npm install left-pad";
    expect((await call("strict", adds))[0]).not.toBe("deny");
    const words = ["block", "add", "project", guarded.project, "--reason", "incident"];
    expect(runBuilt(guarded, ...words).status).toBe(2);
    expect(runBuilt(guarded, ...words, "--pack", "no-such").status).toBe(2);
    expect(runBuilt(guarded, ...words, "--pack", "reviewer").stdout).toContain("stricter");
    expect((await call("strict", adds))[0]).toBe("deny");
    expect((await call("strict", "cat src/a.ts"))[0]).toBe("allow");
    expect(runBuilt(guarded, "explain", adds, "--cwd", guarded.project).stdout).toContain(
      "reviewer",
    );
    forget("project");
    expect((await call("strict", adds))[0]).not.toBe("deny");
  });

  it("keeps an incident open until its policy was reviewed", async () => {
    await call("third", HARM());
    const { id } = await incidentOf("third");
    expect(runBuilt(guarded, "incident", "review", id).status).toBe(0);
    expect(runBuilt(guarded, "incident", "show", id).stdout).toContain(
      "review of the policy is open",
    );
    const close = ["incident", "close", id, "--outcome", "blocked-by-hook"];
    expect(runBuilt(guarded, ...close)).toMatchObject({ status: 2 });
    expect(runBuilt(guarded, "incident", "reviewed", id).status).toBe(2);
    runBuilt(guarded, "incident", "reviewed", id, "--note", "nothing to change");
    expect(runBuilt(guarded, ...close).stdout).toContain("closed as ");
  });

  it("takes no answer of an agent about what is cut off or under review", async () => {
    for (const command of [
      "sallyport block add tool Read --reason x",
      "sallyport block remove 00112233445566aa",
      "sallyport incident reviewed inc-0 --note done",
      `rm ${join(guarded.data, "blocks.json")}`,
      `echo '{"version":1,"blocks":[]}' > ${join(guarded.data, "blocks.json")}`,
    ]) {
      const [verdict] = await call("outsider", command);
      expect([command, verdict === "deny" || verdict === "ask"]).toEqual([command, true]);
    }
  });

  it("holds no word of a call in its files, nor whose session it is", () => {
    const folder = join(guarded.data, "incidents");
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.filter((text) => /subjects\/|cat src|harm|second|\/shop/.test(text))).toEqual([]);
  });
});
